/**
 * A room: where one check holds one conversation with one program. It starts
 * the program, brings the participants, and clears everything away at the end.
 */
import { isNodeProgram, type Program } from "./launch.ts";
import { type Participant, shown } from "./participant.ts";
import { type Options, Running } from "./process.ts";
import type { Spares } from "./spares.ts";
import { tokens } from "./tokens.ts";
import { Failure, Transcript } from "./transcript.ts";

/** What a room is opened with. */
export interface Setup {
  readonly program: Program;
  /** Every random line follows from it. */
  readonly seed: string;
  /** How long a wait lasts at most, in milliseconds. */
  readonly deadline: number;
  /** A folder for V8 coverage. */
  readonly coverage?: string | undefined;
  /** Processes that were started beforehand. */
  readonly spares?: Spares | undefined;
  /** How long no output counts as quiet, in milliseconds; 100 by default. */
  readonly still?: number | undefined;
  /** True for a client that is to run on a terminal, as it does by hand. */
  readonly byHand?: boolean | undefined;
  /** True for a client whose user answers its first question at once. */
  readonly answers?: boolean | undefined;
}

/** How long no output counts as quiet, in milliseconds. */
const STILL = 100;
/** How long between two looks if a program works, in milliseconds. */
const RESTED = 5;
/** How long a program is waited for that never stops printing, in ms. */
const NEVER_SILENT = 2000;
/** How long a program is waited for that never stops working, in ms. */
const NEVER_IDLE = 10_000;
/** How long something may go unheard before it is tried again, in ms. */
const FIRST_WAIT = 400;
/** How long the rest of a line may take once a part has come, in ms. */
const THE_REST = 2000;
/** The same, for somebody who waits. */
const THE_REST_IN_HASTE = 500;

/** How long a program may be dying once its connections have ended, in ms. */
const DYING = 1000;

/** How long a program may take to answer a question, in milliseconds. */
const PATIENCE = 500;

const MEGABYTE = 1024 * 1024;
/**
 * The most that a program may keep of what nobody can take or has ended, in
 * bytes: a thousand times what anybody types. With more, those that look through
 * all of it at each chunk would work for seconds.
 */
const KEPT = 6 * MEGABYTE;
/** The same, where a system's figure has in it what is kept for later use. */
const KEPT_BY_SYSTEM = 24 * MEGABYTE;
/** More than the buffers of one connection keep in the kernel, in bytes. */
const KEPT_BY_KERNEL = 12 * MEGABYTE;

/** The exercise's port. */
export const PORT = 8888;

/** What the check says itself, on both kinds of room. */
export abstract class Room {
  readonly transcript: Transcript;
  readonly setup: Setup;
  /** Makes a new random line. */
  readonly line: () => string;
  /** True when a program was ended before it could leave its coverage. */
  unmeasured = false;
  protected abstract readonly role: "server" | "client";
  protected readonly present: Participant[] = [];
  #program: Running | undefined;

  constructor(setup: Setup) {
    this.setup = setup;
    this.line = tokens(setup.seed);
    this.transcript = new Transcript(setup.deadline);
  }

  /** The program, once it was started. */
  get program(): Running {
    if (!this.#program) throw new Error("The program was not started.");
    return this.#program;
  }

  /** True once the program was started. */
  get started(): boolean {
    return this.#program !== undefined;
  }

  /** Everybody who has come so far. */
  get participants(): readonly Participant[] {
    return this.present;
  }

  /** Starts the program, and does not wait for anything that it does. */
  async start(
    options: Partial<Omit<Options, "program" | "role">> = {},
  ): Promise<Running> {
    const { program, coverage, spares } = this.setup;
    this.#program = await Running.start(
      { program, role: this.role, coverage, spares, ...options },
      this.transcript,
    );
    return this.#program;
  }

  /** Takes a program that runs already, of which somebody else takes care. */
  adopt(program: Running): void {
    this.#program = program;
  }

