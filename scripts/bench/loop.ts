/**
 * How long a student waits: from the save of a program to its verdict, with the
 * watcher, the reserve of processes and the conversations of the real loop.
 */
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { watch } from "chokidar";
import { run, UsageError } from "../command/run.ts";
import { Judge } from "../student/judge.ts";
import { type Chapter, findChapter } from "../workbook/chapters.ts";

/** Saves that are not counted: the machine is still warming up. */
const WARM_UP = 2;

/** The values of a sorted list at these parts of it. */
function quantiles(sorted: readonly number[], ...parts: number[]): number[] {
  return parts.map((part) => {
    const at = Math.min(sorted.length - 1, Math.floor(part * sorted.length));
    return Math.round(sorted[at] ?? 0);
  });
}

/**
 * Saves a correct program `times` times and prints how long the verdicts took.
 * True when every verdict was a pass.
 */
export async function benchLoop(
  times: number,
  chapter: Chapter = findChapter("05"),
): Promise<boolean> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "chat-bench-"));
  const file = path.join(folder, path.basename(chapter.program));
  copyFileSync(chapter.program, file);
  // As in the workbook: a program there is a module.
  writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }\n');
  const judge = new Judge();
  const watcher = watch(folder, { ignoreInitial: true, depth: 0 });
  const took: number[] = [];
  let good = true;
  try {
    await new Promise<void>((resolve) => watcher.once("ready", resolve));
    const first = performance.now();
    const checks = (await judge.judge(file, chapter)).length;
    const firstTook = Math.round(performance.now() - first);
    for (let n = 0; n < times + WARM_UP; n++) {
      await judge.prepare();
      const saved = new Promise<void>((resolve) => {
        watcher.once("change", () => resolve());
      });
      const began = performance.now();
      appendFileSync(file, "\n");
      await saved;
      const results = await judge.judge(file, chapter);
      if (n >= WARM_UP) took.push(performance.now() - began);
      good &&= results.every(({ verdict }) => verdict === "pass");
    }
    took.sort((a, b) => a - b);
    const [least, half, most, all] = quantiles(took, 0, 0.5, 0.9, 1);
    console.log(
      [
        `save to verdict, chapter ${chapter.number}, ${checks} checks, Node ${process.versions.node}, ${os.availableParallelism()} cores`,
        `  ${times} saves: least ${least}, median ${half}, 90 % ${most}, most ${all} ms`,
        `  without a reserve of processes: ${firstTook} ms`,
        `  every verdict a pass: ${good ? "yes" : "NO"}; ${readFileSync(file).length} bytes of program`,
      ].join("\n"),
    );
    return good;
  } finally {
    await watcher.close();
    await judge.close();
    rmSync(folder, { recursive: true });
  }
}

/** npm run bench -- loop */
export function command(words: readonly string[]): Promise<void> {
  return run(
    {
      usage: "npm run bench -- loop [options]",
      about: "Measures how long a student waits from a save to the verdict.",
      options: {
        times: { type: "string", help: "N saves; 20" },
        chapter: {
          type: "string",
          help: "the CHAPTER whose checks are held; 05",
        },
      },
    },
    async ({ options, positionals, count }) => {
      const [word] = positionals;
      if (word !== undefined) {
        throw new UsageError(`loop takes options alone, not "${word}".`);
      }
      const chapter = findChapter(options.chapter ?? "05");
      return (await benchLoop(count("times") ?? 20, chapter)) ? 0 : 1;
    },
    words,
  );
}
