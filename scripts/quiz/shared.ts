/** What the formats for learning platforms have in common. */
import { escapeHTML, inlineHTML } from "./prose.ts";
import type { Answer, Choice } from "./questions.ts";

/**
 * What an answer counts, in percent: the right ones add up to 100, and each
 * wrong one takes away as much as a right one gives. Moodle knows shares such
 * as 33.33333 with five decimals.
 */
export function shareOf({ choose }: Choice, { right }: Answer): number {
  const share = Number((100 / choose).toFixed(5));
  if (right) return share;
  return choose === 1 ? 0 : -share;
}

/** A question with its code, and how many answers are right. */
export function questionHTML({ ask, code, choose }: Choice): string {
  const block = code === "" ? "" : `<pre>${escapeHTML(code)}</pre>`;
  const many = choose === 1 ? "" : `<p>${choose} answers are right.</p>`;
  return `<p>${inlineHTML(ask)}</p>${block}${many}`;
}

/** An answer, or why it is right or wrong. */
export function answerHTML(text: string): string {
  return inlineHTML(text);
}
