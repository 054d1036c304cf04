/**
 * What grading costs: how long one hand-in takes, and whether many gradings of
 * the same hand-ins give the same points while other work keeps all cores busy.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { run, UsageError } from "../command/run.ts";
import { Grader } from "../grade/grade.ts";
import { type Known, knownHandIns } from "../grade/self_test.ts";
import type { Strand } from "../workbook/chapters.ts";
import { readDesigns } from "../workbook/designs.ts";
import { readMistakes } from "../workbook/mistakes.ts";

/** Hand-ins that are graded again and again. */
const TEN = 10;

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;

/** The reference, some designs and some mistakes, a few of each. */
function choose(known: readonly Known[]): Known[] {
  const [, reference, ...others] = known;
  const step = Math.floor(others.length / (TEN - 1));
  const spread = others.filter((_, n) => n % step === 0).slice(0, TEN - 1);
  return reference ? [reference, ...spread] : spread;
}

/** Grades all of them `times` times; resolves to what points each got. */
async function gradings(
  folders: readonly { name: string; folder: string }[],
  times: number,
): Promise<{ different: string[]; grown: number }> {
  const grader = await Grader.open({ seed: 1, pointsOnly: true });
  const got = new Map<string, Set<string>>();
  let first = 0;
  try {
    for (let n = 0; n < times; n++) {
      await Promise.all(
        folders.map(async (one) => {
          const { requirements } = await grader.grade(one);
          const points = requirements.map((each) => each.points).join("");
          const before = got.get(one.name) ?? new Set();
          got.set(one.name, before.add(points));
        }),
      );
      if (n === 0) first = process.memoryUsage().rss;
    }
  } finally {
    await grader.close();
  }
  const different = [...got].filter(([, points]) => points.size > 1);
  return {
    different: different.map(([name, points]) => `${name}: ${[...points]}`),
    grown: process.memoryUsage().rss - first,
  };
}

/** Keeps every core busy until it is ended. */
function load(): () => Promise<void> {
  const busy = Array.from(
    { length: os.availableParallelism() },
    () => new Worker("for (;;) Math.sqrt(2);", { eval: true }),
  );
  return async () => {
    await Promise.all(busy.map((one) => one.terminate()));
  };
}

/** One hand-in of a course: where its two programs come from. */
type Pair = Record<Strand, string>;

/**
 * A course: half of its hand-ins are correct, a quarter has a wrong server, and
 * a quarter a wrong client. All designs and as many mistakes as there is room
 * for are among them, each as often as any other.
 */
function courseOf(count: number): Pair[] {
  const correct = { server: designsOf("server"), client: designsOf("client") };
  const wrong = { server: wrongOnes("server"), client: wrongOnes("client") };
  const nth = (files: readonly string[], n: number) =>
    files[n % files.length] as string;
  return Array.from({ length: count }, (_, n) => {
    const all = {
      server: nth(correct.server, n),
      client: nth(correct.client, n),
    };
    const at = Math.floor(n / 4);
    if (n % 4 === 1) all.server = nth(wrong.server, at);
    if (n % 4 === 3) all.client = nth(wrong.client, at);
    return all;
  });
}

const designsOf = (strand: Strand) =>
  readDesigns()
    .filter((one) => one.strand === strand)
    .map(({ file }) => file);

const wrongOnes = (strand: Strand) =>
  readMistakes()
    .filter(({ chapter }) => chapter.strand === strand)
    .map(({ file }) => file);

/** Grades a course from the start, with everything that a report has. */
async function benchCourse(count: number): Promise<boolean> {
  const top = mkdtempSync(path.join(os.tmpdir(), "chat-bench-course-"));
  try {
    const folders = courseOf(count).map((pair, n) => {
      const folder = path.join(top, String(n));
      mkdirSync(folder);
      for (const strand of ["server", "client"] as const) {
        const from = pair[strand];
        const to = `ex_04_${strand}${path.extname(from)}`;
        copyFileSync(from, path.join(folder, to));
      }
      return { name: String(n), folder };
    });
    const began = performance.now();
    const grader = await Grader.open({ seed: 1 });
    let faults = 0;
    try {
      await Promise.all(
        folders.map(async (one) => {
          const { requirements } = await grader.grade(one);
          const verdicts = requirements.map(({ verdict }) => verdict);
          if (verdicts.includes("infrastructure")) faults++;
        }),
      );
    } finally {
      await grader.close();
    }
    const took = performance.now() - began;
    console.log(
      [
        `Node ${process.versions.node}, ${os.availableParallelism()} cores`,
        `  ${count} hand-ins, half of them correct, all checks and coverage: ${seconds(took)}, ${seconds(took / count)} each`,
        `  hand-ins that could not be graded: ${faults}`,
      ].join("\n"),
    );
    return faults === 0;
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}

/** Measures, and prints it. True when the points were the same every time. */
async function benchGrade(times: number): Promise<boolean> {
  const top = mkdtempSync(path.join(os.tmpdir(), "chat-bench-grade-"));
  try {
    const folders = choose(await knownHandIns()).map(({ name, files }, n) => {
      const folder = path.join(top, String(n));
      mkdirSync(folder);
      for (const { from, to } of files) {
        copyFileSync(from, path.join(folder, to));
      }
      return { name, folder };
    });
    const [reference] = folders;
    if (!reference) return false;
    const cores = os.availableParallelism();
    console.log(`Node ${process.versions.node}, ${cores} cores`);
    const began = performance.now();
    const grader = await Grader.open({ seed: 1 });
    const { points } = await grader.grade(reference);
    console.log(
      `  one hand-in alone, from the start, all checks and coverage: ${seconds(performance.now() - began)}, ${points} points`,
    );
    const again = performance.now();
    await grader.grade(reference);
    console.log(
      `  the same again, in warm processes: ${seconds(performance.now() - again)}`,
    );
    await grader.close();
    let good = true;
    for (const loaded of [false, true]) {
      const stop = loaded ? load() : async () => {};
      const start = performance.now();
      const { different, grown } = await gradings(folders, times);
      const each = (performance.now() - start) / times / folders.length;
      await stop();
      good &&= different.length === 0;
      console.log(
        [
          `  ${folders.length} hand-ins ${times} times, points only, ${loaded ? "every core kept busy" : "nothing else running"}:`,
          `    ${seconds(each)} each; the grader grew by ${megabytes(grown)} after the first round`,
          `    the same points every time: ${different.length === 0 ? "yes" : `NO: ${different.join("; ")}`}`,
        ].join("\n"),
      );
    }
    return good;
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}

/** npm run bench -- grade */
export function command(words: readonly string[]): Promise<void> {
  return run(
    {
      usage: "npm run bench -- grade [options]",
      about: "Measures what grading costs, and if it gives the same points.",
      options: {
        times: { type: "string", help: "N gradings of each; 50" },
        course: { type: "string", help: "N hand-ins, once; 100 is a course" },
      },
    },
    async ({ positionals, count }) => {
      const [word] = positionals;
      if (word !== undefined) {
        throw new UsageError(`grade takes options alone, not "${word}".`);
      }
      const course = count("course");
      if (course !== undefined) return (await benchCourse(course)) ? 0 : 1;
      return (await benchGrade(count("times") ?? 50)) ? 0 : 1;
    },
    words,
  );
}
