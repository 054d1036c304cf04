/**
 * The model of a client: what its host has said is shown, each line once and in
 * order; what its user has typed arrives, each line once and in order; and it
 * ends when one of the two has ended, with a word and an exit code.
 */
import type { ClientRoom } from "../room/client_room.ts";
import type { Participant } from "../room/participant.ts";
import { Failure } from "../room/transcript.ts";
import type {
  ClientHistory,
  ClientPromises,
  ClientStep,
} from "./client_history.ts";
import { Ear, type Flaw, type Line } from "./ear.ts";
import { content, type Words } from "./words.ts";

const MEGABYTE = 1024 * 1024;
const FLOOD_LINE = 64 * 1024;
/** How long what shows a cause may be in coming, in milliseconds. */
const PROBE = 700;
const SHORT: Words = { size: 0, alphabet: "ascii", crlf: false };

/** What a direction's failures are called: their steps, and what was done. */
interface Kind {
  readonly cut: string;
  readonly glued: string;
  readonly twice: string;
  readonly verb: string;
}

/** One direction: lines that go in, and what comes out at the other end. */
class Way {
  readonly lines: Line[] = [];
  readonly ear: Ear;
  /** How many have come out. */
  arrived = 0;
  problem: Failure | undefined;
  /** True once the way may be broken off in the middle of a line. */
  breaksOff = false;
  #any = false;
  readonly #word: string;
  readonly #who: string;
  readonly #kind: Kind;

  constructor(word: string, who: string, kind: Kind) {
    this.#word = word;
    this.#who = who;
    this.#kind = kind;
    this.ear = new Ear(word, this.lines);
  }

  mark(n: number): string {
    return `${this.#word}${n}.`;
  }

  /** The mark of the first line that has not come out. */
  get next(): string {
    return this.mark(this.arrived);
  }

  /** True when anything of any line has come out, even a part. */
  get anything(): boolean {
    return this.#any || this.ear.unfinished.includes(this.#word);
  }

  /** A new line's bytes, without a newline. */
  line(words: Words): Buffer {
    const n = this.lines.length;
    const mark = this.mark(n);
    const bytes = Buffer.from(
      `${mark}${content(words, n).toString("latin1")}${mark}`,
      "latin1",
    );
    // How a control character is made harmless is the client's own choice.
    const free = words.alphabet === "controls";
    this.lines.push({ n, text: free ? mark : bytes.toString("latin1") });
    return bytes;
  }

  /** Takes what has come out at the other end. */
  take(chunk: Buffer): void {
    this.ear.take(chunk, (n, flaw) => this.#arrives(n, flaw));
  }

  #arrives(n: number, flaw: Flaw | undefined) {
    this.#any = true;
    const { cut, glued, twice, verb } = this.#kind;
    // The beginning of the next line, and then nothing more: that is no fault.
    const isNext = flaw?.step === "altered" && n === this.arrived;
    if (this.breaksOff && isNext) return;
    const about = { line: this.mark(n), who: this.#who };
    const wrong = (step: string, message: string) => {
      this.problem ??= new Failure(step, message, about);
    };
    const quoted = `"${this.mark(n)}…"`;
    if (flaw?.step === "glued") wrong(glued, `Two lines were ${verb} as one.`);
    else if (flaw) wrong(cut, `${quoted} was ${verb} cut or altered.`);
    if (n < this.arrived) wrong(twice, `${quoted} was ${verb} twice.`);
    if (n > this.arrived) {
      wrong(
        "order",
        `${quoted} was ${verb} before an earlier line, or without it.`,
      );
    }
    this.arrived = Math.max(this.arrived, n + 1);
  }
}

/** Holds one history with one client, from its start to its end. */
export class ClientModel {
  readonly #room: ClientRoom;
  readonly #promises: ClientPromises;
  readonly #shown: Way;
  readonly #typed: Way;
  #host!: Participant;
  #frozen = false;
  /** What the host is about to send. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(room: ClientRoom, promises: ClientPromises) {
    this.#room = room;
    this.#promises = promises;
    this.#shown = new Way(room.line(), "client", {
      cut: "cut message",
      glued: "shown as one",
      twice: "shown twice",
      verb: "shown",
    });
    this.#typed = new Way(room.line(), "server", {
      cut: "cut line",
      glued: "glued",
      twice: "twice",
      verb: "sent",
    });
  }

  /**
   * Holds the history.
   *
   * @throws {Failure} when the client does not do what the model says
   */
  async hold({ steps, ending }: ClientHistory): Promise<void> {
    const room = this.#room;
    await room.open();
    this.#host = await room.accepts();
    if (this.#promises.sends) await room.warmUp(this.#host);
    this.#host.into = (chunk) => {
      this.#typed.take(chunk);
      // What it was made of, for the cause of a failure.
      this.#host.heard.add(chunk);
    };
    room.program.onOutput = (chunk) => this.#shown.take(chunk);
    for (const step of steps) await this.#take(step);
    await this.#ends(ending);
    this.#check();
    room.expectNoStackTrace();
    if (!this.#promises.harmless) return;
    const strange = room.strangeControls();
    const message = `The client printed ${strange} as it came.`;
    room.expect(strange === undefined, "control bytes", message);
  }

  #check(): void {
    const problem = this.#shown.problem ?? this.#typed.problem;
    if (problem) throw problem;
  }

