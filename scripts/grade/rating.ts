/**
 * How good the students' own tests are. A test is as good as the mistakes that
 * it catches: correct programs must pass it, and of our wrong programs as many
 * as possible must not. A test that finds fault with a correct one catches
 * nothing, since it would find fault with any; and a wrong program of an early
 * chapter is caught only by what the correct one of that chapter passes.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import {
  findChapter,
  ROOT,
  SOLUTIONS,
  type Strand,
} from "../workbook/chapters.ts";
import { readDesigns } from "../workbook/designs.ts";
import { readMistakes } from "../workbook/mistakes.ts";
import { measure, withoutIgnoring } from "./coverage.ts";
import type { Found } from "./hand_in.ts";
import { build, compile, copyHandIn, prepare } from "./programs.ts";
import type { Coverage, OwnTests } from "./report.ts";
import type { Sandbox } from "./sandbox.ts";

/** What a grading process is asked for: the tests, put to one kind of program. */
export interface TestsJob {
  readonly kind: "tests";
  readonly folder: string;
  readonly files: readonly Found[];
  readonly tests: readonly Found[];
  readonly strand: Strand;
  /** The hand-in's own programs, as far as it has them. */
  readonly programs: Partial<Record<Strand, Found>>;
  readonly commands: Partial<Record<Strand, readonly string[]>>;
  readonly build?: readonly string[] | undefined;
  /** The wrong programs and the other correct designs, by their names. */
  readonly mistakes: readonly string[];
  readonly designs: readonly string[];
}

/**
 * What tests are rated by: all correct designs, and the wrong programs that lose
 * a point, or all of them.
 */
export function ratedBy(allMistakes: boolean) {
  const mistakes = readMistakes().filter(
    ({ loses }) => allMistakes || loses.length > 0,
  );
  return {
    mistakes: mistakes.map(({ name }) => name),
    designs: [...new Set(readDesigns().map(({ name }) => name))],
  };
}

/** The tests that the workbook gives: where students begin with their own. */
export const EXAMPLE = path.join(ROOT, "solutions", "chat.test.ts");

/** True when `file` is the example as it was given, in whatever line ends. */
export function isExample(file: string): boolean {
  const text = (one: string) =>
    readFileSync(one, "utf8").replaceAll("\r\n", "\n").trim();
  return text(file) === text(EXAMPLE);
}

/** What comes of it. The tests that fail with the own programs are in both. */
export type TestsAnswer = Omit<OwnTests, "files" | "coverage"> & {
  readonly coverage: Coverage | undefined;
};

/** How long a file of tests may take with a correct program, in ms. */
const LONGEST = 30_000;
/** What is added to the time that it took then, for any other program, in ms. */
const MORE = 4000;
/** Programs that are put to the tests at the same time. */
const AT_ONCE = Math.max(2, os.availableParallelism());

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const RUNNER = here("run_tests.mjs");
const LEAVE_COVERAGE = here("leave_coverage.cjs");

/** A program that the tests are put to. */
interface Subject {
  readonly command: readonly string[];
  readonly tools: readonly string[];
}

/** What a run of the tests came to. */
interface Run {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly took: number;
}

/** What matters of how tests are run. */
interface Order {
  /** How long a file may take, in milliseconds. */
  readonly limit: number;
  /** The names of the tests that are run; all when left out. */
  readonly only?: readonly string[];
  /** Tests whose failure says nothing; the first other failure is the last. */
  readonly uncounted?: readonly string[];
}

let subjects = 0;
const prepared = new Map<string, Promise<Subject>>();

/**
 * Makes one of the workbook's programs ready for the tests: under a name that
 * says nothing, and without the comments that say what is wrong with it.
 */
function subject(sandbox: Sandbox, file: string, strand: Strand) {
  let ready = prepared.get(file);
  if (!ready) {
    ready = (async () => {
      const folder = path.join(sandbox.folder, "programs", String(++subjects));
      mkdirSync(folder, { recursive: true });
      const python = file.endsWith(".py");
      const name = `${strand}${python ? ".py" : ".mjs"}`;
      const whole = path.join(folder, name);
      if (python) copyFileSync(file, whole);
      else {
        const { code } = await transform(readFileSync(file, "utf8"), {
          loader: file.endsWith(".ts") ? "ts" : "js",
          format: "esm",
          target: "node20",
          legalComments: "none",
          minifyWhitespace: true,
        });
        writeFileSync(whole, code);
      }
      const { start } = await prepare(sandbox, folder, name);
      const command = start.command.map((part) =>
        part === name ? whole : part,
      );
      return { command, tools: [folder, ...(start.tools ?? [])] };
    })();
    prepared.set(file, ready);
  }
  return ready;
}

