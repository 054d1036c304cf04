/**
 * What `npm run grade` does with a whole course, and with the tables of the
 * admission: says what happens while it happens, and sums up.
 */
import { realpathSync } from "node:fs";
import path from "node:path";
import cliProgress from "cli-progress";
import { UsageError } from "../command/run.ts";
import { writeWhole } from "../command/whole_file.ts";
import { isNearMiss, TAKE_NEARLY } from "../grade/hand_in.ts";
import { admission, admissionTable, showAdmission } from "./admission.ts";
import { type Grade, gradeCourse } from "./course.ts";
import { parseDeadline } from "./deadline.ts";
import { type Entry, statusOf } from "./entry.ts";
import { occupy } from "./files.ts";
import { Git } from "./git.ts";
import { readGroups, readTable } from "./group_list.ts";
import { list } from "./hand_in.ts";
import { publish } from "./publish.ts";
import { graderVersion } from "./version.ts";

/** What follows `npm run grade -- --course LIST`. */
export interface CourseOptions {
  /** The file with the list of groups. */
  readonly course: string;
  readonly deadline?: string | undefined;
  readonly out?: string | undefined;
  /** The exercise's folder in each repository. */
  readonly path?: string | undefined;
  readonly again?: boolean | undefined;
  readonly publish?: boolean | undefined;
  readonly push?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

/** What grades, and how. */
export interface Grading {
  readonly grade: Grade;
  readonly atOnce: number;
  readonly seed: number;
  /** Options that a grade depends on, as data. */
  readonly settings: unknown;
}

/** One line for a group that has had its turn. */
function told(entry: Entry): string {
  const { group, submission, origin, problem, before } = entry;
  if (!submission) return `${group.name}: not graded: ${problem}`;
  const { points, maxPoints } = submission;
  const warnings = origin?.choice.warnings.length ?? 0;
  const parts = [
    `${points} of ${maxPoints}`,
    ...(statusOf(entry) === "graded" ? [] : [statusOf(entry)]),
    ...(warnings > 0
      ? [`${warnings} ${warnings === 1 ? "warning" : "warnings"}`]
      : []),
    ...(before ? ["graded before"] : []),
  ];
  return `${group.name}: ${parts.join(", ")}`;
}

/** Checks the options of a course before anything is started. */
export function readCourse(options: CourseOptions) {
  if (options.deadline === undefined) {
    throw new UsageError(
      "When was the deadline? Say --deadline 2026-11-20T12:00+01:00, with the time zone.",
    );
  }
  if (options.dryRun && !options.publish) {
    throw new UsageError("--dry-run shows what --publish would do: name both.");
  }
  if (options.push && !options.publish) {
    throw new UsageError("--push pushes what --publish makes: name both.");
  }
  const deadline = parseDeadline(options.deadline);
  return { deadline, ...readGroups(options.course, options.path) };
}

/**
 * Grades a course, and publishes the feedback if that is wanted. Resolves to
 * the exit code: 1 when a line or a group could not be dealt with.
 */
export async function runCourse(
  options: CourseOptions,
  read: ReturnType<typeof readCourse>,
  { grade, atOnce, seed, settings }: Grading,
): Promise<number> {
  const { groups, bad, more, deadline } = read;
  const out = path.resolve(options.out ?? "reports");
  for (const { line, problem } of bad) {
    console.error(
      `${options.course}, line ${line}: ${problem} It is left out.`,
    );
  }
  const bar = process.stdout.isTTY
    ? new cliProgress.SingleBar({
        format: "{bar} {value} of {total}  {group}",
        barsize: 24,
        hideCursor: true,
        clearOnComplete: true,
        stopOnComplete: true,
      })
    : undefined;
  const forget = onInterruption(() => {
    bar?.stop();
    console.error(
      "\nInterrupted. What is graded stays: run the same command again to go on.",
    );
  });
  let kept = 0;
  bar?.start(groups.length, 0, { group: "" });
  const width = String(groups.length).length;
  let entries: Entry[];
  try {
    entries = await gradeCourse({
      groups,
      more,
      deadline,
      out,
      seed,
      grade,
      atOnce,
      grader: JSON.stringify([graderVersion(), settings]),
      again: options.again ?? false,
      onKept(others) {
        kept = others.length;
      },
      onDone(entry, done) {
        bar?.update(done, { group: entry.group.name });
        if (bar) return;
        const count = String(done).padStart(width);
        console.log(`${count} of ${groups.length}  ${told(entry)}`);
      },
    });
  } finally {
    bar?.stop();
    forget();
  }
  const failed = entries.filter((entry) => entry.problem !== undefined);
  if (bar) for (const entry of failed) console.log(told(entry));
  const graded = entries.length - failed.length;
  const where = path.relative(process.cwd(), out) || ".";
  console.log(
    `\n${graded} of ${entries.length} ${entries.length === 1 ? "group has" : "groups have"} a grade: ${path.join(where, "points.csv")}, to look at ${path.join(where, "index.html")}.`,
  );
  const near = entries.filter(({ submission }) =>
    submission?.requirements.some(({ feedback }) => isNearMiss(feedback)),
  );
  if (near.length > 0) {
    const names = near.map(({ group }) => group.name);
    console.log(`${TAKE_NEARLY} That concerns ${list(names)}.`);
  }
  if (kept > 0) {
    const [groups, keep] =
      kept === 1 ? ["One group", "keeps"] : [`${kept} groups`, "keep"];
    console.log(
      `${groups} of runs before, not in ${options.course}, ${keep} a line there. To drop one, remove its folder in ${where}.`,
    );
  }
  const published = options.publish
    ? await publishAll(options, entries, out)
    : true;
  return failed.length === 0 && bad.length === 0 && published ? 0 : 1;
}

/**
 * Calls `body` when the user or the system ends this process, which then ends
 * as if nobody had listened. Returns the function that takes it back.
 */
function onInterruption(body: () => void): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const end = (signal: NodeJS.Signals) => {
    forget();
    body();
    process.kill(process.pid, signal);
  };
  const forget = () => {
    for (const signal of signals) process.removeListener(signal, end);
  };
  for (const signal of signals) process.on(signal, end);
  return forget;
}

async function publishAll(
  { dryRun = false, push = false }: CourseOptions,
  entries: readonly Entry[],
  out: string,
): Promise<boolean> {
  const leave = occupy(out);
  try {
    const git = new Git(path.join(out, ".git-settings"));
    let ok = true;
    for (const { group, submission } of entries) {
      if (!submission) continue;
      const done = await publish(group, { git, out, dryRun, push });
      console.log(`${group.name}: ${done.says}`);
      ok &&= done.ok;
    }
    return ok;
  } finally {
    leave();
  }
}

/**
 * Prints who is admitted to the exam, by these tables; writes it as a table
 * into `out` when one is named. Resolves to the exit code.
 */
export function runAdmission(
  files: readonly string[],
  out: string | undefined,
): number {
  const sources = files.map((name) => ({ name, ...readTable(name) }));
  const places = files.map((name) => realpathSync(name));
  const twice = files.find((_, at) => places.indexOf(places[at] ?? "") !== at);
  if (twice !== undefined) {
    throw new UsageError(`${twice} is named twice: name each table once.`);
  }
  const { standings, problems } = admission(sources);
  for (const problem of problems) console.error(problem);
  console.log(showAdmission(standings));
  if (out !== undefined) writeWhole(out, admissionTable(standings));
  return problems.length === 0 ? 0 : 1;
}
