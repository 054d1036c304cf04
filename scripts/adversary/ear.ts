/**
 * Who hears in a random history, and what: each line that counts has marks at
 * both ends, and is looked for inside whatever else arrives.
 */

/** A line that counts. */
export interface Line {
  readonly n: number;
  /** The marks and all between them, as Latin-1: one character a byte. */
  readonly text: string;
}

/** What was wrong with something that was heard. */
export interface Flaw {
  /** The step that causes are known by. */
  readonly step: "altered" | "glued" | "stray CR";
  readonly n: number;
  /** What was heard, a line without its newline, as Latin-1. */
  readonly heard: string;
  /** All lines that count and of which something is in it. */
  readonly numbers: readonly number[];
}

/** Cuts what arrives into lines, and finds those that count. */
export class Ear {
  readonly #mark: RegExp;
  readonly #lines: readonly Line[];
  #tail: string[] = [];

  /** `word` begins every mark; `lines` is filled as lines are said. */
  constructor(word: string, lines: readonly Line[]) {
    this.#mark = new RegExp(`${word}(\\d+)\\.`, "g");
    this.#lines = lines;
  }

  /** Takes a chunk; gives each line that it completes to `hear`. */
  take(chunk: Buffer, hear: (n: number, flaw?: Flaw) => void): void {
    const parts = chunk.toString("latin1").split("\n");
    const last = parts.pop() as string;
    for (const part of parts) {
      const line = this.#tail.length > 0 ? this.#tail.join("") + part : part;
      this.#tail = [];
      this.#judge(line, hear);
    }
    if (last !== "") this.#tail.push(last);
  }

  /** What has come since the last newline. */
  get unfinished(): string {
    return this.#tail.join("");
  }

  #judge(heard: string, hear: (n: number, flaw?: Flaw) => void) {
    // Each line has the same mark at its beginning and at its end.
    const marks = [...heard.matchAll(this.#mark)].map((match) =>
      Number(match[1]),
    );
    const numbers = [...new Set(marks)];
    for (const n of numbers) {
      const flaw = (step: Flaw["step"]) => hear(n, { step, n, heard, numbers });
      const text = this.#lines[n]?.text;
      if (text === undefined || !heard.includes(text)) {
        // A shorter number is in a longer one's mark by chance of cutting only.
        flaw(numbers.length > 1 ? "glued" : "altered");
      } else if (numbers.length > 1) flaw("glued");
      else {
        const after = heard.slice(heard.indexOf(text) + text.length);
        // At the line's end or as an escape, where the message was printed.
        if (/^\\r/.test(after)) flaw("stray CR");
        else hear(n);
      }
    }
  }
}
