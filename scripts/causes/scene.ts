/** What a failed conversation looks like to those who explain it. */
import type { Room } from "../room/room.ts";
import { ServerRoom } from "../room/server_room.ts";
import type { Entry, Failure } from "../room/transcript.ts";

export class Scene {
  /** The step of the check that failed. */
  readonly step: string;
  /** The participant that it is about. */
  readonly who: string | undefined;
  /** The line that it is about. */
  readonly line: string | undefined;
  /** The check's id. */
  readonly check: string;
  /** True when the program did not answer a question: it does nothing else. */
  readonly blocked: boolean;
  readonly #room: Room;

  constructor(failure: Failure, room: Room, check: string, blocked: boolean) {
    this.step = failure.step;
    this.who = failure.who;
    this.line = failure.line;
    this.check = check;
    this.blocked = blocked;
    this.#room = room;
  }

  get role(): "server" | "client" {
    return this.#room instanceof ServerRoom ? "server" : "client";
  }

  get entries(): readonly Entry[] {
    return this.#room.transcript.entries;
  }

  /** The end of the program, if it has ended. */
  get exit() {
    return this.#room.transcript.exit;
  }

  /** All that the program printed. */
  get output(): string {
    return this.#room.started ? this.#room.program.output.plain : "";
  }

  /** What was printed or heard anywhere, line by line. */
  get surfaces(): string[] {
    const heard = this.#room.participants.flatMap((one) => one.heard.lines);
    return [...this.output.split("\n"), ...heard];
  }

  /** The ports that the program asked for, to listen on or to connect to. */
  get ports(): number[] {
    if (!this.#room.started) return [];
    const { listening, connecting } = this.#room.program;
    return [...listening, ...connecting].map(({ asked }) => asked);
  }

  /** True when the program said nothing to anybody before it ended. */
  get diedAtStart(): boolean {
    const met = this.entries.some(({ kind }) => kind === "join");
    return this.exit !== undefined && !met;
  }

  /** The line of an error report that says what the error is. */
  get error(): string | undefined {
    const text = this.output;
    const line =
      /^.*\bERROR: .*$/m.exec(text) ??
      /^(?:Uncaught )?\w*Error\b.*$/m.exec(text) ??
      /^.*\bError\b.*$/im.exec(text);
    return line?.[0].trim().slice(0, 160);
  }

  /** True when the program ended of an error that it did not handle. */
  get crashed(): boolean {
    const unhandled = /^Node\.js v\d|^Traceback \(most recent/m;
    return this.exit?.code === 1 && unhandled.test(this.output);
  }

  /** True when the program reports that bytes are no text. */
  get cannotDecode(): boolean {
    const reports =
      /'utf-?8' codec can't decode|MalformedInputException|invalid byte sequence in UTF-8|stream did not contain valid UTF-8/i;
    return reports.test(this.output);
  }

  /** True when an entry of this kind is about `who`, or about anybody. */
  has(kind: Entry["kind"], from?: string): boolean {
    return this.entries.some(
      (entry) =>
        entry.kind === kind &&
        (from === undefined || ("from" in entry && entry.from === from)),
    );
  }

  /** True when the program ended any connection with a FIN. */
  anyWasEnded(): boolean {
    return this.entries.some(
      (entry) => entry.kind === "fin" && entry.from === this.role,
    );
  }

  /** The last chunk to `who`, with `text` in it if given. */
  lastTo(who: string, text = ""): Entry | undefined {
    return this.entries.findLast(
      (entry) =>
        entry.kind === "send" &&
        entry.to === who &&
        entry.bytes.toString("utf8").includes(text),
    );
  }

  /** The last that was printed, with `text` in it if given. */
  lastPrint(text = ""): Entry | undefined {
    return this.entries.findLast(
      (entry) =>
        entry.kind === "print" && entry.bytes.toString("utf8").includes(text),
    );
  }
}

/** A mistake, as its symptom shows it. */
export interface Symptom {
  /** A short name; the headers of wrong programs name theirs. */
  readonly id: string;
  /** True when the conversation shows this mistake. The first that does wins. */
  when(scene: Scene): boolean;
  /** What the program did, and which mistake that is. */
  readonly says: string | ((scene: Scene) => string);
  /** A question that leads there, for those who want to find it themselves. */
  readonly asks: string;
  /** What to do about it. */
  readonly mend: string;
  /** Where to read on: the chapter's folder and a heading of its page. */
  readonly read: readonly [chapter: string, heading: string];
  /** What the diagram writes at the entry where it shows. */
  readonly mark?: string | ((scene: Scene) => string);
  /** That entry; the last one about the failure's line when left out. */
  entry?(scene: Scene): Entry | undefined;
}