/** The files of tests, compiled; a sentence when one cannot be. */
async function compileTests(
  sandbox: Sandbox,
  base: string,
  tests: readonly Found[],
): Promise<readonly string[] | string> {
  const ready: string[] = [];
  for (const { name } of tests) {
    const { compiled } = await compile(sandbox, base, name);
    if (compiled === undefined) return `${name} cannot be compiled.`;
    ready.push(compiled);
  }
  return ready;
}

/** Puts the tests of one hand-in to one kind of program. */
export async function rateTests(
  sandbox: Sandbox,
  job: TestsJob,
): Promise<TestsAnswer> {
  const base = path.join(sandbox.folder, `tests${++subjects}`);
  const left = path.join(sandbox.folder, `tests-coverage${subjects}`);
  try {
    await copyHandIn(job.folder, job.files, base, withoutIgnoring);
    if (job.build) await build(sandbox, base, job.build).catch(() => {});
    mkdirSync(left, { recursive: true });
    const files = await compileTests(sandbox, base, job.tests);
    if (typeof files === "string") return unrated(files);
    return await new Rating(sandbox, job, base, files).rate(left);
  } finally {
    for (const folder of [base, left]) {
      await rm(folder, { recursive: true, force: true }).catch(() => {});
    }
  }
}

function unrated(problem: string): TestsAnswer {
  const nothing = { failing: [], falseAlarms: [], mistakes: [] };
  return { ...nothing, count: 0, problem, coverage: undefined };
}

/** One rating. */
class Rating {
  readonly #sandbox: Sandbox;
  readonly #job: TestsJob;
  readonly #base: string;
  readonly #files: readonly string[];

  constructor(
    sandbox: Sandbox,
    job: TestsJob,
    base: string,
    files: readonly string[],
  ) {
    this.#sandbox = sandbox;
    this.#job = job;
    this.#base = base;
    this.#files = files;
  }

