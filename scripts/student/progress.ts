/** How far the student is: one small readable file beside the programs. */
import { existsSync, readFileSync, renameSync } from "node:fs";
import path from "node:path";
import { writeWhole } from "../command/whole_file.ts";
import type { Check } from "../room/check.ts";
import type { Result, Verdict } from "../verdict/hold.ts";
import { CHAPTERS, type Chapter } from "../workbook/chapters.ts";
import { SUBMISSION, stamp } from "./submission.ts";

/** The file's contents. */
export interface Progress {
  readonly version: 1;
  /** The chapter that the student works on. */
  chapter: string;
  /** Chapters that were entered before the one before had passed. */
  jumped: string[];
  /** Each check's last verdict, and the program's fingerprint at that time. */
  checks: Record<string, { verdict: Verdict; program: string }>;
}

/** How a chapter stands. */
export type State = "passed" | "stale" | "current" | "jumped" | "open";

const VERSION = 1;

/** Where the progress is kept. */
export function progressFile(folder = SUBMISSION): string {
  return path.join(folder, "progress.json");
}

function fresh(): Progress {
  const chapter = CHAPTERS[0]?.name ?? "";
  return { version: VERSION, chapter, jumped: [], checks: {} };
}

function isProgress(value: unknown): value is Progress {
  const { chapter, jumped, checks } = (value ?? {}) as Partial<Progress>;
  return (
    CHAPTERS.some(({ name }) => name === chapter) &&
    Array.isArray(jumped) &&
    typeof checks === "object" &&
    checks !== null &&
    Object.values(checks).every(
      (one) =>
        typeof one?.verdict === "string" && typeof one.program === "string",
    )
  );
}

/**
 * Reads the progress. A file that cannot be read, or that a newer workbook
 * wrote, is kept under another name, and `said` says so.
 */
export function readProgress(folder = SUBMISSION): {
  progress: Progress;
  said?: string;
} {
  const file = progressFile(folder);
  if (!existsSync(file)) return { progress: fresh() };
  let why = "is broken";
  try {
    const value = JSON.parse(readFileSync(file, "utf8")) as {
      version?: unknown;
    };
    if (value?.version === VERSION && isProgress(value)) {
      return { progress: value };
    }
    if (Number(value?.version) > VERSION) why = "is of a newer workbook";
  } catch {
    // It is broken.
  }
  const kept = path.join(folder, `progress.kept-${stamp()}.json`);
  renameSync(file, kept);
  const name = path.basename(kept);
  return {
    progress: fresh(),
    said: `progress.json ${why}; it is kept as ${name}, and you start anew.`,
  };
}

/**
 * Writes the progress. Verdicts that another running workbook has written in
 * the meantime stay, unless this one knows better.
 */
export function writeProgress(progress: Progress, folder = SUBMISSION): void {
  const file = progressFile(folder);
  try {
    const there = JSON.parse(readFileSync(file, "utf8")) as unknown;
    if (isProgress(there)) {
      progress.checks = { ...there.checks, ...progress.checks };
    }
  } catch {
    // There is none, or it is broken.
  }
  writeWhole(file, `${JSON.stringify(progress, null, 2)}\n`);
}

/** Enters the verdicts of a program with this fingerprint. */
export function record(
  progress: Progress,
  results: readonly Result[],
  program: string,
): void {
  for (const { check, verdict, skipped } of results) {
    // What this system cannot hold is not in the student's way.
    const known = skipped ? "pass" : verdict;
    progress.checks[check.id] = { verdict: known, program };
  }
}

/** True when all checks that a chapter adds have passed, at some time. */
export function hasPassed(
  progress: Progress,
  chapter: Chapter,
  checks: readonly Check[],
): boolean {
  const own = checks.filter((check) => check.chapter.name === chapter.name);
  return own.every(({ id }) => progress.checks[id]?.verdict === "pass");
}

/** How a chapter stands, for a program with the fingerprint `program`. */
export function stateOf(
  progress: Progress,
  chapter: Chapter,
  checks: readonly Check[],
  program: string,
): State {
  if (hasPassed(progress, chapter, checks)) {
    const own = checks.filter((check) => check.chapter.name === chapter.name);
    const same = own.every(
      ({ id }) => progress.checks[id]?.program === program,
    );
    return same ? "passed" : "stale";
  }
  if (chapter.name === progress.chapter) return "current";
  return progress.jumped.includes(chapter.name) ? "jumped" : "open";
}

/** The requirements of the exercise that are met, as far as is known. */
export function points(progress: Progress, checks: readonly Check[]): string[] {
  const graded = checks.filter((check) => check.graded);
  const met = graded.filter((check) =>
    graded
      .filter(({ requirement }) => requirement === check.requirement)
      .every(({ id }) => progress.checks[id]?.verdict === "pass"),
  );
  return [...new Set(met.map(({ requirement }) => requirement))];
}
