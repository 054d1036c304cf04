/**
 * What one client hears, compared with what it should hear: every line of every
 * other client exactly once, in the order of its speaker, byte for byte, and
 * never a line of its own. It costs a fraction of what sending the line costs.
 */
import { HEAD, numberAt, type Speech, speakerAt } from "./lines.ts";

const COLON = 58;
const SPACE = 32;

/** In which way what is heard is not what was said. */
export type Kind = "altered" | "echo" | "twice" | "order" | "lost";

/** A server does not do what a chat has to do. */
export class Wrong extends Error {
  readonly kind: Kind;
  constructor(kind: Kind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** The number of the speaker whose lines only find out who is there. */
export const PROBER = 9999;

/** A client's ear. */
export class Hearing {
  /** Lines heard, of each speaker. */
  readonly next: number[];
  /** True once a line of the prober has come. */
  probed = false;
  readonly #speeches: readonly Speech[];
  readonly #probe: Speech;
  readonly #own: number;
  readonly #onLines: (speaker: number, first: number, count: number) => void;
  /** Lines that were overtaken, as "speaker:number". */
  readonly #missing = new Set<string>();
  /** The beginning of a head that has come in pieces. */
  readonly #head = Buffer.alloc(HEAD);
  #headLength = 0;
  /** The line that is coming, once its head is known: speaker or -1. */
  #speaker = -1;
  #number = 0;
  #offset = 0;

  /**
   * @param speeches what each speaker says
   * @param own the number of the speaker who hears this, or -1
   * @param onLines called with lines that were heard whole, in their order
   */
  constructor(
    speeches: readonly Speech[],
    probe: Speech,
    own: number,
    onLines: (speaker: number, first: number, count: number) => void,
  ) {
    this.#speeches = speeches;
    this.#probe = probe;
    this.#own = own;
    this.#onLines = onLines;
    this.next = speeches.map(() => 0);
  }

  /**
   * Takes a chunk.
   *
   * @throws {Wrong} at the first line that is not what it should be
   */
  take(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      at = this.#run(chunk, at);
      if (at < chunk.length) at = this.#line(chunk, at);
    }
  }

  /**
   * Everything up to the end of the chunk in one comparison: possible where
   * only one speaks. Returns `at` when there is something else.
   */
  #run(chunk: Buffer, at: number): number {
    const [speech, another] = this.#speeches;
    if (!speech || another || this.#own === 0 || this.#headLength > 0)
      return at;
    const next = this.next[0] as number;
    // Inside of a probe, or of a line that has overtaken another one.
    if (this.#speaker > 0 || (this.#speaker === 0 && this.#number !== next)) {
      return at;
    }
    const { bytes, size, count } = speech;
    const offset = this.#speaker === 0 ? this.#offset : 0;
    const from = (next % count) * size + offset;
    const length = Math.min(chunk.length - at, bytes.length - from);
    const to = from + length;
    if (bytes.compare(chunk, at, at + length, from, to) !== 0) return at;
    const lines = Math.floor((offset + length) / size);
    const rest = (offset + length) % size;
    if (lines > 0) this.#heard(0, next, lines);
    this.#speaker = rest >= HEAD ? 0 : -1;
    this.#number = next + lines;
    this.#offset = rest;
    if (rest < HEAD) {
      this.#headLength = rest;
      bytes.copy(this.#head, 0, to - rest, to);
    }
    return at + length;
  }

  /** The next piece of one line. */
  #line(chunk: Buffer, start: number): number {
    let at = start;
    if (this.#speaker < 0) {
      const missing = HEAD - this.#headLength;
      const copied = chunk.copy(this.#head, this.#headLength, at, at + missing);
      this.#headLength += copied;
      at += copied;
      if (this.#headLength < HEAD) return at;
      this.#headLength = 0;
      this.#begin();
    }
    const speech = this.#speechOf(this.#speaker) as Speech;
    const { bytes, size, count } = speech;
    const from = (this.#number % count) * size + this.#offset;
    const length = Math.min(size - this.#offset, chunk.length - at);
    if (bytes.compare(chunk, at, at + length, from, from + length) !== 0) {
      throw this.#altered(bytes.subarray(from, from + length), chunk, at);
    }
    this.#offset += length;
    if (this.#offset === size) {
      const speaker = this.#speaker;
      this.#speaker = -1;
      this.#offset = 0;
      if (speaker === PROBER) this.probed = true;
      else this.#heard(speaker, this.#number, 1);
    }
    return at + length;
  }

  #speechOf(speaker: number): Speech | undefined {
    return speaker === PROBER ? this.#probe : this.#speeches[speaker];
  }

  #heard(speaker: number, first: number, count: number) {
    this.next[speaker] = first + count;
    this.#onLines(speaker, first, count);
  }

  /** Decides which line begins with the head that has come. */
  #begin() {
    const head = this.#head;
    const speaker = speakerAt(head, 0);
    const told = numberAt(head, 0);
    const speech = this.#speechOf(speaker);
    const gaps = head[4] === COLON && head[HEAD - 1] === SPACE;
    if (!speech || !(told < speech.count) || !gaps) {
      throw new Wrong(
        "altered",
        `a line begins with ${JSON.stringify(head.toString("latin1"))}, and nobody has said that`,
      );
    }
    this.#speaker = speaker;
    this.#offset = HEAD;
    this.#number = told;
    if (speaker === PROBER) return;
    if (speaker === this.#own)
      throw new Wrong("echo", "a speaker hears itself");
    const next = this.next[speaker] as number;
    const { count } = speech;
    const ahead = (told - (next % count) + count) % count;
    this.#number = next + ahead;
    if (ahead < count / 2) {
      for (let n = next; n < next + ahead; n++) {
        this.#missing.add(`${speaker}:${n}`);
      }
      return;
    }
    const number = next + ahead - count;
    throw this.#missing.has(`${speaker}:${number}`)
      ? new Wrong("order", "a line comes after a later one of its speaker")
      : new Wrong("twice", "a line comes twice");
  }

  #altered(expected: Buffer, chunk: Buffer, at: number): Wrong {
    let n = 0;
    while (expected[n] === chunk[at + n]) n++;
    const show = (bytes: Buffer) =>
      JSON.stringify(bytes.toString("latin1").slice(0, 16));
    return new Wrong(
      "altered",
      `a line is altered: ${show(chunk.subarray(at + n, at + expected.length))} in place of ${show(expected.subarray(n))}`,
    );
  }

  /**
   * Says what is missing when nothing more comes.
   *
   * @param said how many lines each speaker has said
   * @throws {Wrong} when a line is missing
   */
  finish(said: readonly number[]): void {
    let missing = this.#missing.size;
    for (const [speaker, lines] of said.entries()) {
      if (speaker !== this.#own) missing += lines - (this.next[speaker] ?? 0);
    }
    if (missing > 0) {
      throw new Wrong("lost", `a client misses ${missing} lines`);
    }
  }
}