  async #until(
    holds: () => boolean,
    awaited: { what: string; step: string; line?: string; who?: string },
    evenAfterExit = false,
  ): Promise<void> {
    const wrong = () => !!(this.#shown.problem ?? this.#typed.problem);
    const look = () => wrong() || holds();
    await this.#room.transcript.until(look, { ...awaited, evenAfterExit });
    this.#check();
  }

  /** Waits until all that the host has said is shown. */
  async #isShown(): Promise<void> {
    const { lines } = this.#shown;
    const what = `the client to show "${this.#shown.next}…"`;
    const all = () => this.#shown.arrived === lines.length;
    if (this.#rest.length > 0) return;
    const about = { what, step: "prints", who: "client" };
    try {
      await this.#until(all, { ...about, line: this.#shown.next });
    } catch (error) {
      if (!(await this.#isVain(error))) throw error;
      throw await this.#whyNotShown(error as Failure);
    }
  }

  /** Waits until all that was typed has arrived. */
  async #isSent(): Promise<void> {
    if (this.#frozen) return;
    const { lines } = this.#typed;
    const what = `the server to get "${this.#typed.next}…", which was typed`;
    const all = () => this.#typed.arrived === lines.length;
    const about = { what, step: "sends", who: "server" };
    try {
      await this.#until(all, { ...about, line: this.#typed.next });
    } catch (error) {
      if (!(await this.#isVain(error))) throw error;
      throw await this.#whyNotSent(error as Failure);
    }
  }

  // Why something was waited for in vain

  /** True when a wait was in vain, and more can be found out about it. */
  async #isVain(error: unknown): Promise<boolean> {
    const { transcript } = this.#room;
    if (!(error instanceof Failure) || transcript.exit) return false;
    const ends = transcript.entries.some(
      ({ kind }) => kind === "eof" || kind === "signal" || kind === "fin",
    );
    return error.awaited !== undefined && !ends && this.#host.connected;
  }

  /** True when it comes true within a moment. */
  #happens(holds: () => boolean): Promise<boolean> {
    const awaited = { what: "what shows a cause", step: "probe", limit: PROBE };
    return this.#room.transcript.until(holds, awaited).then(
      () => true,
      () => false,
    );
  }

  /** A message is not shown: tries if it waits for the user, or is not read. */
  async #whyNotShown(failure: Failure): Promise<Failure> {
    const as = (step: string, line = failure.line) =>
      new Failure(step, failure.message, {
        ...{ who: "client", awaited: failure.awaited ?? "" },
        ...(line !== undefined && { line }),
      });
    const room = this.#room;
    if (await room.isBlocked()) return failure;
    const { arrived } = this.#shown;
    const goesOn = () => this.#shown.arrived > arrived;
    if (this.#promises.sends) {
      for (let times = 0; times < 2; times++) {
        room.types(this.#word());
        if (await this.#happens(goesOn)) return as("message waits");
      }
    }
    const later = this.#shown.mark(this.#shown.lines.length);
    this.#says([SHORT]);
    this.#send();
    const isShown = () => room.program.output.includes(later);
    // It shows what comes later: one line is lost, for whatever reason.
    if (await this.#happens(isShown)) return failure;
    const isTaken = await room.expectTaken(this.#host, "reads").then(
      () => true,
      () => false,
    );
    if (!isTaken) return as("reads");
    return this.#shown.anything ? as("reads once") : as("plain message");
  }

  /** A typed line does not arrive: tries if it waits for the other side. */
  async #whyNotSent(failure: Failure): Promise<Failure> {
    const about = {
      ...{ who: "server", awaited: failure.awaited ?? "" },
      ...(failure.line !== undefined && { line: failure.line }),
    };
    if (await this.#room.isBlocked()) return failure;
    const { arrived } = this.#typed;
    for (let times = 0; times < 2; times++) {
      this.#says([SHORT]);
      this.#send();
      if (await this.#happens(() => this.#typed.arrived > arrived)) {
        return new Failure("message waits", failure.message, about);
      }
    }
    return failure;
  }

  /** The client has read by now what the host has sent, in all likelihood. */
  async #nudge(): Promise<void> {
    await this.#host.flushed();
    if (!this.#promises.sends) return;
    for (let times = 0; times < 2; times++) {
      this.#room.types(this.#word());
      await this.#isSent();
    }
  }

  #word(): string {
    return this.#typed.line(SHORT).toString();
  }

  #says(lines: readonly Words[]): void {
    const bytes = lines.flatMap((words) => [
      this.#shown.line(words),
      Buffer.from(words.crlf ? "\r\n" : "\n"),
    ]);
    this.#rest = Buffer.concat([this.#rest, ...bytes]);
  }

  #send(length = this.#rest.length): void {
    if (length > 0) this.#host.send(this.#rest.subarray(0, length));
    this.#rest = this.#rest.subarray(length);
  }

  #types(lines: readonly Words[], cuts: readonly number[]): void {
    const text = lines
      .map((words) => `${this.#typed.line(words).toString("utf8")}\n`)
      .join("");
    const places = cuts.map((cut) => Math.floor(cut * text.length));
    places.sort((a, b) => a - b);
    let from = 0;
    for (const place of [...places, text.length]) {
      // Typed text is cut between characters: a keyboard sends whole ones.
      const low = text.charCodeAt(place) & 0xfc00;
      const to = low === 0xdc00 ? place + 1 : place;
      if (to > from) this.#room.program.type(text.slice(from, to));
      from = Math.max(from, to);
    }
  }

