/**
 * Points as a table: a line for each hand-in, by RFC 4180. What the columns
 * are called and hold is written down in `points.schema.json`.
 */
import { stringify } from "csv-stringify/sync";
import type { GradeReport, Submission } from "../grade/report.ts";
import { REQUIREMENTS } from "../room/check.ts";

/** A line of a table: a cell for each column. */
export type Row = Readonly<Record<string, string | number>>;

/** Several sentences in one cell. */
export const joined = (sentences: readonly string[]) => sentences.join(" | ");

/** What a hand-in has in its line; all but the points are empty without it. */
export function pointsRow(submission: Submission | undefined): Row {
  const passed = submission?.robustness.filter(
    ({ verdict }) => verdict === "pass",
  );
  const tests = submission?.tests?.mistakes;
  const points = new Map(
    submission?.requirements.map(({ id, points }) => [id, points]),
  );
  return {
    points: submission?.points ?? "",
    max_points: submission?.maxPoints ?? "",
    ...Object.fromEntries(REQUIREMENTS.map((id) => [id, points.get(id) ?? ""])),
    robustness_passed: passed?.length ?? "",
    robustness_checks: submission?.robustness.length ?? "",
    mistakes_caught: tests?.filter(({ caught }) => caught).length ?? "",
    mistakes_tried: tests?.length ?? "",
    notes: joined(submission?.notes ?? []),
  };
}

/**
 * Writes lines as a table. A cell that a spreadsheet would run as a formula
 * gets an apostrophe in front: names come from strangers.
 */
export function table(
  columns: readonly string[],
  rows: readonly Row[],
): string {
  return stringify(rows as Row[], {
    columns: [...columns],
    header: true,
    escape_formulas: true,
    record_delimiter: "windows",
  });
}

/** The table of a report. */
export function asCSV({ submissions }: GradeReport): string {
  const rows = submissions.map((one) => ({
    group: one.name,
    ...pointsRow(one),
  }));
  return table(["group", ...Object.keys(pointsRow(undefined))], rows);
}
