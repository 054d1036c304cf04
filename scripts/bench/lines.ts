/**
 * The lines that a bench says. Each carries who says it and which one it is, so
 * that whoever hears it can tell what it should be, to the last byte.
 */

/** Bytes in front of a line: "0007:000123 ", the speaker and the number. */
export const HEAD = 12;
/** The shortest line, in bytes: head, one character of two bytes, newline. */
export const SHORTEST = HEAD + 3;
const ZERO = 48;
const NEWLINE = 10;

/** The number in `length` digits at `at`; NaN where there is another byte. */
function digits(bytes: Buffer, at: number, length: number): number {
  let number = 0;
  for (let n = at; n < at + length; n++) {
    const digit = (bytes[n] as number) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

/** Who says the line whose head stands at `at`: a number, or NaN. */
export function speakerAt(bytes: Buffer, at: number): number {
  return digits(bytes, at, 4);
}

/** Which of its speaker's lines it is: a number, or NaN. */
export function numberAt(bytes: Buffer, at: number): number {
  return digits(bytes, at + 5, 6);
}

/** Letters to fill lines with: the same ones in every run, in no order. */
const POOL = (() => {
  // A prime length, so that the lines of one speaker differ.
  const pool = Buffer.alloc(8191);
  let state = 88_172_645;
  for (let n = 0; n < pool.length; n++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    pool[n] = 97 + ((state >>> 0) % 26);
  }
  return pool;
})();

/**
 * All that one speaker says: `count` lines of `size` bytes, newline included,
 * and then the same ones again. Their bytes lie side by side, so that many
 * lines are one write, and one comparison where they are heard.
 */
export class Speech {
  readonly bytes: Buffer;
  readonly size: number;
  readonly count: number;

  constructor(speaker: number, size: number, count: number) {
    if (size < SHORTEST)
      throw new Error(`A line has ${SHORTEST} bytes or more.`);
    this.size = size;
    this.count = count;
    this.bytes = Buffer.allocUnsafe(size * count);
    let from = (speaker * 131) % POOL.length;
    for (let n = 0; n < count; n++) {
      const line = this.bytes.subarray(n * size, (n + 1) * size);
      const head = `${String(speaker).padStart(4, "0")}:${String(n).padStart(6, "0")} é`;
      let at = line.write(head);
      while (at < size) {
        const copied = POOL.copy(line, at, from);
        at += copied;
        from = (from + copied) % POOL.length;
      }
      line[size - 1] = NEWLINE;
    }
  }

  /** The lines from the one with number `from` up to `to`, not included. */
  *slices(from: number, to: number): Generator<Buffer> {
    const { bytes, size, count } = this;
    for (let at = from; at < to; ) {
      const first = at % count;
      const some = Math.min(to - at, count - first);
      yield bytes.subarray(first * size, (first + some) * size);
      at += some;
    }
  }
}
