/**
 * The kill matrix: every program of the workbook under the checks that it is
 * there for, and what must come of it. A check that catches nothing, or a
 * correct program that is caught, shows here.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Check, collectChecks } from "../room/check.ts";
import { judgeAnywhere } from "../verdict/apart.ts";
import type { Result } from "../verdict/hold.ts";
import type { judge } from "../verdict/judge.ts";
import {
  CHAPTERS,
  type Chapter,
  chaptersUpTo,
  type Strand,
} from "../workbook/chapters.ts";
import { readDesigns } from "../workbook/designs.ts";
import { readMistakes } from "../workbook/mistakes.ts";

/** How long a wrong program is waited for, in milliseconds. */
const IMPATIENT = 2500;

/** One program under some checks. */
export interface Row {
  readonly name: string;
  readonly kind: "before" | "chapter" | "design" | "mistake";
  readonly strand: Strand;
  /** What must come of it, as the name of a test. */
  readonly claim: string;
  /** Holds the conversations; resolves to what is not as claimed. */
  judge(): Promise<{ results: readonly Result[]; problems: string[] }>;
}

/** What judges a program; a broken one must be found out by the matrix. */
export type Judge = typeof judge;

const last = (strand: Strand) =>
  CHAPTERS.findLast((chapter) => chapter.strand === strand) as Chapter;

/** Requirements of which a graded check did not pass. */
function lost(results: readonly Result[]): string[] {
  const bad = results.filter(
    ({ check, verdict }) => check.graded && verdict !== "pass",
  );
  return [...new Set(bad.map(({ check }) => check.requirement))].sort();
}

/** Everything that did not pass, in a sentence each. */
function notPassed(results: readonly Result[]): string[] {
  return results
    .filter((result) => result.verdict !== "pass" && !result.skipped)
    .map(({ check, verdict, message, cause }) => {
      const why = cause ? `${message} (${cause.id})` : message;
      return `${check.id}: ${verdict}. ${why}`;
    });
}

/** A correct program: all of `checks` pass. */
function correct(
  kind: Row["kind"],
  name: string,
  file: string,
  strand: Strand,
  checks: readonly Check[],
  judge: Judge,
  coverage?: string,
): Row {
  const chapters = [...new Set(checks.map(({ chapter }) => chapter))];
  return {
    name,
    kind,
    strand,
    claim: `${name} passes ${checks.length} checks`,
    judge: async () => {
      const only = checks.map(({ id }) => id);
      const request = { program: { file }, chapters, only, coverage };
      const results = await judge({ ...request, confirm: 2, atOnce: 2 });
      return { results, problems: notPassed(results) };
    },
  };
}

/** The program before a chapter: each of the chapter's checks must fail. */
function before(chapter: Chapter, judge: Judge): Row {
  const earlier = chaptersUpTo(chapter).at(-2);
  const name = earlier ? `${earlier.name}` : "an empty program";
  return {
    name: `${name} before ${chapter.name}`,
    kind: "before",
    strand: chapter.strand,
    claim: `${name} fails every check of ${chapter.name}`,
    judge: async () => {
      const folder = mkdtempSync(path.join(os.tmpdir(), "matrix-"));
      const empty = path.join(folder, "empty.ts");
      writeFileSync(empty, "");
      try {
        const results = await judge({
          program: { file: earlier?.program ?? empty },
          chapters: [chapter],
          deadline: IMPATIENT,
          atOnce: 2,
        });
        const problems = results
          .filter(({ check }) => check.chapter === chapter.name)
          .filter(({ verdict, skipped }) => verdict === "pass" && !skipped)
          .map(({ check }) => `${check.id} passes here: it adds nothing.`);
        return { results, problems };
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  };
}

/** Every row of the matrix. `coverage` is a folder for correct programs. */
export async function allRows(
  options: { judge?: Judge; coverage?: string | undefined } = {},
): Promise<Row[]> {
  const { judge = judgeAnywhere, coverage } = options;
  const checks = await collectChecks(CHAPTERS);
  const upTo = (chapter: Chapter) => {
    const names = chaptersUpTo(chapter).map(({ name }) => name);
    return checks.filter((check) => names.includes(check.chapter.name));
  };
  const rows: Row[] = [];
  for (const chapter of CHAPTERS) {
    const { name, program, strand } = chapter;
    rows.push(before(chapter, judge));
    const checks = upTo(chapter);
    rows.push(
      correct("chapter", name, program, strand, checks, judge, coverage),
    );
  }
  for (const { name, strand, file } of readDesigns()) {
    const graded = upTo(last(strand)).filter((check) => check.graded);
    const title = `${name} ${strand}`;
    rows.push(correct("design", title, file, strand, graded, judge));
  }
  for (const mistake of readMistakes()) {
    const { name, chapter, caughtBy, cause, loses, file } = mistake;
    const catching = checks.find(({ id }) => id === caughtBy);
    rows.push({
      name,
      kind: "mistake",
      strand: chapter.strand,
      claim: `${name} is caught by "${caughtBy}" as ${cause}`,
      judge: async () => {
        if (!catching) {
          return {
            results: [],
            problems: [`no check is named "${caughtBy}".`],
          };
        }
        const graded = upTo(chapter).filter((check) => check.graded);
        const request = {
          program: { file },
          chapters: [...new Set([...chaptersUpTo(chapter), catching.chapter])],
          only: [...graded.map(({ id }) => id), caughtBy],
          atOnce: 2,
        };
        const problemsOf = (results: readonly Result[]) => {
          const caught = results.find(({ check }) => check.id === caughtBy);
          if (caught?.skipped) return [];
          const problems: string[] = [];
          if (caught?.verdict !== "fail") {
            problems.push(`"${caughtBy}" says ${caught?.verdict}.`);
          } else if (caught.cause?.id !== cause) {
            const taken = caught.cause?.id;
            problems.push(
              taken === undefined
                ? `no cause is known for what it does; scripts/causes lacks "${cause}".`
                : `the cause is taken for "${taken}", its header says "${cause}".`,
            );
          }
          const found = lost(results).join(", ") || "nothing graded";
          const claimed = loses.join(", ") || "nothing graded";
          if (found !== claimed) {
            problems.push(`it loses ${found}, its header says ${claimed}.`);
          }
          return problems;
        };
        let results = await judge({ ...request, deadline: IMPATIENT });
        // On a busy machine a short wait may take one symptom for another.
        if (problemsOf(results).length > 0) results = await judge(request);
        return { results, problems: problemsOf(results) };
      },
    });
  }
  return rows;
}

/** Checks that no wrong program names as what catches it. */
export async function idleChecks(): Promise<string[]> {
  const named = new Set(readMistakes().map(({ caughtBy }) => caughtBy));
  const checks = await collectChecks(CHAPTERS);
  return checks.map(({ id }) => id).filter((id) => !named.has(id));
}
