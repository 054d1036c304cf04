/**
 * Admission to the exam: half of the points, two of three quizzes, two of
 * three oral quizzes. What has not been held yet is open, not missed.
 */
import { UsageError } from "../command/run.ts";
import { table } from "../formats/csv.ts";
import type { Table } from "./group_list.ts";

/** The rules of the course. */
const RULES = { share: 0.5, passed: 2, held: 3 } as const;

/** A table, and what it is called in sentences. */
export interface Source extends Table {
  readonly name: string;
}

/** How somebody stands. */
export interface Standing {
  readonly group: string;
  /** Empty where the tables are of groups only. */
  readonly student: string;
  readonly points: number;
  readonly maxPoints: number;
  readonly quizzes: Count;
  readonly orals: Count;
  readonly admission: "admitted" | "not admitted" | "open";
  /** A sentence each; none when admitted. */
  readonly missing: readonly string[];
}

interface Count {
  readonly passed: number;
  readonly failed: number;
  /** Not held yet, or not in the tables. */
  readonly open: number;
}

const YES = /^(1|x|y|yes|j|ja|true|passed|pass|bestanden|✓)$/i;
const NO = /^(0|-|n|no|nein|false|failed|fail|nicht bestanden|absent|✗)$/i;
const NUMBER = /^\d+([.,]\d+)?$/;

type Cells = Readonly<Record<string, string>>;

/**
 * Decides for everybody in the tables, which are joined by the column `group`.
 * A table with a column `student` gives a line for each of them, with the
 * points of their group.
 *
 * @throws {UsageError} when the tables do not say what they must
 */
export function admission(sources: readonly Source[]): {
  standings: Standing[];
  problems: string[];
} {
  const problems: string[] = [];
  const groups = new Map<string, Cells[]>();
  const students = new Map<string, { group: string; rows: Cells[] }>();
  const perGroup: Source[] = [];
  for (const source of sources) {
    if (!source.columns.includes("group")) {
      throw new UsageError(`${source.name} has no column "group".`);
    }
    for (const { line, problem } of source.bad) {
      problems.push(`${source.name}, line ${line}: ${problem}`);
    }
    const personal = source.columns.includes("student");
    if (!personal) perGroup.push(source);
    const seen = new Set<string>();
    for (const { line, cells } of source.rows) {
      const group = (cells.group ?? "").normalize("NFC");
      const student = (cells.student ?? "").normalize("NFC");
      const key = personal ? `${group}\0${student}` : group;
      const wrong =
        group === "" || (personal && student === "")
          ? "It names nobody."
          : seen.has(key)
            ? `${student || group} stands there twice.`
            : badCell(cells);
      if (wrong !== undefined) {
        problems.push(`${source.name}, line ${line}: ${wrong}`);
        continue;
      }
      seen.add(key);
      if (personal) {
        const entry = students.get(key) ?? { group, rows: [] };
        entry.rows.push(cells);
        students.set(key, entry);
      } else groups.set(group, [...(groups.get(group) ?? []), cells]);
    }
  }
  const most = maxima(sources);
  if (most.size === 0) {
    throw new UsageError(
      'No table has a column "points" beside a column "max_points".',
    );
  }
  const own = [...students.values()].map(({ group, rows }) => {
    if (perGroup.length > 0 && !groups.has(group)) {
      problems.push(`${rows[0]?.student}: no table has points of ${group}.`);
    }
    return stand(group, [...(groups.get(group) ?? []), ...rows], most);
  });
  const covered = new Set([...students.values()].map(({ group }) => group));
  const rest = [...groups]
    .filter(([group]) => !covered.has(group))
    .map(([group, rows]) => stand(group, rows, most));
  return { standings: [...own, ...rest], problems };
}

/** A cell that says neither yes nor no, or points that are no number. */
function badCell(cells: Cells): string | undefined {
  for (const [name, text] of Object.entries(cells)) {
    const held = /^(quiz|oral)/.test(name);
    if (held && text !== "" && !YES.test(text) && !NO.test(text)) {
      return `"${text}" in ${name} is neither yes nor no.`;
    }
    const points = /^(max_)?points(_|$)/.test(name);
    if (points && text !== "" && !NUMBER.test(text)) {
      return `"${text}" in ${name} is no number.`;
    }
  }
  return undefined;
}

const number = (text: string) => Number(text.replace(",", "."));

/** For each column of points the most that can be had, by its exercise. */
function maxima(sources: readonly Source[]): Map<string, number> {
  const most = new Map<string, number>();
  for (const [at, { name, columns, rows }] of sources.entries()) {
    for (const column of columns) {
      const exercise = /^points(_.*|)$/.exec(column)?.[1];
      if (exercise === undefined) continue;
      const beside = `max_points${exercise}`;
      if (!columns.includes(beside)) {
        throw new UsageError(
          `${name} has a column "${column}" and no "${beside}".`,
        );
      }
      const numbers = rows
        .map(({ cells }) => cells[beside] ?? "")
        .filter((text) => NUMBER.test(text))
        .map(number);
      // Two tables may each call theirs "points": they are two exercises.
      most.set(`${at}\0${column}`, Math.max(0, ...numbers));
      for (const { cells } of rows)
        tag(cells, `${at}\0${column}`, cells[column]);
    }
  }
  return most;
}

