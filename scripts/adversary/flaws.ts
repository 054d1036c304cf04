/**
 * What a flaw in a line that was heard tells of the server: which of its
 * mistakes can have made this of what was said.
 */
import type { Flaw } from "./ear.ts";

/** What is known of a line that was said. */
export interface Spoken {
  readonly text: string;
  /** In how many writes it was sent; the server may have read it in more. */
  readonly pieces: number;
  /** True when somebody else had half a line on its way at the same time. */
  readonly between: boolean;
}

/** Bytes that no escape takes away: who loses more has lost a piece. */
const ESCAPE = 8;

/** The characters of Latin-1 as the bytes that they are; no text, no answer. */
function utf8(latin1: string): string | undefined {
  try {
    const bytes = Buffer.from(latin1, "latin1");
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** How long the beginning is that both have, or with `back` the end. */
function common(one: string, two: string, back = false): number {
  const at = (text: string, n: number) => text.at(back ? -1 - n : n);
  let n = 0;
  while (n < one.length && n < two.length && at(one, n) === at(two, n)) n++;
  return n;
}

/**
 * The step of a check that fails in the same way, for a line that was heard
 * other than it was said; "unclear" where more than one mistake does this.
 */
export function alteredStep({ text, pieces, between }: Spoken, heard: string) {
  const mark = text.slice(0, text.indexOf(".") + 1);
  const [first, last] = [heard.indexOf(mark), heard.lastIndexOf(mark)];
  const whole = first < last;
  if (!whole) {
    // Its beginning was taken for a line: nobody else is needed for that.
    const beginning = common(heard.slice(first), text) > mark.length + 1;
    const end = common(heard.slice(0, first + mark.length), text, true);
    if (beginning || end <= mark.length) return "cut line";
    // Its beginning is lost: not kept, or somebody else's put in its place.
    if (!between) return "cut line";
    return pieces === 2 ? "two halves" : "unclear";
  }
  const said = utf8(text);
  // What is no text may become anything in a program that takes it for text.
  if (said === undefined) return "unclear";
  if ((utf8(heard) ?? "").includes("\ufffd")) return "cut character";
  const part = heard.slice(first, last + mark.length);
  const kept = common(part, text) + common(part, text, true);
  const isPiece = text.length - part.length > ESCAPE && kept >= part.length;
  return isPiece ? "cut line" : "special characters";
}

/**
 * The same for several lines that were heard as one.
 *
 * @param said the lines, in the order of their marks
 * @param printed true for a server that prints each message by itself
 */
export function gluedStep(
  said: readonly (Spoken & { readonly by: unknown })[],
  { heard }: Flaw,
  printed: boolean,
) {
  const whole = said.filter(({ text }) => heard.includes(text)).length;
  const speakers = new Set(said.map(({ by }) => by)).size;
  if (speakers > 1 && whole < said.length) return "two halves";
  if (whole < said.length) return "cut line";
  return printed ? "joined lines" : "glued";
}
