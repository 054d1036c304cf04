/** Hints for one symptom, in three levels: a question, the place, the shape. */
import type { Cause } from "../causes/explain.ts";
import { findChapter } from "../workbook/chapters.ts";
import { listing } from "./pages.ts";

/** How many levels there are. */
export const LEVELS = 3;

/** The hint of a level, from 1 on, for the cause of a failure. */
export function hint(cause: Cause, level: number): string {
  const [name, heading] = cause.read;
  if (level === 1) {
    return (
      cause.asks ?? "What does your program do where the ✗ stands, and why?"
    );
  }
  if (level === 2) {
    return `Read chapters/${name}/README.md, "${heading}", and look at the place in your program that it speaks of.`;
  }
  const code = listing(findChapter(name), heading);
  return code === undefined ? cause.mend : `${cause.mend}\n\n${code}`;
}
