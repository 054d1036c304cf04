/**
 * npm run soak -- [--minutes N] [--seed N] [--json FILE]
 *
 * Talks to the reference server for a long time, at random, and draws a line
 * through its memory and its descriptors. What it proves: nothing is
 * lost, and nothing grows by more than it says could be hidden in the noise.
 */
import { writeFileSync } from "node:fs";
import os from "node:os";
import { needsFolder, run, UsageError } from "./command/run.ts";
import { isFlat, type Slope, slopeOf, soak } from "./faults/soak.ts";
import { onLinux } from "./faults/system.ts";
import { newSeed, numbers } from "./room/tokens.ts";

const MEGABYTE = 1024 * 1024;
/** The first part of the samples is left out: caches and pools still fill. */
const WARM_UP = 0.2;
/** Growth that is less than this in an hour counts as none: MB, descriptors. */
const UNNOTICED = { heap: 0.5, resident: 2, files: 1 };

await run(
  {
    usage: "npm run soak -- [--minutes N] [--seed N] [--json FILE]",
    about: "Talks to the reference server for a long time: does it grow?",
    options: {
      minutes: { type: "string", help: "N minutes; 30" },
      seed: { type: "string", help: "the same traffic again" },
      json: { type: "string", help: "FILE for the samples and the verdict" },
    },
    optionsOnly: true,
  },
  async ({ options, number }) => {
    const missing = onLinux();
    if (missing) throw new Error(missing);
    const seed = number("seed") ?? newSeed();
    const minutes = number("minutes") ?? 30;
    if (minutes === 0) throw new UsageError("--minutes needs more than 0.");
    if (options.json !== undefined) needsFolder(options.json);
    const { samples, lines, joins, seconds } = await soak(
      minutes,
      numbers(`${seed}`),
      ({ at, heap, files }) => {
        const text = `${at.toFixed(0)} s: ${(heap / MEGABYTE).toFixed(2)} MB, ${files} descriptors`;
        if (process.stdout.isTTY) process.stdout.write(`\r${text}\x1b[K`);
      },
    );
    if (process.stdout.isTTY) process.stdout.write("\r\x1b[K");
    const kept = samples.slice(Math.floor(samples.length * WARM_UP));
    const hours = kept.map(({ at }) => at / 3600);
    const over = (of: (one: (typeof kept)[number]) => number): Slope =>
      slopeOf(hours, kept.map(of));
    const slopes = {
      heap: over(({ heap }) => heap / MEGABYTE),
      resident: over((one) => one.resident / MEGABYTE),
      files: over(({ files }) => files),
    };
    // What the process has of the system moves with the collector's mood: it is
    // told, and not judged.
    const flat =
      isFlat(slopes.heap, UNNOTICED.heap) &&
      isFlat(slopes.files, UNNOTICED.files);
    const told = ({ slope, error }: Slope) =>
      `${slope.toFixed(2)} ± ${error.toFixed(2)}`;
    console.log(
      `${(seconds / 60).toFixed(1)} minutes, seed ${seed}: ${joins} joined, ${lines} lines, each heard once by all.`,
    );
    console.log(`memory in use: ${told(slopes.heap)} MB an hour`);
    console.log(`memory of the system: ${told(slopes.resident)} MB an hour`);
    console.log(`descriptors: ${told(slopes.files)} an hour`);
    const most = slopes.heap.slope + 2 * slopes.heap.error;
    const enough = kept.length >= 3;
    console.log(
      !enough
        ? "Too short to tell."
        : flat
          ? `No growth was seen. Less than ${most.toFixed(1)} MB an hour could be hidden in the noise.`
          : "It grows.",
    );
    if (options.json !== undefined) {
      const document = {
        version: 1,
        date: new Date().toISOString(),
        node: process.version,
        cores: os.availableParallelism(),
        seed,
        seconds,
        lines,
        joins,
        slopes,
        flat,
        samples,
      };
      writeFileSync(options.json, `${JSON.stringify(document, null, 2)}\n`);
    }
    return enough && flat ? 0 : 1;
  },
);
