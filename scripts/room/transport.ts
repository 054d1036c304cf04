/** The two ways to run a program: on pipes, or on a pseudo-terminal. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Launch } from "./launch.ts";
import { Unknowable } from "./transcript.ts";

/** What a program's owner wants to know as it happens. */
export interface Listener {
  output(stream: "stdout" | "stderr", chunk: Buffer): void;
  exit(code: number | null, signal: string | null): void;
}

/** A process and its standard streams. */
export interface Transport {
  readonly pid: number;
  /** True when the process has ended. */
  readonly gone: boolean;
  /** Bytes typed that the kernel has not taken yet. */
  readonly unread: number;
  type(bytes: Buffer): void;
  endInput(): void;
  closeOutput(): void;
  /** Stops reading the output, or reads it again. */
  pause(paused: boolean): void;
  /** Resolves when the process has ended. */
  ended(): Promise<void>;
  /** Lets go of the streams. */
  close(): void;
}

/** How long after its end the output of a process may come, in ms. */
const LAST_WORDS = 250;

/** The size of a terminal, in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * Starts a process on pipes, in a process group of its own.
 *
 * @throws {Error} with a sentence, when it cannot be started
 */
export async function onPipes(
  { command, args, cwd }: Launch,
  env: Record<string, string>,
  listener: Listener,
): Promise<Transport> {
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: "pipe",
    // On Windows this would open a console; there is no group to make.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  try {
    await once(child, "spawn");
  } catch (error) {
    throw new Error(
      `${command} cannot be started: ${(error as Error).message}`,
    );
  }
  for (const name of ["stdout", "stderr"] as const) {
    child[name].on("data", (chunk: Buffer) => listener.output(name, chunk));
    child[name].on("error", () => {});
  }
  child.stdin.on("error", () => {});
  const exited = once(child, "exit");
  child.once("exit", (code, signal) => {
    // What it printed last comes first; a child of it may keep the pipe open.
    const tell = () => {
      clearTimeout(timer);
      child.off("close", tell);
      listener.exit(code, signal);
    };
    const timer = setTimeout(tell, LAST_WORDS);
    child.once("close", tell);
  });
  return {
    pid: child.pid as number,
    get gone() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    get unread() {
      return child.stdin.writableLength;
    },
    type: (bytes) => child.stdin.write(bytes),
    endInput: () => child.stdin.end(),
    closeOutput: () => child.stdout.destroy(),
    pause: (paused) => {
      if (paused) child.stdout.pause();
      else child.stdout.resume();
    },
    ended: async () => void (await exited),
    close: () => {
      for (const stream of child.stdio) stream?.destroy();
    },
  };
}

/**
 * Starts a process on a pseudo-terminal, in a session of its own.
 *
 * @throws {Unknowable} when this system has no pseudo-terminals
 */
export async function onTerminal(
  { command, args, cwd }: Launch,
  env: Record<string, string>,
  listener: Listener,
  size: Size,
): Promise<Transport> {
  const pty = await import("@lydell/node-pty").catch((error: Error) => {
    throw new Unknowable(
      `There are no pseudo-terminals here: ${error.message}`,
    );
  });
  const terminal = pty.spawn(command, [...args], {
    cwd,
    env: { ...env, TERM: "xterm-256color" },
    cols: size.columns,
    rows: size.rows,
    encoding: null,
  });
  let gone = false;
  terminal.onData((chunk) => {
    listener.output("stdout", Buffer.from(chunk));
  });
  const exited = new Promise<void>((resolve) => {
    terminal.onExit(({ exitCode, signal }) => {
      gone = true;
      if (signal) listener.exit(null, `signal ${signal}`);
      else listener.exit(exitCode, null);
      resolve();
    });
  });
  return {
    pid: terminal.pid,
    get gone() {
      return gone;
    },
    unread: 0,
    type: (bytes) => terminal.write(bytes.toString("utf8")),
    // A terminal has no end; this is the key that says so.
    endInput: () => terminal.write("\u0004"),
    closeOutput: () => terminal.kill("SIGHUP"),
    pause: (paused) => {
      if (paused) terminal.pause();
      else terminal.resume();
    },
    ended: () => exited,
    close: () => {},
  };
}