  async rate(left: string): Promise<TestsAnswer> {
    const { strand } = this.#job;
    const first = await this.#run(SOLUTIONS[strand], { limit: LONGEST });
    if (!first) return unrated("The tests come to no end.");
    const count = first.passed.length + first.failed.length;
    const { failing, coverage } = await this.#withOwn(left);
    const about = { count, problem: "", failing, coverage };
    const mistakes = readMistakes().filter(
      ({ chapter, name }) =>
        chapter.strand === strand && this.#job.mistakes.includes(name),
    );
    const rated = (caught: ReadonlySet<string>) =>
      mistakes.map(({ name, what }) => ({
        ...{ name, strand, what, caught: caught.has(name) },
      }));
    // Tests that never start this kind of program say nothing about it.
    if (!this.#starts(strand)) {
      return { ...about, falseAlarms: [], mistakes: rated(new Set()) };
    }
    const limit = first.took + MORE;
    const designs = readDesigns().filter(
      (one) => one.strand === strand && this.#job.designs.includes(one.name),
    );
    const alarms = await this.#each(
      [
        { name: "reference", file: SOLUTIONS[strand], known: first },
        ...designs.map((one) => ({ ...one, known: undefined })),
      ],
      async ({ name, file, known }) => ({
        program: `${name} ${strand}`,
        tests: await this.#faultsWith(file, limit, known),
      }),
    );
    const falseAlarms = alarms.filter(({ tests }) => tests.length > 0);
    const alarming = falseAlarms.flatMap(({ tests }) => tests);
    const chapters = new Set(mistakes.map(({ chapter }) => chapter.name));
    const baselines = new Map(
      await this.#each([...chapters], async (name) => {
        const { program } = findChapter(name);
        const known = program === SOLUTIONS[strand] ? first : undefined;
        return [
          name,
          known ?? (await this.#run(program, { limit: LONGEST })),
        ] as const;
      }),
    );
    const caught = await this.#each(mistakes, async (mistake) => {
      const baseline = baselines.get(mistake.chapter.name);
      const uncounted = [...alarming, ...(baseline?.failed ?? [])];
      const only = baseline?.passed.filter((one) => !uncounted.includes(one));
      // Nothing passes that could fail.
      if (!only || only.length === 0) return [];
      const order = { limit, only, uncounted };
      const run = await this.#run(mistake.file, order);
      // Tests that come to no end with a wrong program have found it out.
      const found =
        !run || run.failed.some((test) => !uncounted.includes(test));
      return found ? [mistake.name] : [];
    });
    return { ...about, falseAlarms, mistakes: rated(new Set(caught.flat())) };
  }

  /** True when a test asks for the program under test, as is written down. */
  #starts(strand: Strand): boolean {
    const name = `CHAT_${strand.toUpperCase()}`;
    // A test may put the name together of parts.
    return this.#files.some((file) => {
      const text = readFileSync(path.join(this.#base, file), "utf8");
      return text.includes(name) || /CHAT_(?!SERVER|CLIENT)/.test(text);
    });
  }

  /** Does something with each, some at a time where each is alone. */
  async #each<T, R>(all: readonly T[], of: (one: T) => Promise<R>) {
    const results: R[] = [];
    const queue = all.entries();
    const work = async () => {
      for (const [at, one] of queue) results[at] = await of(one);
    };
    const hands = this.#sandbox.protection === "sandbox" ? AT_ONCE : 1;
    await Promise.all(Array.from({ length: hands }, work));
    return results;
  }

  /** Tests that fail with a correct program, and fail again. */
  async #faultsWith(
    file: string,
    limit: number,
    known: Run | undefined,
  ): Promise<readonly string[]> {
    const run = known ?? (await this.#run(file, { limit }));
    if (run?.failed.length === 0) return [];
    // On a busy machine a test may have lost its patience: once more.
    const again = await this.#run(file, { limit: LONGEST });
    if (!again) return ["the whole file"];
    return again.failed.filter((test) => run?.failed.includes(test) ?? true);
  }

  /** The tests with a program of the workbook in place of the own one. */
  async #run(file: string, order: Order): Promise<Run | undefined> {
    const { strand } = this.#job;
    const subjects = {
      server: await subject(this.#sandbox, SOLUTIONS.server, "server"),
      client: await subject(this.#sandbox, SOLUTIONS.client, "client"),
      [strand]: await subject(this.#sandbox, file, strand),
    };
    return this.#put(() => subjects, order);
  }

  /** The tests with the hand-in's own programs, and what they run of one. */
  async #withOwn(left: string) {
    const { strand, programs, commands } = this.#job;
    const own = programs[strand];
    const both: Partial<Record<Strand, Awaited<ReturnType<typeof prepare>>>> =
      {};
    for (const one of ["server", "client"] as const) {
      const program = programs[one];
      if (!program) continue;
      both[one] = await prepare(
        ...([this.#sandbox, this.#base, program.name, commands[one]] as const),
      );
    }
    const run = await this.#put(
      (at) => {
        const of = (one: Strand): Subject => {
          const ready = both[one];
          if (!ready) return { command: ["false"], tools: [] };
          const { file, command, tools = [] } = ready.start;
          const [name = "", ...args] = command.map((part) =>
            part === file ? at(file) : part,
          );
          if (!ready.node) return { command: [name, ...args], tools };
          const loaded = [name, "--require", LEAVE_COVERAGE, ...args];
          return { command: loaded, tools: [...tools, LEAVE_COVERAGE] };
        };
        return { server: of("server"), client: of("client") };
      },
      { limit: LONGEST },
      left,
    );
    const other = programs[strand === "server" ? "client" : "server"]?.name;
    const coverage =
      own && both[strand]?.node
        ? await measure(
            left,
            this.#base,
            this.#sandbox.protection === "sandbox",
            own.name,
            (file) => file !== other && !/\.test\.\w+$/.test(file),
          )
        : undefined;
    return { failing: run?.failed ?? ["the whole file"], coverage };
  }

  /** Runs all files of tests; `undefined` when they come to no end. */
  async #put(
    subjects: (at: (file: string) => string) => Record<Strand, Subject>,
    order: Order,
    coverage?: string,
  ): Promise<Run | undefined> {
    const began = performance.now();
    try {
      const output = await this.#sandbox.commandIn(
        this.#base,
        (at) => {
          const { server, client } = subjects(at);
          const files = this.#files.map(at);
          const told = JSON.stringify({ ...order, files });
          return {
            command: [process.execPath, RUNNER, told],
            env: {
              CHAT_SERVER: JSON.stringify(server.command),
              CHAT_CLIENT: JSON.stringify(client.command),
            },
            tools: [...server.tools, ...client.tools, RUNNER],
            ...{ coverage, alone: true },
          };
        },
        // A file that overstays is ended by the runner; the runner, by this.
        order.limit * this.#files.length + MORE,
      );
      const line = output.trimEnd().split("\n").at(-1) ?? "";
      const { passed, failed } = JSON.parse(line) as Run;
      return { passed, failed, took: performance.now() - began };
    } catch {
      return undefined;
    }
  }
}
