/**
 * npm run adversary -- [--runs N] [--seed N] [--client] [--program FILE]
 *
 * Holds random histories with a program and knows by a model what must come of
 * each. The first that fails is shortened, drawn and explained, and can be
 * replayed from its seed. What it proves: no order of events that chance has
 * found breaks a promise of the program.
 */

import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import type { Catch, Manner, Outcome } from "./adversary/hunt.ts";
import {
  chapterPrograms,
  designs,
  huntSuspect,
  mistakes,
  references,
  type Suspect,
} from "./adversary/suspects.ts";
import { run, UsageError } from "./command/run.ts";
import { parseCommand } from "./command/words.ts";
import { wrap } from "./command/wrap.ts";
import { isNodeProgram, launch } from "./room/launch.ts";
import { newSeed } from "./room/tokens.ts";
import { hasNamespaces, isInside, runInside } from "./verdict/apart.ts";
import { SOLUTIONS } from "./workbook/chapters.ts";

function tell({ n, message, cause, diagram }: Catch<unknown>): string {
  const lines = [`History ${n} fails:`, "", diagram, "", wrap(message, 80)];
  if (cause) {
    const [chapter, heading] = cause.read;
    lines.push(wrap(`${cause.says} ${cause.mend}`, 80));
    lines.push(`Read on: chapters/${chapter}, "${heading}".`);
  }
  return lines.join("\n");
}

/** The cause that a history shows, beside the one that the checks show. */
function causeText(found: string | undefined, known: string | undefined) {
  if (found === undefined) return "no cause is known";
  return known === undefined || found === known
    ? found
    : `${found} (the checks say ${known})`;
}

/** Hunts a suspect here, or where its real port 8888 is free. */
async function outcomeOf(
  suspect: Suspect,
  manner: Omit<Manner, "program">,
): Promise<Outcome<unknown>> {
  const { program, strand } = suspect;
  const here = isNodeProgram(program) || isInside();
  if (here || !(await hasNamespaces())) return huntSuspect(suspect, manner);
  const { runs, seed, deadline, patience, path: way } = manner;
  const output = await runInside("adversary.ts", [
    ...["--json", "--program", path.resolve(program.file)],
    ...(program.command ? ["--command", JSON.stringify(program.command)] : []),
    ...(strand === "client" ? ["--client"] : []),
    ...["--runs", String(runs), "--seconds", String(patience / 1000)],
    ...["--deadline", String(deadline / 1000)],
    ...(way ? ["--replay", `${seed}/${way}`] : ["--seed", String(seed)]),
  ]);
  return JSON.parse(output) as Outcome<unknown>;
}

async function table(
  suspects: readonly Suspect[],
  manner: Omit<Manner, "program">,
): Promise<number> {
  const width = Math.max(...suspects.map(({ name }) => name.length));
  let wrong = 0;
  for (const suspect of suspects) {
    const name = suspect.name.padEnd(width);
    if (suspect.alibi !== undefined) {
      console.log(`${name}  – ${suspect.alibi}`);
      continue;
    }
    const { held, caught, unstable, took } = await outcomeOf(suspect, manner);
    const seconds = `${(took / 1000).toFixed(1)} s`;
    const shaky = unstable.length > 0 ? `, ${unstable.length} unstable` : "";
    if ((caught !== undefined) !== suspect.guilty) wrong++;
    const cause = causeText(caught?.cause?.id, suspect.cause);
    const history = caught?.history as
      | { steps?: unknown[]; length?: number }
      | undefined;
    const steps = history?.steps?.length ?? history?.length;
    const short = steps === undefined ? "" : `, ${steps} steps`;
    console.log(
      caught
        ? `${name}  ${suspect.guilty ? "✓" : "✗"} found at history ${caught.n}${short}: ${cause}${shaky}`
        : `${name}  ${suspect.guilty ? "✗ not found" : "✓ nothing found"} in ${held} histories, ${seconds}${shaky}`,
    );
  }
  return wrong > 0 ? 1 : 0;
}

