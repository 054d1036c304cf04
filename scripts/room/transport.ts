/** The two ways to run a program: on pipes, or on a pseudo-terminal. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, openSync } from "node:fs";
import { type Readable, Transform, type Writable } from "node:stream";
import type { ReadStream } from "node:tty";
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
  { command, args, cwd, printsToTerminal }: Launch,
  env: Record<string, string>,
  listener: Listener,
): Promise<Transport> {
  const screen = printsToTerminal ? await openScreen() : undefined;
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ["pipe", screen?.slave ?? "pipe", "pipe"],
    // On Windows this would open a console; there is no group to make.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  try {
    await once(child, "spawn");
  } catch (error) {
    screen?.output.destroy();
    throw new Error(
      `${command} cannot be started: ${(error as Error).message}`,
    );
  } finally {
    // The program's own is the only one: its end is the end of the output.
    if (screen) closeSync(screen.slave);
  }
  const stdin = child.stdin as Writable;
  const streams = {
    stdout: (screen?.output ?? child.stdout) as Readable,
    stderr: child.stderr as Readable,
  };
  for (const [name, stream] of Object.entries(streams)) {
    const tell = (chunk: Buffer) =>
      listener.output(name as keyof typeof streams, chunk);
    stream.on("data", tell);
    stream.on("error", () => {});
  }
  stdin.on("error", () => {});
  const exited = once(child, "exit");
  child.once("exit", (code, signal) => {
    // What it printed last comes first; a child of it may keep the pipe open.
    const tell = () => {
      clearTimeout(timer);
      listener.exit(code, signal);
    };
    const timer = setTimeout(tell, LAST_WORDS);
    const open = Object.values(streams).filter((one) => !one.closed);
    Promise.all(open.map((one) => once(one, "close"))).then(tell, tell);
  });
  return {
    pid: child.pid as number,
    get gone() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    get unread() {
      return stdin.writableLength;
    },
    type: (bytes) => stdin.write(bytes),
    endInput: () => stdin.end(),
    closeOutput: () => streams.stdout.destroy(),
    pause: (paused) => {
      if (paused) streams.stdout.pause();
      else streams.stdout.resume();
    },
    ended: async () => void (await exited),
    close: () => {
      for (const stream of child.stdio) stream?.destroy();
      streams.stdout.destroy();
    },
  };
}

/** A terminal that shows what a program prints, and has no keys. */
interface Display {
  /** The program's end, a file descriptor for its standard output. */
  readonly slave: number;
  /** What is printed, as the program printed it. */
  readonly output: Readable;
}

/** Opens a terminal for output; `undefined` where there are none. */
async function openScreen(): Promise<Display | undefined> {
  if (process.platform === "win32") return undefined;
  try {
    const pty = (await import("@lydell/node-pty")) as unknown as {
      open(options: { encoding: null }): Opened;
    };
    const { ptsName, _master, _slave } = pty.open({ encoding: null });
    const slave = openSync(ptsName, constants.O_RDWR | constants.O_NOCTTY);
    _slave.destroy();
    _master.removeAllListeners("error");
    _master.removeAllListeners("close");
    const output = new AsPrinted();
    // Its end is an error (EIO) on Linux: nobody has the other side any more.
    _master.on("error", () => output.end());
    _master.on("end", () => output.end());
    output.on("close", () => _master.destroy());
    _master.pipe(output, { end: false });
    return { slave, output };
  } catch {
    return undefined;
  }
}

/** What node-pty gives for a terminal that runs nothing yet. */
interface Opened {
  readonly ptsName: string;
  readonly _master: ReadStream;
  readonly _slave: ReadStream;
}

/** Takes away the CR that a terminal puts before each newline. */
class AsPrinted extends Transform {
  #held = false;

  override _transform(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error: null, printed: Buffer) => void,
  ): void {
    const text = `${this.#held ? "\r" : ""}${chunk.toString("latin1")}`;
    this.#held = text.endsWith("\r");
    const whole = this.#held ? text.slice(0, -1) : text;
    done(null, Buffer.from(whole.replaceAll("\r\n", "\n"), "latin1"));
  }

  override _flush(done: (error: null, printed?: Buffer) => void): void {
    done(null, this.#held ? Buffer.from("\r") : undefined);
  }
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
