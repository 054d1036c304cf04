/**
 * Grades a whole course: every group's last commit before the deadline, some
 * at a time. Each result is written when it is there, whole, and a later run
 * goes on where an earlier one was ended.
 */
import { createHash } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { writeWhole } from "../command/whole_file.ts";
import type { GradeReport, Submission } from "../grade/report.ts";
import { type Clone, fetchClone, Unreadable } from "./clone.ts";
import { contributions } from "./contributions.ts";
import type { Moment } from "./deadline.ts";
import { type Entry, pointsTable } from "./entry.ts";
import { feedback, type Origin } from "./feedback.ts";
import { occupy, readJSON } from "./files.ts";
import { Git, GitError } from "./git.ts";
import type { Group } from "./group_list.ts";
import { chooseHandIn, NotInRepository } from "./hand_in.ts";
import { overview } from "./overview.ts";
import { readTree, writeTree } from "./tree.ts";

/** Grades what is in a folder. */
export type Grade = (handIn: {
  name: string;
  folder: string;
}) => Promise<Submission>;

/** What a course is graded with. */
export interface Course {
  readonly groups: readonly Group[];
  /** Columns of the list that are handed on to the points. */
  readonly more: readonly string[];
  readonly deadline: Moment;
  /** The folder of all that is written. */
  readonly out: string;
  readonly seed: number;
  readonly grade: Grade;
  /** How many groups are in hand at a time. */
  readonly atOnce: number;
  /** All but the hand-in that a grade depends on: version and settings. */
  readonly grader: string;
  /** Grades again what is graded already. */
  readonly again?: boolean;
  /** Told of groups that are not in the list, and keep an earlier line. */
  onKept?(entries: readonly Entry[]): void;
  /** Told of each group when it is done. */
  onDone?(entry: Entry, done: number): void;
}

/** What stands beside a result: which hand-in it belongs to. */
interface Marker {
  readonly version: 1;
  /** What was graded, with what; "" when the grade is not final. */
  readonly key: string;
  /** None when no run has graded it. */
  readonly origin?: Origin | undefined;
  readonly group: Group;
  /** Why the last run that had the group could not grade it. */
  readonly problem?: string;
}

/** Where things stand below the folder of the reports. */
export function places(out: string, { slug }: Pick<Group, "slug">) {
  const folder = path.join(out, slug);
  return {
    folder,
    feedback: path.join(folder, "feedback.md"),
    result: path.join(folder, "result.json"),
    marker: path.join(folder, "hand-in.json"),
    clone: path.join(out, ".clones", `${slug}.git`),
    work: path.join(out, ".work", slug),
  };
}

/** A finished result, as far as the folder has one. */
function earlier(out: string, group: Pick<Group, "slug">) {
  const { result, marker } = places(out, group);
  const report = readJSON(result) as GradeReport | undefined;
  const mark = readJSON(marker) as Marker | undefined;
  const submission = report?.submissions?.[0];
  if (mark?.version !== 1 || !submission || !mark.origin) return undefined;
  return { key: mark.key, origin: mark.origin, submission };
}

/**
 * What earlier runs have left in this folder of groups that are not in the list
 * now: a late group alone must not lose the others their lines.
 */
function keptFrom(out: string, groups: readonly Group[]): Entry[] {
  const listed = new Set(groups.map(({ slug }) => slug.toLowerCase()));
  const entries: Entry[] = [];
  for (const slug of readdirSync(out)) {
    if (listed.has(slug.toLowerCase())) continue;
    const mark = readJSON(places(out, { slug }).marker) as Marker | undefined;
    if (mark?.version !== 1 || mark.group?.slug !== slug) continue;
    const { group, problem } = mark;
    const found = earlier(out, { slug });
    if (problem !== undefined) entries.push({ group, problem, kept: true });
    else if (found) {
      const { origin, submission } = found;
      const entry = { group, origin, submission, before: true, kept: true };
      entries.push(slim(entry));
    }
  }
  const { compare } = new Intl.Collator("en", { numeric: true });
  return entries.sort((a, b) => compare(a.group.name, b.group.name));
}

/**
 * Grades all groups; one that cannot be graded never stops the others.
 * Resolves to the groups in the order of the list.
 *
 * @throws {Error} with a sentence, when the reports cannot be written
 */