await run(
  {
    usage:
      "npm run adversary -- [--runs N] [--seed N] [--client] [--program FILE]",
    about:
      "Holds random histories with a server or a client, and says at the first one that fails what went wrong.",
    options: {
      runs: { type: "string", help: "N histories; 200" },
      seed: { type: "string", help: "the seed of the first one" },
      program: { type: "string", help: "the program; the reference" },
      command: { type: "string", help: "what runs it, in another language" },
      client: { type: "boolean", help: "it is a client" },
      replay: { type: "string", help: "SEED/PATH, as a failure tells it" },
      designs: { type: "boolean", help: "all other correct programs, a table" },
      mistakes: { type: "boolean", help: "all wrong programs, a table" },
      deadline: { type: "string", help: "seconds that a wait may last; 10" },
      jobs: { type: "string", help: "N histories side by side; the cores" },
      seconds: { type: "string", help: "seconds for making it short; 20" },
      json: { type: "boolean", help: "the outcome as data" },
    },
    optionsOnly: true,
  },
  async ({ options, number, count }) => {
    const [from, way] = options.replay?.split("/") ?? [];
    if (
      from !== undefined &&
      !/^\d+(\/0(:\d+)*)?$/.test(options.replay ?? "")
    ) {
      throw new UsageError(
        `--replay needs SEED/PATH, not "${options.replay}".`,
      );
    }
    const runs = way === undefined ? (count("runs") ?? 200) : 1;
    const seed =
      from === undefined ? (number("seed") ?? newSeed()) : Number(from);
    const all = options.designs || options.mistakes;
    const quick = options.mistakes ? 2 : 10;
    const manner: Omit<Manner, "program"> = {
      runs: options.replay !== undefined ? 1 : runs,
      seed,
      deadline: 1000 * (number("deadline") ?? quick),
      patience: 1000 * (number("seconds") ?? (options.mistakes ? 5 : 20)),
      path: way,
      beside: count("jobs") ?? availableParallelism(),
    };
    const strand = options.client ? "client" : "server";
    if (all) {
      const suspects = options.mistakes
        ? mistakes()
        : [...chapterPrograms(), ...designs()];
      return table(
        suspects.filter((one) => one.strand === strand),
        manner,
      );
    }
    const file = options.program ?? SOLUTIONS[strand];
    if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`);
    const known = [...references(), ...mistakes()].find(
      (one) => path.resolve(file) === one.program.file,
    );
    if (known && known.strand !== strand) {
      const how = strand === "client" ? "without --client" : "with --client";
      throw new UsageError(`${file} is a ${known.strand}: hunt it ${how}.`);
    }
    const program = {
      file,
      ...(options.command && { command: parseCommand(options.command) }),
    };
    // Says so, where nothing is known to run it.
    launch(program);
    const suspect = known ?? { name: file, strand, program, guilty: false };
    if (!options.json && process.stdout.isTTY) {
      let told = 0;
      manner.onHistory = (n) => {
        if (performance.now() - told < 100) return;
        told = performance.now();
        process.stdout.write(`\r${n} of ${manner.runs}`);
      };
    }
    const outcome = await outcomeOf(suspect, manner);
    if (options.json) {
      console.log(JSON.stringify(outcome));
      return 0;
    }
    if (manner.onHistory) process.stdout.write("\r\x1b[K");
    const { held, caught, unstable, took } = outcome;
    for (const one of unstable) {
      console.log(`${tell(one)}\nIt did not come again.\n`);
    }
    if (caught) {
      const words = [
        ...(options.client ? ["--client"] : []),
        ...(options.program ? ["--program", options.program] : []),
        ...(options.command ? ["--command", `"${options.command}"`] : []),
      ].join(" ");
      console.log(
        `${tell(caught)}\nReplay: npm run adversary -- ${words} --replay ${caught.replay}`,
      );
      return 1;
    }
    console.log(
      `${held} ${held === 1 ? "history" : "histories"} from seed ${seed}, ${(took / 1000).toFixed(1)} s: none fails.`,
    );
    return unstable.length > 0 ? 1 : 0;
  },
);
