/** What chunks make of a stream, and what framings make of the chunks. */
import { Buffer } from "./bytes.ts";

/** A framing, taken from a program. */
export interface Framing {
  readonly name: string;
  /** The program that it is taken from. */
  readonly program: string;
  /** The program's own: makes the listener for one client's chunks. */
  listener(
    socket: { remotePort: number; destroy(error: Error): void },
    console: { log(line: string): void },
  ): (chunk: Buffer) => void;
}

/** Who says the lines, as the programs name her. */
const ADA = 47178;

/** The most bytes that are shown. */
export const MOST_BYTES = 96;

/** Cuts `bytes` behind each position of `cuts`, given in bytes from 1. */
export function chunksOf(bytes: Buffer, cuts: ReadonlySet<number>): Buffer[] {
  const chunks: Buffer[] = [];
  let start = 0;
  for (let at = 1; at <= bytes.length; at++) {
    if (at < bytes.length && !cuts.has(at)) continue;
    // A copy, as each chunk from a socket is memory of its own.
    chunks.push(Buffer.concat([bytes.subarray(start, at)]));
    start = at;
  }
  return chunks;
}

/** The messages that a framing takes out of these chunks. */
export function messages(
  framing: Framing,
  chunks: readonly Buffer[],
): string[] {
  const said: string[] = [];
  const listener = framing.listener(
    {
      remotePort: ADA,
      destroy: (error) => said.push(`(cut off: ${error.message})`),
    },
    {
      log: (line) => {
        const json = line.slice(`${ADA} says `.length);
        said.push(JSON.parse(json) as string);
      },
    },
  );
  for (const chunk of chunks) listener(chunk);
  return said;
}

/** The lines that were meant: each ends with a newline. */
export function meant(text: string): string[] {
  return text.split(/\r?\n/).slice(0, -1);
}

/** One byte, with what it belongs to. */
export interface Cell {
  readonly hex: string;
  /** The character that begins here; empty inside of a character. */
  readonly char: string;
  /** True when the character goes on behind this byte. */
  readonly inside: boolean;
  /** The character that this byte is a part of. */
  readonly of: string;
}

/** The bytes of a text, each with its character; a newline is shown as "⏎". */
export function cellsOf(text: string): Cell[] {
  return [...text].flatMap((char) => {
    const bytes = Buffer.encode(char);
    const shown = char === "\n" ? "⏎" : char === "\r" ? "␍" : char;
    return [...bytes].map((byte, n) => ({
      hex: byte.toString(16).padStart(2, "0"),
      char: n === 0 ? (shown === " " ? "␣" : shown) : "",
      inside: n < bytes.length - 1,
      of: char === "\n" ? "newline" : char === " " ? "blank" : shown,
    }));
  });
}

/** The longest beginning of a text that has at most so many bytes. */
export function shorten(text: string, most = MOST_BYTES): string {
  let kept = "";
  for (const char of text) {
    if (Buffer.encode(kept + char).length > most) break;
    kept += char;
  }
  return kept;
}

/** Makes what cannot be seen visible. */
export function visible(text: string): string {
  return text.replaceAll("\n", "⏎").replaceAll("\r", "␍");
}
