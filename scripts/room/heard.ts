/** What somebody has heard or printed: text that grows, and its lines. */
import { StringDecoder } from "node:string_decoder";
import { stripVTControlCharacters } from "node:util";

/** The most that is kept, in characters; a check that hears more counts it. */
const KEPT = 4 * 1024 * 1024;

/** Text that comes in chunks. */
export class Heard {
  /** All of it, as it came. */
  text = "";
  /** Bytes in all, kept or not. */
  length = 0;
  readonly #decoder = new StringDecoder("utf8");
  readonly #searched = new Map<string, number>();

  /** Adds a chunk. */
  add(chunk: Buffer): void {
    this.length += chunk.length;
    if (this.text.length < KEPT) this.text += this.#decoder.write(chunk);
  }

  /**
   * True when `part` is somewhere in the text. Asked again, it looks only at
   * what has come since, so that a wait costs what arrives and not its square.
   */
  includes(part: string): boolean {
    const from = this.#searched.get(part) ?? 0;
    const at = this.text.indexOf(part, from);
    this.#searched.set(
      part,
      at >= 0 ? at : Math.max(0, this.text.length - part.length),
    );
    return at >= 0;
  }

  /** The text without terminal colours and cursor movements. */
  get plain(): string {
    return stripVTControlCharacters(this.text);
  }

  /** The lines so far, the unfinished one last. Carriage returns are kept. */
  get lines(): string[] {
    return this.plain.split("\n");
  }

  /** How often `part` is in the text. */
  count(part: string): number {
    return this.plain.split(part).length - 1;
  }

  /** The lines that contain `part`, without a CR before the newline. */
  linesWith(part: string): string[] {
    return this.lines
      .filter((line) => line.includes(part))
      .map((line) => line.replace(/\r$/, ""));
  }
}
