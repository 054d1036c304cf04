/** What the student's loop shows, as text: no terminal, no keys, no state. */
import colors from "picocolors";
import { wrap } from "../command/wrap.ts";
import type { Check } from "../room/check.ts";
import type { Result } from "../verdict/hold.ts";
import { headline, report } from "../verdict/report.ts";
import { CHAPTERS, type Chapter, shortPath } from "../workbook/chapters.ts";
import { type Progress, points, type State, stateOf } from "./progress.ts";

const SIGNS: Record<State, string> = {
  passed: colors.green("✓"),
  stale: colors.yellow("✓"),
  current: colors.cyan("▶"),
  jumped: colors.yellow("↷"),
  open: " ",
};
const WORDS: Record<State, string> = {
  passed: "",
  stale: "passed, changed since",
  current: "you are here",
  jumped: "jumped over",
  open: "",
};

/** A bar of what is done. */
function bar(done: number, all: number): string {
  const width = 20;
  const full = Math.round((done / all) * width);
  return `${"█".repeat(full)}${"░".repeat(width - full)}`;
}

/** All chapters with their state, a bar, and the points so far. */
export function list(
  progress: Progress,
  checks: readonly Check[],
  fingerprints: Record<Chapter["strand"], string>,
): string {
  const states = CHAPTERS.map((chapter) =>
    stateOf(progress, chapter, checks, fingerprints[chapter.strand]),
  );
  const done = states.filter((one) => one === "passed" || one === "stale");
  const rows = CHAPTERS.map((chapter, n) => {
    const state = states[n] as State;
    const here = chapter.name === progress.chapter && state !== "current";
    const word = [WORDS[state], here ? WORDS.current : ""]
      .filter((one) => one !== "")
      .join(", ");
    const name = `${chapter.number} ${chapter.word.replaceAll("_", " ")}`;
    return `${SIGNS[state]} ${name.padEnd(20)} ${colors.dim(word)}`.trimEnd();
  });
  const won = points(progress, checks).length;
  return [
    ...rows,
    "",
    `${bar(done.length, CHAPTERS.length)} ${done.length} of ${CHAPTERS.length} chapters, ${won} of 10 points`,
  ].join("\n");
}

/** The chapter's page and the student's file, and what to do with them. */
export function header(chapter: Chapter, file: string): string {
  const title = `${chapter.number} ${chapter.word.replaceAll("_", " ")}`;
  return [
    colors.bold(title),
    `Read   ${shortPath(chapter.folder)}/README.md`,
    `Write  ${shortPath(file)}`,
    "Save, and see here at once whether it works.",
  ].join("\n");
}

const paint = {
  pass: colors.green,
  fail: colors.red,
  "not reached": colors.dim,
  infrastructure: colors.yellow,
  unstable: colors.yellow,
} as const;

/**
 * The verdict: what passes, the first failure with its diagram and cause, and
 * the rest in one line each.
 */
export function verdict(results: readonly Result[], columns: number): string {
  const bad = ["fail", "infrastructure"];
  const first = results.find((one) => bad.includes(one.verdict));
  return results
    .map((result) => {
      if (result !== first) {
        const line = headline(result);
        const short = line.replace("(beyond the ten points)", "(extra)");
        const fits = line.length < columns ? line : wrap(short, columns);
        return paint[result.verdict](fits);
      }
      const [title = "", ...rest] = report(result, {
        columns,
        advice: false,
      }).split("\n");
      const body = rest.map((line) =>
        line.includes(" ✗ ") ? colors.red(line) : line,
      );
      return ["", colors.red(wrap(title, columns)), ...body, ""].join("\n");
    })
    .join("\n")
    .replace(/^\n/, "");
}

/** One line with all keys. */
export function keys(names: Record<string, string>): string {
  return Object.entries(names)
    .map(([key, word]) => `${colors.bold(key)} ${word}`)
    .join("   ");
}
