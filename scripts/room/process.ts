/**
 * A running program: a process group of its own, its output on the transcript,
 * and nothing left of it at the end, also when the checker is interrupted.
 */
import { readdirSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { constants } from "node:os";
import path from "node:path";
import { compile } from "./compile.ts";
import type { Line, Question, Report } from "./control.ts";
import { Heard } from "./heard.ts";
import { type Launch, launch, type Program } from "./launch.ts";
import { listeningOf } from "./sockets.ts";
import type { Spares } from "./spares.ts";
import { Started } from "./started.ts";
import type { Transcript } from "./transcript.ts";
import type { Size, Transport } from "./transport.ts";

/** What a program is started with. */
export interface Options {
  readonly program: Program;
  /** The name in the transcript, and which side of the chat it is. */
  readonly role: "server" | "client";
  /** A client's port 8888 goes here; a server's only when it is given. */
  readonly port?: number;
  /** More environment for the program. */
  readonly env?: Record<string, string>;
  /** A pseudo-terminal of this size instead of pipes. */
  readonly terminal?: Size;
  /** Processes that were started beforehand. */
  readonly spares?: Spares | undefined;
  /** A folder for V8 coverage. */
  readonly coverage?: string | undefined;
}

/** True when a thread of this process, or of one that it started, can run. */
function worksNow(pid: number): boolean {
  try {
    const threads = `/proc/${pid}/task`;
    return readdirSync(threads).some((thread) => {
      const stat = readFileSync(`${threads}/${thread}/stat`, "utf8");
      const children = readFileSync(`${threads}/${thread}/children`, "utf8");
      return (
        /^[RD]$/.test(stat.charAt(stat.lastIndexOf(")") + 2)) ||
        children.split(" ").some((child) => child && worksNow(Number(child)))
      );
    });
  } catch {
    return false;
  }
}

/** A program that runs. */
export class Running {
  readonly role: "server" | "client";
  /** Ports that it listens on, by its own report. */
  readonly listening: { asked: number; address: AddressInfo }[] = [];
  /** Ports that it connected to, by its own report. */
  readonly connecting: { asked: number; host: string | undefined }[] = [];
  /** Standard output and standard error, in the order of their coming. */
  readonly output = new Heard();
  readonly stdout = new Heard();
  readonly stderr = new Heard();
  /** When something was printed last, by `performance.now()`. */
  printedAt = 0;
  /** Called with what it prints, for a screen to show. */
  onOutput: ((chunk: Buffer) => void) | undefined;
  /** True when its coverage was written, or needs not be. */
  measured: boolean;
  readonly redirected: boolean;
  readonly #transcript: Transcript;
  readonly #started: Started;
  readonly #how: Launch;

  private constructor(
    role: "server" | "client",
    measured: boolean,
    transcript: Transcript,
    started: Started,
    how: Launch,
  ) {
    this.role = role;
    this.measured = measured;
    this.redirected = started.line !== undefined;
    this.#transcript = transcript;
    this.#started = started;
    this.#how = how;
  }

  /**
   * Starts a program: in a spare process, where there is one and it will do.
   *
   * @throws {Error} with a sentence, when the process cannot be started
   */
  static async start(
    options: Options,
    transcript: Transcript,
  ): Promise<Running> {
    const { program, role, coverage, port, terminal, spares } = options;
    const compiled =
      !program.place &&
      !program.command &&
      coverage === undefined &&
      (await compile(path.resolve(program.file)));
    const how =
      (await program.place?.enter(coverage !== undefined)) ??
      launch(program, { coverage, compiled });
    const plain = !terminal && coverage === undefined;
    const spare = plain ? await spares?.take(how) : undefined;
    let started: Started;
    try {
      started = spare ?? (await Started.start(how, options));
    } catch (error) {
      await how.leave?.();
      throw error;
    }
    transcript.add({ kind: "start", who: role, text: program.file });
    const measured = coverage === undefined || !how.redirected;
    const running = new Running(role, measured, transcript, started, how);
    started.tell({
      output: (stream, chunk) => running.#print(stream, chunk),
      exit: (code, signal) => running.#exit(code, signal),
      report: (report) => running.#hear(report),
    });
    await spare?.line?.ask({
      ask: "run",
      file: how.file,
      cwd: how.cwd,
      role,
      env: options.env ?? {},
      ...(port !== undefined && { port }),
    });
    return running;
  }

  get #transport(): Transport {
    return this.#started.transport;
  }

  get #line(): Line | undefined {
    return this.#started.line;
  }

  get pid(): number {
    const { pid } = this.#transport;
    return this.#how.around?.pid(pid) ?? pid;
  }

  #print(stream: "stdout" | "stderr", chunk: Buffer) {
    this.printedAt = performance.now();
    this[stream].add(chunk);
    this.output.add(chunk);
    this.onOutput?.(chunk);
    const { role: who } = this;
    this.#transcript.add({ kind: "print", who, stream, bytes: chunk });
  }

  #exit(code: number | null, signal: string | null) {
    if (this.#how.around && code !== null && signal === null) {
      signal = this.#signalOf(code);
      if (signal !== null) code = null;
    }
    // By itself, or by a signal that it handled: Node has written coverage.
    if (signal === null) this.measured = true;
    this.#transcript.add({ kind: "exit", who: this.role, code, signal });
  }

  /**
   * The signal that an exit code of a sandbox tells of, 128 and its number. A
   * program may end with such a code by itself, after it has said something.
   */
  #signalOf(code: number): string | null {
    const names = Object.entries(constants.signals);
    const name = names.find(([, number]) => number === code - 128)?.[0];
    if (name === undefined) return null;
    const crash = ["SIGKILL", "SIGSEGV", "SIGABRT", "SIGILL", "SIGBUS"];
    const { entries } = this.#transcript;
    const cause = entries.findLastIndex(
      ({ kind }) => kind === "signal" || kind === "type",
    );
    const said = entries.findLastIndex(({ kind }) => kind === "print");
    return crash.includes(name) || cause > said ? name : null;
  }

  #hear(report: Report) {
    if (report.event === "ready") return;
    const { asked: port, host } = report;
    const { role: who } = this;
    if (report.event === "listening") {
      this.listening.push({ asked: port, address: report.address });
      const text = host ?? "every address";
      this.#transcript.add({ kind: "listen", who, port, text });
    } else {
      this.connecting.push({ asked: port, host });
      const text = host ?? "localhost";
      this.#transcript.add({ kind: "connect", who, port, text });
    }
  }

  /** Where the program listens by the kernel's account, if it does not say so. */
  lookForPorts(): void {
    if (this.redirected || this.listening.length > 0) return;
    const { role: who } = this;
    for (const address of listeningOf(this.pid)) {
      const { port, address: text } = address;
      this.listening.push({ asked: port, address });
      this.#transcript.add({ kind: "listen", who, port, text });
    }
  }

  /**
   * True when the program has something to do at this moment: it runs, or waits
   * for its turn. False also where the system does not tell.
   */
  works(): boolean {
    return worksNow(this.pid);
  }

  /** Types into the program's standard input. */
  type(text: string): void {
    const bytes = Buffer.from(text);
    this.#transcript.add({ kind: "type", who: this.role, bytes });
    this.#transport.type(bytes);
  }

  /** Bytes typed that neither the program nor the kernel has taken yet. */
  get unread(): number {
    return this.#transport.unread;
  }

  /** Ends the standard input; on a terminal, by its key, Ctrl-D. */
  endInput(): void {
    this.#transcript.add({ kind: "eof", who: this.role });
    this.#transport.endInput();
  }

  /** Closes the reading end of the program's standard output. */
  closeOutput(): void {
    const text = "has its output closed";
    this.#transcript.add({ kind: "note", who: this.role, text });
    this.#transport.closeOutput();
  }

  /** Reads no more of what the program prints, or reads it again. */
  readsOutput(reads: boolean): void {
    const text = reads ? "has its output read" : "has nobody read its output";
    this.#transcript.add({ kind: "note", who: this.role, text });
    this.#transport.pause(!reads);
  }

  /** Sends a signal to the program alone. */
  signal(name: NodeJS.Signals): void {
    this.#transcript.add({ kind: "signal", who: this.role, text: name });
    process.kill(this.pid, name);
  }

  /** Resolves when the program has ended. */
  ends(limit?: number): Promise<void> {
    return this.#transcript.until(() => this.#transcript.exit !== undefined, {
      what: `the ${this.role} to end`,
      step: "ends",
      evenAfterExit: true,
      ...(limit !== undefined && { limit }),
    });
  }

  /** Waits until the program has printed `text`. */
  prints(text: string, limit?: number): Promise<void> {
    return this.#transcript.until(() => this.output.includes(text), {
      what: `the ${this.role} to print "${text}"`,
      step: "prints",
      line: text,
      ...(limit !== undefined && { limit }),
    });
  }

  /**
   * Memory in use, in bytes: for a Node program what it really holds, for any
   * other what the system has given it. `undefined` where neither is known.
   */
  async memory(): Promise<number | undefined> {
    const answer = await this.ask({ ask: "memory" });
    if (answer !== undefined) return answer;
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, "utf8");
      const kilobytes = /VmRSS:\s+(\d+) kB/.exec(status)?.[1];
      return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
    } catch {
      return undefined;
    }
  }

  /**
   * Asks the program for a figure that nobody outside can know. `undefined`
   * where it cannot be asked: it is not a Node program, or it has ended.
   */
  async ask(question: Question, limit?: number): Promise<number | undefined> {
    return (await this.#line?.ask(question, limit)) ?? undefined;
  }

  /** Ends the program and all that it started; resolves when it is gone. */
  async close(): Promise<void> {
    const transport = this.#transport;
    if (!this.measured && !transport.gone) {
      const answer = await this.#line?.ask({ ask: "coverage" });
      if (answer !== undefined) this.measured = true;
    }
    const { around, leave } = this.#how;
    if (around) {
      // Outside in, the sandbox would be gone before the program is.
      if (!transport.gone) around.end(transport.pid);
      await transport.ended();
    }
    await this.#started.end();
    await leave?.();
  }
}
