/** Grades hand-ins: any number of them, each as if it were the only one. */
import os from "node:os";
import path from "node:path";
import { collectChecks } from "../room/check.ts";
import { CHAPTERS, type Strand } from "../workbook/chapters.ts";
import { type Contents, type HandIn, readHandIn } from "./hand_in.ts";
import {
  notGraded,
  requirements,
  robustness,
  withoutProgram,
} from "./points.ts";
import { Pool } from "./pool.ts";
import { protection, unprotected } from "./protection.ts";
import { isExample, ratedBy } from "./rating.ts";
import type {
  Coverage,
  GradedRequirement,
  OwnTests,
  Robustness,
  Submission,
} from "./report.ts";
import type { Answer } from "./strand.ts";

export { type HandIn, NoHandIn } from "./hand_in.ts";

/** How hand-ins are graded. */
export interface GradeOptions {
  /** The random lines of all conversations follow from it. */
  readonly seed: number;
  /** How to start a program in a language that its name does not tell. */
  readonly commands?: Partial<Record<Strand, readonly string[]>>;
  /** What is run once in a hand-in's folder before its programs. */
  readonly build?: readonly string[] | undefined;
  /** Takes programs whose names are nearly right. */
  readonly lenientNames?: boolean;
  /** Leaves out what is beyond the ten points, and the coverage. */
  readonly pointsOnly?: boolean;
  /** Puts all wrong programs to the students' own tests. */
  readonly allMistakes?: boolean;
  /** Told once, in a sentence, what is not protected on this system. */
  onNotice?(sentence: string): void;
}

/** Grading processes for each core: conversations wait more than they work. */
const FOR_EACH_CORE = 6;
/** Conversations at once with one program, of a hand-in that is alone. */
const ALONE = 6;
/** The same, when others wait for the cores as well. */
const AMONG_OTHERS = 3;
/** Bytes of memory that one of them needs, with the programs that it runs. */
const MEMORY = 400 * 1024 * 1024;

function manyAtOnce(): number {
  const cores = FOR_EACH_CORE * os.availableParallelism();
  return Math.max(2, Math.min(cores, Math.floor(os.totalmem() / 2 / MEMORY)));
}

/**
 * Grades hand-ins. `grade` may be called as often and as early as one likes:
 * the grader has as many of them in hand at a time as the machine has use for.
 */
export class Grader {
  readonly #options: GradeOptions;
  readonly #pool: Pool;
  /** Hand-ins that are being graded, or wait for it. */
  #inHand = 0;

  private constructor(options: GradeOptions, pool: Pool) {
    this.#options = options;
    this.#pool = pool;
  }

  /** Starts what grading needs. `close` must be called in the end. */
  static async open(options: GradeOptions): Promise<Grader> {
    const level = await protection();
    const notice = unprotected(level);
    if (notice !== undefined) options.onNotice?.(notice);
    // On the one port of an unprotected system, one after the other.
    const most = level === "none" ? 1 : manyAtOnce();
    return new Grader(options, new Pool(level, most));
  }

  /** How many hand-ins are worth being graded at the same time. */
  readonly atOnce = manyAtOnce();

  /**
   * Grades one hand-in. Whatever is in its folder is a matter of points.
   *
   * @throws {NoHandIn} when there is no such folder
   * @throws {Error} with a sentence, when the grader itself fails
   */
  async grade(handIn: HandIn): Promise<Submission> {
    this.#inHand++;
    try {
      return await this.#grade(handIn);
    } finally {
      this.#inHand--;
    }
  }

  async #grade({ name, folder }: HandIn): Promise<Submission> {
    const contents = this.#contents(folder);
    const notes = [...contents.notes];
    const graded: GradedRequirement[] = [];
    const beyond: Robustness[] = [];
    const coverage: Partial<Record<Strand, Coverage>> = {};
    const strands = ["server", "client"] as const;
    const answers = await Promise.all(
      strands.map((strand) => this.#program(folder, strand, contents)),
    );
    for (const [at, strand] of strands.entries()) {
      const answer = answers[at];
      if (answer === undefined) {
        const why = contents.missing[strand] ?? "There is no program.";
        graded.push(...withoutProgram(strand, why));
      } else if ("failed" in answer) {
        graded.push(...notGraded(strand, answer.failed));
        notes.push(`The ${strand} was not graded: ${answer.failed}.`);
      } else if ("outcomes" in answer) {
        const { outcomes, foreign } = answer;
        graded.push(...requirements(strand, outcomes));
        beyond.push(...robustness(outcomes));
        if (answer.coverage) coverage[strand] = answer.coverage;
        notes.push(...answer.notes);
        if (foreign.length > 0) {
          const file = contents.programs[strand]?.name;
          const names = foreign.join(", ");
          notes.push(
            `${file} imports ${names}; only the standard library is allowed.`,
          );
        }
      }
    }
    const conversation = await this.#meeting(folder, contents, graded);
    const tests = await this.#tests(folder, contents, notes);
    return {
      name,
      folder,
      points: graded.reduce((sum, { points }) => sum + points, 0),
      maxPoints: graded.reduce((sum, { maxPoints }) => sum + maxPoints, 0),
      requirements: graded,
      robustness: beyond,
      coverage,
      ...(tests && { tests }),
      ...(conversation !== undefined && { conversation }),
      notes,
    };
  }

