/**
 * The recorded kill matrix: what came of each program under each check, when it
 * was filled last. The guide shows it; `npm test` fills it anew and compares.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Check, collectChecks } from "../room/check.ts";
import type { Result } from "../verdict/hold.ts";
import { CHAPTERS, type Strand } from "../workbook/chapters.ts";
import type { Row } from "./rows.ts";
import { CELLS } from "./table.ts";

/** What came of a program under a check; a space where it was not held. */
export type Cell = (typeof CELLS)[keyof typeof CELLS] | " ";

/** The rows of one strand: for each program one cell for each check. */
export interface Recorded {
  /** The ids of the checks, with spaces between them: the columns. */
  readonly checks: string;
  /** The cells of a program, by its name: a character for each check. */
  readonly rows: Readonly<Record<string, string>>;
}

/** One row of the matrix, judged. */
export interface Judged {
  readonly row: Row;
  readonly results: readonly Result[];
}

const FILE = path.join(import.meta.dirname, "recorded.json");
/** What no run says for sure: the machine was busy, or cannot do it. */
const UNSURE = "!~";

/** The recorded run. */
export function readRecorded(): Record<Strand, Recorded> {
  return JSON.parse(readFileSync(FILE, "utf8"));
}

/** The checks of a strand: the columns of its matrix, in their order. */
export async function columnsOf(strand: Strand): Promise<Check[]> {
  const checks = await collectChecks(CHAPTERS);
  return checks.filter((check) => check.strand === strand);
}

function cellsOf({ results }: Judged, checks: readonly Check[]): string {
  return checks
    .map(({ id }): Cell => {
      const result = results.find(({ check }) => check.id === id);
      if (!result || result.skipped) return " ";
      return CELLS[result.verdict];
    })
    .join("");
}

/** Writes down what was judged. */
export async function record(judged: readonly Judged[]): Promise<void> {
  const tables: Partial<Record<Strand, Recorded>> = {};
  for (const strand of ["server", "client"] as const) {
    const checks = await columnsOf(strand);
    const own = judged.filter(({ row }) => row.strand === strand);
    tables[strand] = {
      checks: checks.map(({ id }) => id).join(" "),
      rows: Object.fromEntries(
        own.map((one) => [one.row.name, cellsOf(one, checks)]),
      ),
    };
  }
  writeFileSync(FILE, `${JSON.stringify(tables, null, 2)}\n`);
}

/**
 * What the recorded run says and `judged` does not, in a sentence each. A cell
 * of which either is not sure, or which cannot be held here, differs from none.
 */
export async function differences(
  judged: readonly Judged[],
): Promise<{ row: Row; problem: string }[]> {
  const recorded = readRecorded();
  const found: { row: Row; problem: string }[] = [];
  for (const one of judged) {
    const checks = await columnsOf(one.row.strand);
    const table = recorded[one.row.strand];
    const told = table.rows[one.row.name];
    const add = (problem: string) => found.push({ row: one.row, problem });
    if (table.checks !== checks.map(({ id }) => id).join(" ")) {
      add("the recorded matrix has other checks.");
      continue;
    }
    if (told === undefined) {
      add(`the recorded matrix has no row "${one.row.name}".`);
      continue;
    }
    const now = cellsOf(one, checks);
    for (const [n, { id }] of checks.entries()) {
      const [before = " ", after = " "] = [told[n], now[n]];
      const skipped = one.results.find(({ check }) => check.id === id)?.skipped;
      if (before === after || skipped) continue;
      if (UNSURE.includes(before) || UNSURE.includes(after)) continue;
      add(`${one.row.name}, ${id}: recorded "${before}", now "${after}".`);
    }
  }
  return found;
}

/** Rows that the recorded run has and the workbook has no more. */
export function goneRows(rows: readonly Row[]): string[] {
  const recorded = readRecorded();
  return (["server", "client"] as const).flatMap((strand) =>
    Object.keys(recorded[strand].rows).filter(
      (name) => !rows.some((row) => row.strand === strand && row.name === name),
    ),
  );
}
