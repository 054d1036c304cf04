/** A result as a person reads it in the terminal. */
import { wrap } from "../command/wrap.ts";
import { diagram } from "../room/diagram.ts";
import type { Result } from "./hold.ts";

/** One sign for each verdict. */
export const SIGNS = {
  pass: "✓",
  fail: "✗",
  "not reached": "–",
  infrastructure: "!",
  unstable: "~",
} as const;

function indent(text: string, by: number): string {
  return text.replace(/^(?=.)/gm, " ".repeat(by));
}

/** One line: the verdict and the check's title. */
export function headline({ verdict, check }: Result): string {
  const beyond = check.graded ? "" : "  (beyond the ten points)";
  return `${SIGNS[verdict]} ${check.title}${beyond}`;
}

/** How much of a result is told, and in how much space. */
export interface Telling {
  /** The width of the terminal, in characters; 80 when left out. */
  readonly columns?: number;
  /** False leaves out what to do: for those who first want to think. */
  readonly advice?: boolean;
}

/**
 * The whole result: the headline, and for a failure the diagram of the last
 * steps, what the program did, and where to read on.
 */
export function report(result: Result, telling: Telling = {}): string {
  const { verdict, check, message, cause, transcript } = result;
  const { columns = 80, advice = true } = telling;
  const prose = (text: string) => indent(wrap(text, columns - 2), 2);
  const parts = [headline(result)];
  if (verdict === "fail" || verdict === "unstable") {
    const drawn = diagram(transcript, check.strand).split("\n");
    parts.push(
      indent(drawn.map((line) => cut(line, columns - 4)).join("\n"), 4),
    );
    parts.push(prose(message));
    if (cause) parts.push(prose(cause.says));
    if (cause && advice) {
      const [chapter, heading] = cause.read;
      const read = `${cause.mend} Read on: chapters/${chapter}, "${heading}".`;
      parts.push(prose(read));
    }
  } else if (verdict !== "pass") {
    parts.push(prose(message));
  }
  return parts.join("\n");
}

/** A line of a drawing in at most `width` characters, its mark kept. */
function cut(line: string, width: number): string {
  if (line.length <= width || width >= 76) return line;
  const [drawn = "", mark] = line.split("     ✗ ");
  const short = `${drawn.slice(0, width - 1)}…`;
  return mark === undefined ? short : `${short}\n  ✗ ${mark}`;
}
