/** A server that runs, to be measured: a process group of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { endAll, guard } from "../room/guard.ts";
import type { Start } from "./peers.ts";
import { type Usage, usageOf } from "./usage.ts";

/** How long a server may take until it listens, in milliseconds. */
const START_LIMIT = 10_000;
/** How long to wait between two trials, in milliseconds. */
const TRY_EVERY = 10;
/** Where the exercise says that a server listens. */
const EXERCISE = 8888;
const HOSTS = ["127.0.0.1", "::1"] as const;

/** Port numbers that programs get; each of them was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** True when somebody accepts a connection there. */
async function accepts(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A running server. */
export class Served {
  readonly host: string;
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, host: string, port: number) {
    this.#child = child;
    this.host = host;
    this.port = port;
  }

  /**
   * Starts a server on a port of its own, which it gets in the environment and
   * in place of `{port}`. One that does not listen to that takes 8888.
   *
   * @throws {Error} with a reason, when nobody can be connected
   */
  static async start(start: Start): Promise<Served> {
    const port = await freePort();
    const taken = await Promise.all(
      HOSTS.map((host) => accepts(host, EXERCISE)),
    );
    const others = taken.includes(true) ? [] : [EXERCISE];
    const args = start.args.map((arg) => arg.replaceAll("{port}", `${port}`));
    const child = spawn(start.command, args, {
      cwd: start.cwd,
      env: { ...process.env, ...start.env, PORT: `${port}`, HOST: HOSTS[0] },
      stdio: [
        "ignore",
        "ignore",
        "pipe",
        ...(start.metered ? ["ipc" as const] : []),
      ],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    let stderr = "";
    child.stderr?.setEncoding("utf8");
    child.stderr?.on("data", (text: string) => {
      stderr = (stderr + text).slice(-2000);
    });
    let ended: string | undefined;
    child.on("error", (error) => {
      ended = `cannot be started: ${error.message}`;
    });
    child.on("exit", () => {
      const last = stderr.trim().split("\n").at(-1);
      ended ??= `ends before anybody is connected${last ? `: ${last}` : ""}`;
    });
    if (child.pid !== undefined) guard("+", child.pid);
    const limit = performance.now() + START_LIMIT;
    while (ended === undefined && performance.now() < limit) {
      for (const place of [port, ...others]) {
        for (const host of HOSTS) {
          if (await accepts(host, place)) return new Served(child, host, place);
        }
      }
      await new Promise((resolve) => setTimeout(resolve, TRY_EVERY));
    }
    if (child.pid !== undefined) {
      endAll(child.pid);
      guard("-", child.pid);
    }
    const where = others.length > 0 ? `${port} or 8888` : `${port}`;
    const hint =
      others.length > 0 ? "" : "; 8888 is taken by another program: end it";
    throw new Error(
      ended ??
        `does not listen on ${where} within ${START_LIMIT / 1000} s${hint}`,
    );
  }

  /** What it has used so far. */
  usage(): Promise<Usage | undefined> {
    return usageOf(this.#child);
  }

  /** What to say when it has ended by itself; `undefined` while it runs. */
  get ended(): string | undefined {
    const { exitCode, signalCode } = this.#child;
    if (signalCode !== null) return `is ended by ${signalCode}`;
    if (exitCode !== null) return `ends with exit code ${exitCode}`;
    return undefined;
  }

  /** Ends it, with all that it has started. */
  async close(): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined) return;
    const gone =
      this.ended === undefined ? once(this.#child, "exit") : undefined;
    endAll(pid);
    await gone;
    guard("-", pid);
  }
}
