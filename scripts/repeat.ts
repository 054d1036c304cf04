/**
 * npm run repeat -- [--times N] [--load]
 *
 * Runs the whole set of checks on the reference again and again, with both
 * cores loaded by other work if wanted, and counts every verdict that is not a
 * pass. What it proves: the checks never blame a correct program.
 */
import os from "node:os";
import { Worker } from "node:worker_threads";
import { run } from "./command/run.ts";
import { judge } from "./verdict/judge.ts";
import { report } from "./verdict/report.ts";
import { CHAPTERS, type Strand } from "./workbook/chapters.ts";

/** A thread that computes and does nothing else. */
const BUSY = "for (;;) Math.sqrt(Math.random());";

await run(
  {
    usage: "npm run repeat -- [--times N] [--load]",
    about: "Runs all checks on the reference many times and counts failures.",
    options: {
      times: { type: "string", help: "N runs; 10" },
      load: { type: "boolean", help: "with every core busy with other work" },
    },
  },
  async ({ options, count }) => {
    const times = count("times") ?? 10;
    const cores = options.load ? os.availableParallelism() : 0;
    const busy = Array.from(
      { length: cores },
      () => new Worker(BUSY, { eval: true }),
    );
    let held = 0;
    let bad = 0;
    const longest = new Map<Strand, number>();
    for (let n = 1; n <= times; n++) {
      for (const strand of ["server", "client"] as const) {
        const began = performance.now();
        const chapters = CHAPTERS.filter((one) => one.strand === strand);
        const program = { file: chapters.at(-1)?.program ?? "" };
        const results = await judge({ program, chapters, seed: n });
        const took = performance.now() - began;
        longest.set(strand, Math.max(took, longest.get(strand) ?? 0));
        held += results.length;
        for (const result of results) {
          if (result.verdict === "pass" || result.skipped) continue;
          bad++;
          console.log(`run ${n}, seed ${result.seed}\n${report(result)}\n`);
        }
      }
      if (process.stdout.isTTY) process.stdout.write(`\r${n} of ${times}`);
    }
    await Promise.all(busy.map((worker) => worker.terminate()));
    const seconds = [...longest]
      .map(([strand, ms]) => `${strand} ${(ms / 1000).toFixed(1)} s`)
      .join(", ");
    console.log(
      `\n${times} runs, ${held} conversations, ${bad} not passed; longest run: ${seconds}`,
    );
    return bad === 0 ? 0 : 1;
  },
);
