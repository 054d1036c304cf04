/** What somebody has heard or printed: text that grows, and its lines. */
import { StringDecoder } from "node:string_decoder";
import { stripVTControlCharacters } from "node:util";

/** How much is kept, in characters; of more, the beginning is forgotten. */
const KEPT = 1024 * 1024;

/** Text that comes in chunks. */
export class Heard {
  /** All that is kept of it, as it came. */
  text = "";
  /** Bytes in all, kept or not. */
  length = 0;
  /** Characters that are forgotten. */
  #forgotten = 0;
  readonly #decoder = new StringDecoder("utf8");
  /** How far each part was looked for, and whether it was found. */
  readonly #searched = new Map<string, { from: number; found: boolean }>();

  /** Adds a chunk. */
  add(chunk: Buffer): void {
    this.length += chunk.length;
    this.text += this.#decoder.write(chunk);
    if (this.text.length > 2 * KEPT) {
      this.#forgotten += this.text.length - KEPT;
      this.text = this.text.slice(-KEPT);
    }
  }

  /** This moment, for `since`. */
  get mark(): number {
    return this.#forgotten + this.text.length;
  }

  /** What has come since a mark. */
  since(mark: number): string {
    return this.text.slice(Math.max(0, mark - this.#forgotten));
  }

  /**
   * True when `part` was or is somewhere in the text. Asked again, it looks only
   * at what has come since, so that a wait costs what arrives, not its square.
   */
  includes(part: string): boolean {
    const before = this.#searched.get(part) ?? { from: 0, found: false };
    if (before.found) return true;
    const from = Math.max(0, before.from - this.#forgotten);
    const found = this.text.includes(part, from);
    const next = Math.max(0, this.mark - part.length);
    this.#searched.set(part, { from: next, found });
    return found;
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