  async #take(step: ClientStep): Promise<void> {
    this.#check();
    switch (step.does) {
      case "says": {
        this.#says(step.lines);
        const { length } = this.#rest;
        const places = [
          ...new Set(step.cuts.map((cut) => Math.floor(cut * length))),
        ]
          .filter((at) => at > 0 && at < length)
          .sort((a, b) => a - b);
        let sent = 0;
        for (const place of places) {
          this.#send(place - sent);
          sent = place;
          if (step.apart) await this.#nudge();
        }
        if (!step.keeps || places.length === 0) this.#send();
        return;
      }
      case "types":
        return this.#types(step.lines, step.cuts);
      case "talks at once":
        for (const words of step.lines) {
          this.#types([words], []);
          this.#says([words]);
          this.#send();
        }
        return;
      case "freezes":
        if (!this.#frozen) this.#host.stopsReading();
        this.#frozen = true;
        return;
      case "thaws":
        return this.#wakes();
      case "settles":
        await this.#isShown();
        return this.#isSent();
      case "floods": {
        const size = FLOOD_LINE - 32;
        const words = { size, alphabet: "ascii", crlf: false } as const;
        const count = (step.megabytes * MEGABYTE) / FLOOD_LINE;
        this.#says(Array.from({ length: count }, () => words));
        this.#send();
        await this.#isShown();
        return;
      }
    }
  }

  #wakes(): void {
    if (this.#frozen) this.#host.readsAgain();
    this.#frozen = false;
  }

  async #ends(ending: ClientHistory["ending"]): Promise<void> {
    const { program, transcript } = this.#room;
    this.#wakes();
    // A client that has ended by itself would be taken for one that was ended.
    if (this.#typed.lines.length === 0) await this.#nudge();
    switch (ending) {
      case "the host leaves":
        this.#send();
        await this.#isSent();
        this.#host.leaves();
        await this.#isOver(1);
        return this.#isShown();
      case "the host leaves in the middle of a line": {
        this.#send();
        await this.#isSent();
        const words = { size: 20, alphabet: "umlauts", crlf: false } as const;
        const last = this.#shown.line(words);
        this.#host.send(last);
        this.#host.leaves();
        await this.#isOver(1);
        const { lastWords } = this.#promises;
        const shown = program.output.includes(last.toString("utf8"));
        const message =
          "The last line, which lacked its newline, is not shown.";
        this.#room.expect(shown || !lastWords, "last words", message, {
          line: last.toString("utf8"),
          who: "client",
        });
        if (this.#shown.arrived < this.#shown.lines.length) {
          this.#shown.lines.pop();
          await this.#isShown();
        }
        return;
      }
      case "the host resets":
        this.#shown.breaksOff = true;
        this.#host.resets();
        return this.#isOver(1);
      case "the user interrupts":
        this.#send();
        this.#shown.breaksOff = true;
        program.signal("SIGINT");
        return this.#isOver(130);
      case "the input ends":
        this.#send();
        await this.#isShown();
        program.endInput();
        await this.#isSent();
        await this.#host.isLeft();
        this.#host.leaves();
        return this.#isOver(0);
      case "the input ends before the host answers": {
        this.#send();
        const { lastAnswers } = this.#promises;
        this.#shown.breaksOff = !lastAnswers;
        program.endInput();
        await this.#isSent();
        if (!lastAnswers || transcript.exit || !this.#host.connected) {
          await this.#host.isLeft();
          this.#host.leaves();
          return this.#isOver(0);
        }
        const words = { size: 20, alphabet: "umlauts", crlf: false } as const;
        this.#says([words, words]);
        this.#send();
        this.#host.leaves();
        await this.#isOver(0);
        return this.#isShown();
      }
    }
  }

  /** Waits until the client has ended, and has said why. */
  async #isOver(code: number): Promise<void> {
    const { program, transcript } = this.#room;
    await program.ends();
    this.#check();
    if (!this.#promises.tells) return;
    const { exit } = transcript;
    const how = exit?.signal ?? `exit code ${exit?.code}`;
    const ended = `The client ended with ${how}, not with exit code ${code}.`;
    this.#room.expect(exit?.code === code, "exit code", ended);
    const silent = "The client ended without a word.";
    this.#room.expect(program.stderr.text.trim() !== "", "says why", silent);
  }
}
