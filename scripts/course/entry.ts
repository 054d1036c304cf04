/** What is known of a group at the end of its turn: its line in the tables. */

import { joined, pointsRow, type Row, table } from "../formats/csv.ts";
import type { Submission } from "../grade/report.ts";
import { type Moment, showTime } from "./deadline.ts";
import type { Origin } from "./feedback.ts";
import type { Group } from "./group_list.ts";

/** A group, and what came of it so far. */
export interface Entry {
  readonly group: Group;
  /** Why there is no grade: the repository cannot be read, say. */
  readonly problem?: string;
  readonly origin?: Origin;
  readonly submission?: Submission;
  /** True when it was graded by an earlier run. */
  readonly before?: boolean;
  /** True when the list of this run does not have the group. */
  readonly kept?: boolean;
}

/** What is said of a group that is kept from an earlier run. */
export const NOT_LISTED =
  "The group is not in the list of the last run: this is what a run before said of it.";

/** How a group stands, in the words of the tables. */
export function statusOf({ problem, origin, submission }: Entry) {
  if (problem !== undefined || !submission) return "not graded";
  const nothing = origin !== undefined && origin.choice.commit === undefined;
  return nothing ? "nothing handed in" : "graded";
}

/** A group's line. */
function row(entry: Entry, { offset }: Moment): Row {
  const { group, origin, submission, problem } = entry;
  const { points, max_points, notes, ...rest } = pointsRow(submission);
  const choice = origin?.choice;
  const warnings = [
    ...(problem === undefined ? [] : [problem]),
    ...(entry.kept ? [NOT_LISTED] : []),
    ...(choice?.warnings ?? []),
  ];
  return {
    group: group.name,
    status: statusOf(entry),
    points: points ?? "",
    max_points: max_points ?? "",
    ...rest,
    branch: choice?.branch ?? "",
    commit: choice?.commit ?? "",
    committed:
      choice?.committed === undefined ? "" : showTime(choice.committed, offset),
    warnings: joined(warnings),
    notes: notes ?? "",
    ...Object.fromEntries(
      Object.entries(group.more).filter(([name]) => !OWN.has(name)),
    ),
  };
}

/** The columns of a group without any of the list's own. */
const OWN = new Set([
  "group",
  "status",
  ...Object.keys(pointsRow(undefined)),
  "branch",
  "commit",
  "committed",
  "warnings",
]);

/** The points of a course, with the list's other columns at the end. */
export function pointsTable(
  entries: readonly Entry[],
  deadline: Moment,
  more: readonly string[],
): string {
  const rows = entries.map((entry) => row(entry, deadline));
  const { points, max_points, notes, ...rest } = pointsRow(undefined);
  const columns = [
    "group",
    "status",
    ...Object.keys({ points, max_points, ...rest }),
    "branch",
    "commit",
    "committed",
    "warnings",
    ...Object.keys({ notes }),
    ...more.filter((name) => !OWN.has(name)),
  ];
  return table(columns, rows);
}
