/** What is said in random histories: lines of all sizes and alphabets. */
import fc from "fast-check";

/** Alphabets, by what they are hard for. None has a newline in it. */
const ALPHABETS = {
  ascii: "The quick brown fox, at 5 o'clock; (see 4.2) = 100 % ~ fine? ",
  // What a program escapes that prints a message as a string of a language.
  quotes: `"to be" \\ 'or' \\n & <b>not</b> to\tbe%20 `,
  umlauts: "grüße äöüÄÖÜß naïve São Łódź Ελλάδα Привет ",
  emoji: "😀👩‍👩‍👧🏳️‍🌈e\u0301𝔸漢字 ",
  // What a program may take for a line's end, for a string's end, for an
  // escape; and what a terminal obeys.
  controls:
    "a\0b\tc\x07d\bee\x1b[31mf\x1b]0;g\x07h\x7f\u0085i\u2028j\vk\f\\n\"'%s$` ",
} as const;

/** What a line consists of; "bytes" are no UTF-8. */
export type Alphabet = keyof typeof ALPHABETS | "bytes";

/** A line that somebody is to say. */
export interface Words {
  /** Bytes between the marks that make the line known, about. */
  readonly size: number;
  readonly alphabet: Alphabet;
  /** True for a line that ends with CR and LF. */
  readonly crlf: boolean;
}

/** The longest line that every correct server must bear, in bytes. */
export const LONGEST = 100 * 1024;
/** The longest line that every correct client shows as one, in bytes. */
export const LONGEST_SHOWN = 60 * 1024;

/** Lines in these alphabets, each of at most `longest` bytes. */
export function words(
  alphabets: readonly Alphabet[],
  longest: number,
): fc.Arbitrary<Words> {
  const size = fc.oneof(
    { weight: 12, arbitrary: fc.nat(80) },
    { weight: 3, arbitrary: fc.nat(5000) },
    { weight: 1, arbitrary: fc.integer({ min: 15_000, max: longest }) },
  );
  return fc.record({
    size,
    alphabet: fc.constantFrom(...alphabets),
    crlf: fc.oneof({ weight: 7, arbitrary: fc.constant(false) }, fc.boolean()),
  });
}

/**
 * The bytes of these words, about `size` of them, different for each `n`: whole
 * characters of the alphabet, over and over.
 */
export function content({ size, alphabet }: Words, n: number): Buffer {
  if (alphabet === "bytes") {
    // Each byte but the newline, CR, and what a terminal would take for one.
    return Buffer.from(
      Array.from({ length: size }, (_, at) => 128 + ((at * 7 + n) % 128)),
    );
  }
  const characters = [...ALPHABETS[alphabet]];
  const turn = n % characters.length;
  const one = Buffer.from(
    [...characters.slice(turn), ...characters.slice(0, turn)].join(""),
  );
  if (size >= one.length) {
    const whole = Math.floor(size / one.length);
    return Buffer.concat(Array.from({ length: whole }, () => one));
  }
  let end = size;
  // Not inside a character: a continuation byte is 10xxxxxx.
  while (end > 0 && ((one[end] ?? 0) & 0xc0) === 0x80) end--;
  return one.subarray(0, end);
}