  /** What is in a folder; a command starts a program of whatever name. */
  #contents(folder: string): Contents {
    const { lenientNames = false, commands = {} } = this.#options;
    const found = readHandIn(folder, lenientNames);
    const [programs, missing] = [{ ...found.programs }, { ...found.missing }];
    const silent: string[] = [];
    for (const strand of ["server", "client"] as const) {
      const why = missing[strand];
      if (commands[strand] === undefined || why === undefined) continue;
      programs[strand] = { name: `ex_04_${strand}`, size: 0 };
      delete missing[strand];
      silent.push(why);
    }
    const notes = found.notes.filter((note) => !silent.includes(note));
    return { ...found, programs, missing, notes };
  }

  /** What its own programs say to each other, where both work at all. */
  async #meeting(
    folder: string,
    { files, programs }: Contents,
    graded: readonly GradedRequirement[],
  ): Promise<string | undefined> {
    const { seed, commands = {}, build, pointsOnly } = this.#options;
    const { server, client } = programs;
    const works = (id: string) =>
      graded.some((one) => one.id === id && one.points > 0);
    const both = works("server.listen") && works("client.connect");
    if (pointsOnly || !server || !client || !both) return undefined;
    const answer = await this.#pool.run({
      ...{ kind: "meeting", folder, files, commands, build, seed },
      programs: { server, client },
    });
    return "conversation" in answer ? answer.conversation : undefined;
  }

  /** How good the students' own tests are, where there are any. */
  async #tests(
    folder: string,
    { files, tests, programs }: Contents,
    notes: string[],
  ): Promise<OwnTests | undefined> {
    const { commands = {}, build, pointsOnly, allMistakes } = this.#options;
    if (pointsOnly || tests.length === 0) return undefined;
    const answers = await Promise.all(
      (["server", "client"] as const).map((strand) =>
        this.#pool.run({
          ...{ kind: "tests", folder, files, tests, strand, programs },
          ...{ commands, build, ...ratedBy(allMistakes ?? false) },
        }),
      ),
    );
    const rated = answers.flatMap((one) => ("tests" in one ? [one.tests] : []));
    const [server, client] = rated;
    if (!server || !client) {
      const why = answers.flatMap((one) => ("failed" in one ? one.failed : []));
      notes.push(`The students' own tests were not rated: ${why[0]}.`);
      return undefined;
    }
    for (const { name } of tests) {
      if (!isExample(path.join(folder, name))) continue;
      notes.push(
        `${name} is the workbook's example, unchanged: what it catches is not the group's own work.`,
      );
    }
    return {
      files: tests.map(({ name }) => name),
      count: server.count,
      problem: server.problem || client.problem,
      failing: [...new Set([...server.failing, ...client.failing])],
      falseAlarms: [...server.falseAlarms, ...client.falseAlarms],
      mistakes: [...server.mistakes, ...client.mistakes],
      coverage: {
        ...(server.coverage && { server: server.coverage }),
        ...(client.coverage && { client: client.coverage }),
      },
    };
  }

  async #program(
    folder: string,
    strand: Strand,
    contents: Contents,
  ): Promise<Answer | undefined> {
    const { seed, commands, build, pointsOnly } = this.#options;
    const command = commands?.[strand];
    const program = contents.programs[strand];
    if (!program) return undefined;
    const { files } = contents;
    return this.#pool.run({
      ...{ folder, files, strand, program, command, build, seed },
      pointsOnly: pointsOnly ?? false,
      atOnce: this.#inHand > 1 ? AMONG_OTHERS : ALONE,
    });
  }

  /** Ends everything that was started. */
  async close(): Promise<void> {
    await this.#pool.close();
  }
}

/** The checks that hand-ins are graded by, for who wants to name them. */
export const allChecks = () => collectChecks(CHAPTERS);