  /**
   * Waits until the program has printed nothing for a while, so that what it
   * prints next has a cause that comes next. Where the system tells if a program
   * works, a while counts only when it did not: on a busy machine a program may
   * wait longer for its turn than for anything else. A program that never stops
   * printing is waited for two seconds, one that never stops working ten.
   */
  async quiet(): Promise<void> {
    const { still = STILL } = this.setup;
    const began = performance.now();
    for (let rested = 0; ; ) {
      const now = performance.now();
      const silent = now - this.program.printedAt;
      if (silent >= still) {
        rested = this.program.works() ? 0 : rested + 1;
        if (rested > 1 || now > began + NEVER_IDLE) return;
      } else if (now > began + NEVER_SILENT) return;
      const left = silent >= still ? RESTED : still - silent + 1;
      await new Promise((resolve) => setTimeout(resolve, left));
    }
  }

  /**
   * True when somebody waits for the verdict at every save: what only time can
   * show is then left to the checks that count.
   */
  get hasty(): boolean {
    return (this.setup.still ?? STILL) < STILL;
  }

  /**
   * How long a program may take to start, in milliseconds: where a command may
   * have to compile it first, longer than anything else.
   */
  get startingTime(): number {
    const { program, deadline } = this.setup;
    return isNodeProgram(program) ? deadline : 3 * deadline;
  }

  /** Waits until the program prints something that is not blank. */
  printsMore(step: string, what: string): Promise<void> {
    return this.printsSince(this.program.output.mark, step, what);
  }

  /** Waits until it has printed something that is not blank since a mark. */
  printsSince(
    mark: number,
    step: string,
    what: string,
    limit = this.setup.deadline,
  ): Promise<void> {
    const { output } = this.program;
    const printed = () => output.since(mark).trim() !== "";
    return this.transcript.until(printed, { step, what, limit });
  }

  /**
   * Fails unless the program has ended with an exit code that is not 0, and has
   * said why without a stack trace.
   */
  expectOneSentence(): void {
    const { exit } = this.transcript;
    const how = exit?.signal ?? `exit code ${exit?.code}`;
    const message = `The ${this.role} ended with ${how}, not with an exit code that says why.`;
    this.expect((exit?.code ?? 0) !== 0, "exit code", message);
    this.expectNoStackTrace();
    const silent = `The ${this.role} ended without a word.`;
    this.expect(this.program.output.text.trim() !== "", "says why", silent);
  }