const tagged = new WeakMap<Cells, Map<string, string>>();

function tag(cells: Cells, key: string, text = "") {
  const tags = tagged.get(cells) ?? new Map<string, string>();
  tagged.set(cells, tags.set(key, text));
}

function count(kind: "quiz" | "oral", rows: readonly Cells[]): Count {
  const cells = rows.flatMap((row) =>
    Object.entries(row).flatMap(([name, text]) =>
      name.startsWith(kind) ? [text] : [],
    ),
  );
  const passed = cells.filter((text) => YES.test(text)).length;
  const failed = cells.filter((text) => NO.test(text)).length;
  return { passed, failed, open: Math.max(0, RULES.held - passed - failed) };
}

/** What is missing of quizzes or orals. */
function lacking(what: string, { passed, open }: Count): Lack {
  const needed = RULES.passed - passed;
  if (needed <= 0) return undefined;
  const words = needed > 1 ? what.replace("quiz", "quizzes") : what;
  const more = `${needed} more ${words}`;
  return needed > open
    ? {
        final: true,
        says: `${more} of ${RULES.held}, and ${open === 0 ? "none is" : `only ${open} ${open === 1 ? "is" : "are"}`} open`,
      }
    : {
        final: false,
        says: `${more}: ${open} not held yet, or not in the tables`,
      };
}

type Lack = { final: boolean; says: string } | undefined;

function stand(
  group: string,
  rows: readonly Cells[],
  most: ReadonlyMap<string, number>,
): Standing {
  let points = 0;
  let maxPoints = 0;
  const without: string[] = [];
  for (const [key, maximum] of most) {
    maxPoints += maximum;
    const texts = rows.flatMap((row) => tagged.get(row)?.get(key) ?? []);
    const text = texts.find((one) => one !== "");
    if (text === undefined) without.push(key.split("\0")[1] ?? "");
    else points += number(text);
  }
  const quizzes = count("quiz", rows);
  const orals = count("oral", rows);
  const lacks: Lack[] = [];
  const needed = RULES.share * maxPoints;
  if (points < needed) {
    const empty =
      without.length > 0 ? ` (nothing in ${without.join(", ")})` : "";
    const gap = plainNumber(needed - points);
    const says = `${gap} more ${gap === "1" ? "point" : "points"} of ${plainNumber(maxPoints)}${empty}`;
    // Points that are not there may still come.
    lacks.push({ final: without.length === 0, says });
  }
  lacks.push(lacking("quiz", quizzes), lacking("oral quiz", orals));
  const there = lacks.filter((lack) => lack !== undefined);
  const admission =
    there.length === 0
      ? "admitted"
      : there.some(({ final }) => final)
        ? "not admitted"
        : "open";
  const student = rows.find((row) => row.student)?.student ?? "";
  return {
    group,
    student,
    points,
    maxPoints,
    quizzes,
    orals,
    admission,
    missing: there.map(({ says }) => says),
  };
}

const plainNumber = (number: number) => String(Math.round(number * 100) / 100);

/** The standings for a person at a terminal. */
export function showAdmission(standings: readonly Standing[]): string {
  const lines = standings.map((one) => {
    const who =
      one.student === "" ? one.group : `${one.student} (${one.group})`;
    const share = `${plainNumber(one.points)} of ${plainNumber(one.maxPoints)} points`;
    const rest = `quizzes ${one.quizzes.passed}, orals ${one.orals.passed}`;
    const why =
      one.missing.length === 0
        ? ""
        : `\n    missing: ${one.missing.join("; ")}`;
    return `${one.admission.padEnd(12)}  ${who}: ${share}, ${rest}${why}`;
  });
  const of = (word: Standing["admission"]) =>
    standings.filter(({ admission }) => admission === word).length;
  lines.push(
    "",
    `${of("admitted")} admitted, ${of("not admitted")} not, ${of("open")} open. Needed: half of the points, 2 of 3 quizzes, 2 of 3 orals.`,
  );
  return lines.join("\n");
}

/** The standings as a table. */
export function admissionTable(standings: readonly Standing[]): string {
  const columns = [
    "group",
    "student",
    "points",
    "max_points",
    "quizzes_passed",
    "orals_passed",
    "admission",
    "missing",
  ];
  const rows = standings.map((one) => ({
    group: one.group,
    student: one.student,
    points: one.points,
    max_points: one.maxPoints,
    quizzes_passed: one.quizzes.passed,
    orals_passed: one.orals.passed,
    admission: one.admission,
    missing: one.missing.join(" | "),
  }));
  return table(columns, rows);
}
