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
  /** None when no exercise is graded yet: that is not 0. */
  readonly points?: number;
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

/** A line of a table, and which table that is. */
interface Line {
  readonly cells: Cells;
  readonly source: Source;
}

/** What happens to a line that is wrong. */
const LEFT_OUT = "It is left out.";

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
  const groups = new Map<string, Line[]>();
  const students = new Map<string, { group: string; rows: Line[] }>();
  const perGroup: Source[] = [];
  for (const source of sources) {
    if (!source.columns.includes("group")) {
      throw new UsageError(`${source.name} has no column "group".`);
    }
    for (const { line, problem } of source.bad) {
      problems.push(`${source.name}, line ${line}: ${problem} ${LEFT_OUT}`);
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
        problems.push(`${source.name}, line ${line}: ${wrong} ${LEFT_OUT}`);
        continue;
      }
      seen.add(key);
      if (personal) {
        const entry = students.get(key) ?? { group, rows: [] };
        entry.rows.push({ cells, source });
        students.set(key, entry);
      } else {
        const rows = groups.get(group) ?? [];
        groups.set(group, [...rows, { cells, source }]);
      }
    }
  }
  expectDifferent(sources);
  const exercises = exercisesOf(sources);
  if (exercises.length === 0) {
    throw new UsageError(
      'No table has a column "points" beside a column "max_points".',
    );
  }
  const unknown = new Set<string>();
  const own = [...students.values()].map(({ group, rows }) => {
    if (perGroup.length > 0 && !groups.has(group)) unknown.add(group);
    const all = [...(groups.get(group) ?? []), ...rows];
    return stand(group, all, exercises, problems);
  });
  for (const group of unknown) {
    problems.push(
      `No table has points of ${group}: its students stay open. Is its name the same in all tables?`,
    );
  }
  const covered = new Set([...students.values()].map(({ group }) => group));
  const rest = [...groups]
    .filter(([group]) => !covered.has(group))
    .map(([group, rows]) => stand(group, rows, exercises, problems));
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

/** Points that can be had, in one table or, under one name, in several. */
interface Exercise {
  readonly name: string;
  readonly column: string;
  readonly sources: readonly Source[];
  readonly maxPoints: number;
}

/** A line's points, by the columns of an exercise; "" when there are none. */
function pointsIn({ cells, source }: Line, exercise: Exercise): string {
  const text = exercise.sources.includes(source) && cells[exercise.column];
  return text || "";
}

/**
 * The exercises. Two tables may each call theirs "points": they are two
 * exercises. A column that is called by a name is the same one everywhere.
 */
function exercisesOf(sources: readonly Source[]): Exercise[] {
  const exercises = new Map<string, Exercise>();
  for (const [at, source] of sources.entries()) {
    const { name, columns, rows } = source;
    for (const column of columns) {
      const suffix = /^points(_.*|)$/.exec(column)?.[1];
      if (suffix === undefined) continue;
      const beside = `max_points${suffix}`;
      if (!columns.includes(beside)) {
        throw new UsageError(
          `${name} has a column "${column}" and no "${beside}".`,
        );
      }
      const numbers = rows
        .map(({ cells }) => cells[beside] ?? "")
        .filter((text) => NUMBER.test(text))
        .map(number);
      const key = suffix === "" ? `${at}` : suffix;
      const before = exercises.get(key);
      exercises.set(key, {
        name: suffix === "" ? name : suffix.slice(1),
        column,
        sources: [...(before?.sources ?? []), source],
        maxPoints: Math.max(before?.maxPoints ?? 0, ...numbers),
      });
    }
  }
  return [...exercises.values()];
}

/**
 * Refuses a table of points that is another one's copy: its points would count
 * twice.
 *
 * @throws {UsageError} when two tables say the same of everybody
 */
function expectDifferent(sources: readonly Source[]) {
  const tables = sources
    .filter(({ columns }) => columns.includes("points"))
    .map(({ name, columns, rows }) => ({
      name,
      columns,
      cells: new Map(
        rows.map(({ cells }) => [`${cells.group}\0${cells.student}`, cells]),
      ),
    }));
  for (const [at, one] of tables.entries()) {
    for (const other of tables.slice(0, at)) {
      const [few, many] = [one, other].sort(
        (a, b) => a.cells.size - b.cells.size,
      ) as [typeof one, typeof one];
      // Of the same commits it is the same exercise, and of others it is not.
      const compared = ["points", "max_points", "commit"].filter((column) =>
        [one, other].every(({ columns }) => columns.includes(column)),
      );
      const same = [...few.cells].every(([key, cells]) => {
        const there = many.cells.get(key);
        return compared.every((column) => there?.[column] === cells[column]);
      });
      if (few.cells.size === 0 || !same) continue;
      throw new UsageError(
        `${one.name} has the same points as ${other.name}. Name a table once; if they are two exercises, call their columns by names: points_ex_04 and max_points_ex_04, say.`,
      );
    }
  }
}