  /** Fails when the program has printed a stack trace. */
  expectNoStackTrace(): void {
    const trace = /^\s+at .+:\d+|^Traceback \(most recent/m;
    this.expect(
      !trace.test(this.program.output.plain),
      "stack trace",
      `The ${this.role} printed a stack trace.`,
    );
  }

  /** Fails unless the program has ended by itself with this exit code. */
  expectExitCode(code: number): void {
    const { exit } = this.transcript;
    const how = exit?.signal ?? `exit code ${exit?.code}`;
    const message = `The ${this.role} ended with ${how}, not with exit code ${code}.`;
    this.expect(exit?.code === code, "exit code", message);
  }

  /**
   * Fails when the program keeps more than `limit` bytes more after `action`
   * than before. Where its memory is not known, nothing is judged. An action
   * that gives more and more can ask in between, and need not go on.
   */
  async growsAtMost(
    limit: number,
    what: string,
    action: (expectSoFar: () => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const before = await this.program.memory();
    const expectSoFar = async () => {
      const now = await this.program.memory();
      if (before === undefined || now === undefined) return;
      const megabytes = Math.round((now - before) / 1024 / 1024);
      const message = `The ${this.role} keeps ${megabytes} MB more, because of ${what}.`;
      this.expect(now - before <= limit, "memory", message);
    };
    await action(expectSoFar);
    await expectSoFar();
  }

  /** How many bytes the program may keep, to be told from one that keeps all. */
  get mayKeep(): number {
    return this.program.redirected ? KEPT : KEPT_BY_SYSTEM;
  }

  /** Bytes of which neither the kernel nor an honest program can keep all. */
  get tooMuchToKeep(): number {
    return this.mayKeep + KEPT_BY_KERNEL;
  }

  /**
   * Sends a line without an end, and fails when more and more of it is kept.
   *
   * @param isTaken resolves when the program, or its kernel, has the last chunk
   */
  async expectEndlessLineForgotten(
    who: Participant,
    isTaken: () => Promise<void>,
  ): Promise<void> {
    const chunk = Buffer.alloc(MEGABYTE, "endless ");
    const most = this.mayKeep;
    await this.growsAtMost(most, "an endless line", async (expectSoFar) => {
      for (let sent = 0; sent < 3 * most && who.connected; ) {
        who.send(chunk);
        sent += chunk.length;
        await isTaken();
        // Each answer costs the program a search through all that it keeps.
        const even = sent % (2 * chunk.length) === 0;
        if (sent > most && even) await expectSoFar();
      }
    });
  }

  /**
   * Tries something again while it waits in vain, each time with more patience,
   * until the deadline. Any other failure is final.
   *
   * @param attempt is given the milliseconds that it may wait
   */
  protected async patiently<T>(
    attempt: (limit: number) => Promise<T>,
  ): Promise<T> {
    const { deadline } = this.setup;
    const end = performance.now() + deadline;
    for (let limit = FIRST_WAIT; ; limit *= 2) {
      const left = Math.max(end - performance.now(), FIRST_WAIT);
      try {
        return await attempt(Math.min(limit, left));
      } catch (error) {
        const failure = error as Failure;
        if (failure.awaited === undefined || this.transcript.exit) throw error;
        if (performance.now() < end) continue;
        const { step, awaited } = failure;
        const message = `Nothing in ${deadline / 1000} s of waiting for ${awaited}`;
        throw new Failure(step, message, failure as { who?: string });
      }
    }
  }

  /**
   * Waits until one of `lines` contains `line` whole: not cut, not altered, not
   * together with `apart`. Once a part of it is there, the whole must not be
   * long in coming.
   */
  protected async turnsUpWhole(
    lines: () => string[],
    line: string,
    who: string,
    step: string,
    apart?: string,
  ): Promise<void> {
    const whole = () =>
      lines().some(
        (found) => found.includes(line) && !(apart && found.includes(apart)),
      );
    // The beginning or the end alone, or both with something else between.
    const parts = [line.slice(0, 8), line.slice(-8)];
    const begun = () =>
      lines().some((found) => parts.some((part) => found.includes(part)));
    const about = { line, who };
    const what = `"${shown(line)}" from ${who} to turn up whole`;
    const awaited = { what, step, ...about };
    await this.transcript.until(() => whole() || begun(), awaited);
    await this.transcript
      .until(whole, {
        ...awaited,
        limit: this.hasty ? THE_REST_IN_HASTE : THE_REST,
        evenAfterExit: true,
      })
      .catch(() => {
        const message = `"${shown(line)}" from ${who} turned up cut or altered.`;
        throw new Failure(step, message, about);
      });
  }

  /** Fails the check when `holds` is false. */
  expect(
    holds: boolean,
    step: string,
    message: string,
    about: { line?: string; who?: string } = {},
  ): void {
    if (!holds) throw new Failure(step, message, about);
  }

  /**
   * True when the program runs and does not answer a question: its event loop
   * stands still. Programs that cannot be asked count as answering.
   */
  async isBlocked(): Promise<boolean> {
    if (!this.#program?.redirected || this.transcript.exit) return false;
    const question = { ask: "pending", peer: 0 } as const;
    return (await this.#program.ask(question, PATIENCE)) === undefined;
  }

  /**
   * Waits a moment for the program's end when it has ended connections: those
   * of a program that dies are seen to end before it is seen to be dead.
   */
  async settle(): Promise<void> {
    const { entries } = this.transcript;
    const ended = entries.some(
      (entry) =>
        (entry.kind === "fin" || entry.kind === "reset") &&
        entry.from === this.role,
    );
    if (!this.#program || !ended || this.transcript.exit) return;
    const limit = this.hasty ? STILL : DYING;
    await this.#program.ends(limit).catch(() => {});
  }

  /** Ends the program and every connection. */
  async close(): Promise<void> {
    this.transcript.end();
    if (this.#program) {
      await this.#program.close();
      this.unmeasured = !this.#program.measured;
    }
    for (const participant of this.present) participant.discard();
  }
}
