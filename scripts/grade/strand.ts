/** Grades one program of a hand-in: all conversations with it, and no other. */
import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { type Check, collectChecks } from "../room/check.ts";
import { diagram } from "../room/diagram.ts";
import type { Place } from "../room/launch.ts";
import type { Result } from "../verdict/hold.ts";
import { judge } from "../verdict/judge.ts";
import { CHAPTERS, type Strand } from "../workbook/chapters.ts";
import { hidesLines, measure, withoutIgnoring } from "./coverage.ts";
import type { Found } from "./hand_in.ts";
import { meet } from "./meeting.ts";
import type { Outcome } from "./points.ts";
import { build, copyHandIn, type Prepared, prepare } from "./programs.ts";
import type { TestsAnswer } from "./rating.ts";
import type { Coverage } from "./report.ts";
import type { Sandbox } from "./sandbox.ts";
import { readsByAsking, receivesUnseen, takesUnseen } from "./witness.ts";

/** What a grading process is asked for. */
export interface Job {
  readonly kind?: undefined;
  readonly folder: string;
  readonly files: readonly Found[];
  readonly strand: Strand;
  readonly program: Found;
  readonly command?: readonly string[] | undefined;
  readonly build?: readonly string[] | undefined;
  readonly seed: number;
  /** Leaves out what is beyond the ten points, and the coverage. */
  readonly pointsOnly: boolean;
  /** Conversations at the same time, where ports are redirected. */
  readonly atOnce: number;
}

/** Both programs of one hand-in, for their one meeting. */
export interface MeetingJob {
  readonly kind: "meeting";
  readonly folder: string;
  readonly files: readonly Found[];
  readonly programs: Record<Strand, Found>;
  readonly commands: Partial<Record<Strand, readonly string[]>>;
  readonly build?: readonly string[] | undefined;
  readonly seed: number;
}

/** What comes of it. */
export type Answer =
  | { readonly conversation: string }
  | { readonly tests: TestsAnswer }
  | {
      readonly outcomes: readonly Outcome[];
      readonly coverage?: Coverage | undefined;
      readonly foreign: readonly string[];
      readonly notes: readonly string[];
    }
  | { readonly failed: string };

/** How long a program is waited for at first, and beyond the ten points, in ms. */
const PATIENCE = 3000;
/** How often a failure is held again, at most. */
const CONFIRM = 3;

/** Why `server.receive` was given though nothing is printed or passed on. */
const UNSEEN =
  "server.receive was given because functions of the server ran on each message; nothing that it prints or sends shows them.";
/** The same, of a program whose functions nobody can ask. */
const TAKEN =
  "server.receive was given because the server takes each message off its socket; nothing that it prints or sends shows them.";

let jobs = 0;

/** Lets a hand-in's own client talk to its own server. */
export async function holdMeeting(
  sandbox: Sandbox,
  job: MeetingJob,
): Promise<Answer> {
  const base = path.join(sandbox.folder, `meeting${++jobs}`);
  try {
    await copyHandIn(job.folder, job.files, base);
    if (job.build) await build(sandbox, base, job.build);
    const program = async (strand: Strand) => {
      const { name } = job.programs[strand];
      const command = job.commands[strand];
      const { start } = await prepare(sandbox, base, name, command);
      const place = sandbox.place(base, { ...start, redirected: false });
      return { file: name, place };
    };
    const [server, client] = [await program("server"), await program("client")];
    return { conversation: await meet(server, client, job.seed) };
  } finally {
    await rm(base, { recursive: true, force: true }).catch(() => {});
  }
}

/** Holds all conversations with one program of a hand-in. */
export async function gradeStrand(sandbox: Sandbox, job: Job): Promise<Answer> {
  const base = path.join(sandbox.folder, `base${++jobs}`);
  const second = path.join(sandbox.folder, `measured${jobs}`);
  const left = path.join(sandbox.folder, `coverage${jobs}`);
  try {
    await copyHandIn(job.folder, job.files, base);
    const notes: string[] = [];
    if (job.build) {
      await build(sandbox, base, job.build).catch((error: Error) => {
        notes.push(`The ${job.strand} could not be built: ${error.message}`);
      });
    }
    const { name } = job.program;
    const prepared = await prepare(sandbox, base, name, job.command);
    const { foreign, node } = prepared;
    const graded = await gradedChecks(sandbox, job, base, prepared);
    const unseen = graded.find(({ check }) => check.id === "receives");
    if (unseen?.verdict === "fail") {
      const why = await receivesAllTheSame(sandbox, job, base, prepared, left);
      if (why !== undefined) {
        raise(graded, why);
        notes.push(why);
      }
    }
    if (job.pointsOnly) {
      return { outcomes: outcomes(graded, []), foreign, notes };
    }
    if (!node) {
      const beyond = await beyondPoints(job, graded, {
        place: sandbox.place(base, { ...prepared.start, redirected: false }),
      });
      return { outcomes: outcomes(graded, beyond), foreign, notes };
    }
    mkdirSync(left, { recursive: true });
    const [copy, start] = await toMeasure(sandbox, job, base, prepared, second);
    const beyond = await beyondPoints(job, graded, {
      place: sandbox.place(copy, { ...start, redirected: true }, left),
      coverage: left,
    });
    const inside = sandbox.protection === "sandbox";
    const coverage = await measure(left, copy, inside, job.program.name);
    return { outcomes: outcomes(graded, beyond), coverage, foreign, notes };
  } finally {
    for (const folder of [base, second, left]) {
      await rm(folder, { recursive: true, force: true }).catch(() => {});
    }
  }
}

