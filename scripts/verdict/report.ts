/** A result as a person reads it in the terminal. */
import { diagram } from "../room/diagram.ts";
import type { Result } from "./hold.ts";

const SIGNS = {
  pass: "✓",
  fail: "✗",
  "not reached": "–",
  infrastructure: "!",
  unstable: "~",
} as const;

function indent(text: string, by: number): string {
  return text.replace(/^(?=.)/gm, " ".repeat(by));
}

/** Breaks `text` into lines of at most `width` characters. */
function wrap(text: string, width: number): string {
  return text.replace(
    new RegExp(`(?![^\\n]{1,${width}}$)([^\\n]{1,${width}})\\s`, "g"),
    "$1\n",
  );
}

/** One line: the verdict and the check's title. */
export function headline({ verdict, check }: Result): string {
  const beyond = check.graded ? "" : "  (beyond the ten points)";
  return `${SIGNS[verdict]} ${check.title}${beyond}`;
}

/**
 * The whole result: the headline, and for a failure the diagram of the last
 * steps, what the program did, and where to read on.
 */
export function report(result: Result): string {
  const { verdict, check, message, cause, transcript } = result;
  const parts = [headline(result)];
  if (verdict === "fail" || verdict === "unstable") {
    parts.push(indent(diagram(transcript, check.strand), 4));
    parts.push(indent(wrap(message, 76), 2));
    if (cause) {
      parts.push(indent(wrap(cause.says, 76), 2));
      const [chapter, heading] = cause.read;
      const read = `${cause.mend} Read on: chapters/${chapter}, "${heading}".`;
      parts.push(indent(wrap(read, 76), 2));
    }
  } else if (verdict !== "pass") {
    parts.push(indent(wrap(message, 76), 2));
  }
  return parts.join("\n");
}
