/** The wrong programs, with what their headers say of them. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { CHAPTERS, type Chapter, shortPath } from "./chapters.ts";

/** A wrong program. */
export interface Mistake {
  readonly file: string;
  /** "05_broadcasting/echo". */
  readonly name: string;
  readonly chapter: Chapter;
  /** What the mistake is, in one sentence. */
  readonly what: string;
  readonly happens: string;
  readonly why: string;
  /** The id of the check that catches it. */
  readonly caughtBy: string;
  /** The id of the cause that the check then names. */
  readonly cause: string;
  /** The requirements of the exercise that a program with it does not meet. */
  readonly loses: readonly string[];
  /**
   * Those of them that grading gives all the same: its witness sees what no
   * conversation shows.
   */
  readonly given: readonly string[];
}

/** The fields of a header; the last one may be left out. */
const FIELDS = [
  "Mistake",
  "What happens",
  "Why people write it",
  "Caught by",
  "Cause",
  "Loses",
  "Given by the witness",
];

/**
 * Reads one wrong program's header.
 *
 * @throws {Error} with a sentence, when a field is missing or unknown
 */
export function readMistake(file: string, chapter: Chapter): Mistake {
  const source = readFileSync(file, "utf8");
  const header = /^\/\*\*\n([\s\S]*?)\*\//.exec(source)?.[1] ?? "";
  const text = header.replace(/^ \*(?: |$)/gm, "");
  for (const [, name = ""] of text.matchAll(/^([A-Z][\w ]*):(?= )/gm)) {
    if (FIELDS.includes(name)) continue;
    const known = FIELDS.map((one) => `"${one}"`).join(", ");
    throw new Error(
      `${shortPath(file)}: its header has "${name}: …"; known are ${known}.`,
    );
  }
  const optional = (name: string): string | undefined =>
    new RegExp(`^${name}: (.*(?:\\n {2}.*)*)`, "m")
      .exec(text)?.[1]
      ?.replace(/\s+/g, " ")
      .trim();
  const field = (name: string): string => {
    const found = optional(name);
    if (found !== undefined) return found;
    throw new Error(`${shortPath(file)}: its header lacks "${name}: …".`);
  };
  const list = (text: string) => text.split(/,\s*/).sort();
  const [loses, given] = [field("Loses"), optional("Given by the witness")];
  return {
    file,
    name: `${chapter.name}/${path.parse(file).name}`,
    chapter,
    what: field("Mistake"),
    happens: field("What happens"),
    why: field("Why people write it"),
    caughtBy: field("Caught by"),
    cause: field("Cause"),
    loses: loses === "nothing graded" ? [] : list(loses),
    given: given === undefined ? [] : list(given),
  };
}

/** All wrong programs, in the order of the book. */
export function readMistakes(): Mistake[] {
  return CHAPTERS.flatMap((chapter) =>
    chapter.mistakes.map((file) => readMistake(file, chapter)),
  );
}