export async function gradeCourse(course: Course): Promise<Entry[]> {
  const { groups, out, deadline, more } = course;
  const leave = occupy(out);
  try {
    rmSync(path.join(out, ".work"), { recursive: true, force: true });
    const git = new Git(path.join(out, ".git-settings"));
    await git.expect();
    const entries: Entry[] = groups.map((group) => ({ group }));
    const kept = keptFrom(out, groups);
    if (kept.length > 0) course.onKept?.(kept);
    const columns = new Set([
      ...more,
      ...kept.flatMap(({ group }) => Object.keys(group.more)),
    ]);
    const writeTables = () => {
      const all = [...entries, ...kept];
      const points = pointsTable(all, deadline, [...columns]);
      writeWhole(path.join(out, "points.csv"), points);
      writeWhole(path.join(out, "index.html"), overview(all, deadline));
    };
    let next = 0;
    let done = 0;
    const take = async () => {
      for (let at = next++; at < groups.length; at = next++) {
        const group = groups[at] as Group;
        const entry = await turn(course, git, group);
        entries[at] = slim(entry);
        writeTables();
        course.onDone?.(entry, ++done);
      }
    };
    const hands = Math.max(1, Math.min(course.atOnce, groups.length));
    await Promise.all(Array.from({ length: hands }, take));
    writeTables();
    return entries;
  } finally {
    rmSync(path.join(out, ".work"), { recursive: true, force: true });
    leave();
  }
}

/** An entry without what only its own report shows: memory stays flat. */
function slim(entry: Entry): Entry {
  if (!entry.submission) return entry;
  const { requirements, ...rest } = entry.submission;
  return {
    ...entry,
    submission: {
      ...rest,
      requirements: requirements.map(({ checks, ...requirement }) => ({
        ...requirement,
        checks: checks.filter(({ verdict }) => verdict === "fail").slice(0, 1),
      })),
    },
  };
}

/** One group's turn. Whatever is wrong with its repository is its entry. */
async function turn(course: Course, git: Git, group: Group): Promise<Entry> {
  const before = earlier(course.out, group);
  try {
    return await gradeGroup(course, git, group, before);
  } catch (error) {
    const { message } = error as Error;
    const misnamed = error instanceof NotInRepository;
    const foreseen =
      misnamed || error instanceof Unreadable || error instanceof GitError;
    const problem = foreseen ? message : `It was not graded: ${message}`;
    // A grade of before would be of what the list does not name any more.
    if (!before || misnamed) {
      const marker: Marker = {
        version: 1,
        key: before?.key ?? "",
        origin: before?.origin,
        group,
        problem,
      };
      const file = places(course.out, group).marker;
      writeWhole(file, `${JSON.stringify(marker, null, 2)}\n`);
      return { group, problem };
    }
    // What was read once stays graded, though its server is away today.
    const { origin, submission } = before;
    const warning = `The repository could not be read again: ${problem} This is the grade of the run before.`;
    const choice = {
      ...origin.choice,
      warnings: [...origin.choice.warnings, warning],
    };
    return { group, origin: { ...origin, choice }, submission, before: true };
  }
}

async function gradeGroup(
  course: Course,
  git: Git,
  group: Group,
  before: ReturnType<typeof earlier>,
): Promise<Entry> {
  const { out, deadline, seed } = course;
  const place = places(out, group);
  const clone = await fetchClone(git, group, place.clone);
  const choice = await chooseHandIn(clone, group, deadline);
  const { commit } = choice;
  const tree =
    commit === undefined
      ? { files: [], notes: [] }
      : await readTree(clone, commit, group.path);
  const origin: Origin = {
    choice,
    contributions: await whoContributed(clone, group, commit, tree.files),
  };
  const key = createHash("sha256")
    .update(
      JSON.stringify([commit ?? "", group.path, group.name, course.grader]),
    )
    .digest("hex");
  const reused = !course.again && before?.key === key;
  let submission: Submission;
  if (reused) submission = before.submission;
  else {
    // Until the new result is complete there is none: a kill in between leaves
    // no old result that claims to be of this hand-in.
    rmSync(place.marker, { force: true });
    try {
      const problems = await writeTree(clone, tree.files, place.work);
      const graded = await course.grade({
        name: group.name,
        folder: place.work,
      });
      submission = {
        ...graded,
        name: group.name,
        folder: group.repository,
        notes: [
          ...(commit === undefined ? [choice.why] : []),
          ...tree.notes,
          ...problems,
          ...graded.notes,
        ],
      };
    } finally {
      rmSync(place.work, { recursive: true, force: true });
    }
    const report: GradeReport = { version: 1, seed, submissions: [submission] };
    writeWhole(place.result, `${JSON.stringify(report, null, 2)}\n`);
  }
  writeWhole(place.feedback, feedback(submission, origin));
  // What the grader could not see for itself is graded by the next run.
  const final = submission.requirements.every(
    ({ verdict }) => verdict !== "infrastructure",
  );
  const marker: Marker = {
    version: 1,
    key: final ? key : "",
    origin,
    group,
  };
  writeWhole(place.marker, `${JSON.stringify(marker, null, 2)}\n`);
  return { group, origin, submission, ...(reused && { before: true }) };
}

async function whoContributed(
  clone: Clone,
  { path: folder }: Group,
  commit: string | undefined,
  files: Awaited<ReturnType<typeof readTree>>["files"],
): Promise<Origin["contributions"]> {
  if (commit === undefined) return [];
  return contributions(clone, commit, folder, files);
}