/**
 * What is measured: the prepared hand-in `base`, or another copy, in `second`,
 * when comments in its programs would take lines out of the measurement.
 */
async function toMeasure(
  sandbox: Sandbox,
  { folder, files, program, command, build: how }: Job,
  base: string,
  { start }: Prepared,
  second: string,
): Promise<readonly [string, Prepared["start"]]> {
  if (!files.some(({ name }) => hidesLines(path.join(base, name)))) {
    return [base, start];
  }
  await copyHandIn(folder, files, second, withoutIgnoring);
  // What it fails for has been said of the first copy.
  if (how) await build(sandbox, second, how).catch(() => {});
  const again = await prepare(sandbox, second, program.name, command);
  return [second, again.start];
}

/** Why a server receives all the same, in a sentence, if it does. */
async function receivesAllTheSame(
  sandbox: Sandbox,
  { program: { name }, seed }: Job,
  base: string,
  { start, node }: Prepared,
  left: string,
): Promise<string | undefined> {
  if (node) {
    const place = sandbox.place(base, { ...start, redirected: true }, left);
    return (await receivesUnseen(name, place, left, seed)) ? UNSEEN : undefined;
  }
  // Without a network of its own, the kernel's tables are everybody's.
  const [command = ""] = start.command;
  const alone = sandbox.protection !== "none";
  if (!alone || !readsByAsking(command)) return undefined;
  const place = sandbox.place(base, { ...start, redirected: false });
  return (await takesUnseen(name, place, seed)) ? TAKEN : undefined;
}

/** Gives `server.receive` by the witness; what nothing shows is left out. */
function raise(graded: Result[], why: string) {
  for (const [at, result] of graded.entries()) {
    if (result.check.requirement !== "server.receive") continue;
    const { cause: _, ...rest } = result;
    graded[at] =
      result.check.id === "receives"
        ? { ...rest, verdict: "pass", message: "" }
        : { ...rest, verdict: "not reached", message: why, skipped: true };
  }
}

const chaptersOf = (strand: Strand) =>
  CHAPTERS.filter((chapter) => chapter.strand === strand);

async function checksOf(strand: Strand): Promise<Check[]> {
  const checks = await collectChecks(CHAPTERS);
  return checks.filter((check) => check.strand === strand);
}

/** The conversations for the ten points: nothing of the checker is loaded. */
async function gradedChecks(
  sandbox: Sandbox,
  { strand, seed, program, atOnce }: Job,
  base: string,
  { start, node }: Prepared,
): Promise<Result[]> {
  // Without a namespace the real port may be somebody's.
  const redirected = node && sandbox.protection === "none";
  const place = sandbox.place(base, { ...start, redirected });
  const checks = await checksOf(strand);
  return judge({
    program: { file: program.name, place },
    chapters: chaptersOf(strand),
    only: checks.filter(({ graded }) => graded).map(({ id }) => id),
    seed,
    confirm: CONFIRM,
    patience: PATIENCE,
    known: [],
    atOnce,
  });
}

/**
 * The conversations beyond the points. Where the program is measured, those for
 * the points that failed as well: they show more of why.
 */
async function beyondPoints(
  { strand, seed, program, atOnce }: Job,
  graded: readonly Result[],
  { place, coverage }: { place: Place; coverage?: string },
): Promise<Result[]> {
  const checks = await checksOf(strand);
  const passed = new Set(
    graded
      .filter(({ verdict }) => verdict === "pass")
      .map(({ check }) => check.id),
  );
  const only = checks.filter(({ id, graded }) =>
    coverage === undefined ? !graded : !passed.has(id),
  );
  return judge({
    program: { file: program.name, place },
    chapters: chaptersOf(strand),
    only: only.map(({ id }) => id),
    seed,
    deadline: PATIENCE,
    patience: PATIENCE,
    confirm: 1,
    known: graded,
    answers: graded.some(({ answered }) => answered),
    atOnce,
    ...(coverage !== undefined && { coverage, mayBeUnmeasured: true }),
  });
}

/**
 * True when a conversation met the program as another one did. On a busy machine
 * a second one may end before the program has said what is wrong with it.
 */
function cameAsFar({ transcript }: Result, other: Result): boolean {
  return (["join", "exit"] as const).every((kind) => {
    const happened = ({ kind: one }: { kind: string }) => one === kind;
    return other.transcript.some(happened) === transcript.some(happened);
  });
}

/** What the report needs of both runs: the points are those of the first. */
function outcomes(
  graded: readonly Result[],
  beyond: readonly Result[],
): Outcome[] {
  const plain = ({ transcript, ...result }: Result): Outcome => ({
    ...result,
    diagram: diagram(transcript, result.check.strand),
  });
  const told = graded.map((result) => {
    // The second run saw ports and pending bytes: it may know more of why.
    const again = beyond.find(({ check }) => check.id === result.check.id);
    const better =
      result.verdict === "fail" &&
      again?.verdict === "fail" &&
      again.cause &&
      cameAsFar(again, result);
    return plain(better ? { ...again, verdict: result.verdict } : result);
  });
  return [...told, ...beyond.filter(({ check }) => !check.graded).map(plain)];
}