/** A quiz is one, whether a table writes quiz_1, Quiz 1 or quiz01. */
const plainName = (column: string) =>
  column.replace(/[_-]/g, "").replace(/(?<!\d)0+(?=\d)/g, "");

/** Counts quizzes or oral quizzes; what tables contradict each other in is open. */
function count(
  kind: "quiz" | "oral",
  rows: readonly Line[],
  onProblem: (sentence: string) => void,
): Count {
  type Said = { text: string; table: string };
  const held = new Map<string, { column: string; said: Said[] }>();
  for (const { cells, source } of rows) {
    for (const [column, text] of Object.entries(cells)) {
      if (!column.startsWith(kind) || text === "") continue;
      const key = plainName(column);
      const one = held.get(key) ?? { column, said: [] };
      one.said.push({ text, table: source.name });
      held.set(key, one);
    }
  }
  let passed = 0;
  let failed = 0;
  for (const { column, said } of held.values()) {
    const yes = said.find(({ text }) => YES.test(text));
    const no = said.find(({ text }) => NO.test(text));
    if (yes && no) {
      onProblem(
        `${column} is yes in ${yes.table} and no in ${no.table}. It counts as open until they agree.`,
      );
    } else if (yes) passed++;
    else if (no) failed++;
  }
  return { passed, failed, open: Math.max(0, RULES.held - passed - failed) };
}

/** What is missing of quizzes or oral quizzes. */
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
  rows: readonly Line[],
  exercises: readonly Exercise[],
  problems: string[],
): Standing {
  const student = rows.find(({ cells }) => cells.student)?.cells.student ?? "";
  const onProblem = (sentence: string) => {
    problems.push(`${student || group}: ${sentence}`);
  };
  const without: string[] = [];
  let points: number | undefined;
  let maxPoints = 0;
  for (const exercise of exercises) {
    maxPoints += exercise.maxPoints;
    const said = rows.flatMap((line) => {
      const text = pointsIn(line, exercise);
      return text === "" ? [] : [{ value: number(text), ...line.source }];
    });
    const [first, ...others] = said;
    const other = others.find(({ value }) => value !== first?.value);
    if (first && other) {
      onProblem(
        `${exercise.column} is ${first.value} in ${first.name} and ${other.value} in ${other.name}. It counts as open until they agree.`,
      );
    }
    if (!first || other) without.push(exercise.name);
    else points = (points ?? 0) + first.value;
  }
  const quizzes = count("quiz", rows, onProblem);
  const orals = count("oral", rows, onProblem);
  const lacks: Lack[] = [];
  const needed = RULES.share * maxPoints;
  if (points === undefined) {
    lacks.push({ final: false, says: "the points: no grade yet" });
  } else if (points < needed) {
    const open =
      without.length > 0 ? `; no grade yet for ${without.join(", ")}` : "";
    const gap = plainNumber(needed - points);
    const says = `${gap} more ${gap === "1" ? "point" : "points"} of ${plainNumber(maxPoints)}${open}`;
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
  return {
    group,
    student,
    ...(points !== undefined && { points }),
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
    const share =
      one.points === undefined
        ? "no grade yet"
        : `${plainNumber(one.points)} of ${plainNumber(one.maxPoints)} points`;
    const rest = `quizzes ${one.quizzes.passed}, oral quizzes ${one.orals.passed}`;
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
    `${of("admitted")} admitted, ${of("not admitted")} not, ${of("open")} open. Needed: half of the points, 2 of 3 quizzes, 2 of 3 oral quizzes.`,
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
    "oral_quizzes_passed",
    "admission",
    "missing",
  ];
  const rows = standings.map((one) => ({
    group: one.group,
    student: one.student,
    points: one.points ?? "",
    max_points: one.maxPoints,
    quizzes_passed: one.quizzes.passed,
    oral_quizzes_passed: one.orals.passed,
    admission: one.admission,
    missing: one.missing.join(" | "),
  }));
  return table(columns, rows);
}
