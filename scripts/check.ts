/**
 * npm run check -- [chapter …] [--program FILE] [--seed N] [--json]
 *
 * Holds the conversations of one chapter's checks with a program, once, and
 * says what passes and what does not, and why. Proves nothing by itself: what
 * the checks can see is proved by `npm run matrix`.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { run, UsageError } from "./command/run.ts";
import { parseCommand } from "./command/words.ts";
import { newSeed } from "./room/tokens.ts";
import { readProgress, record, writeProgress } from "./student/progress.ts";
import { fingerprint, submitted } from "./student/submission.ts";
import { judgeAnywhere } from "./verdict/apart.ts";
import { headline, report } from "./verdict/report.ts";
import { asJSON } from "./verdict/report_json.ts";
import {
  CHAPTERS,
  type Chapter,
  findChapter,
  type Strand,
  shortPath,
} from "./workbook/chapters.ts";

/** The student's own program of a strand, as far as there is one. */
function submission(strand: Strand): string {
  const file = submitted(strand);
  if (existsSync(file)) return path.relative(process.cwd(), file);
  throw new UsageError(
    `There is no ${shortPath(file)} yet. Write one, or name a program with --program FILE.`,
  );
}

/** The strand that a file's name speaks of. */
function strandOf(file: string): Strand {
  const named = (["server", "client"] as const).filter((strand) =>
    path.basename(file).toLowerCase().includes(strand),
  );
  if (named[0] && named.length === 1) return named[0];
  throw new UsageError(
    `Is ${file} a server or a client? Name a chapter: npm run check -- 05 --program ${file}`,
  );
}

await run(
  {
    usage: "npm run check -- [chapter …] [options]",
    about: "Holds the conversations of a chapter's checks with a program.",
    options: {
      program: { type: "string", help: "FILE to check; default: your own" },
      command: { type: "string", help: "how to run FILE, in any language" },
      seed: { type: "string", help: "N, for the same random lines again" },
      deadline: { type: "string", help: "SECONDS to wait at most; 10" },
      confirm: { type: "string", help: "TIMES to repeat a failure; 1" },
      only: { type: "string", multiple: true, help: "the check with this ID" },
      json: { type: "boolean", help: "one JSON document on stdout" },
    },
  },
  async ({ options, positionals, number }) => {
    const named = positionals.map(findChapter);
    const one =
      named[0]?.strand ?? (options.program && strandOf(options.program));
    // Nothing named: both programs, as far as the student has written them.
    const strands: Strand[] = one ? [one] : ["server"];
    const both = !one && !options.json && existsSync(submitted("client"));
    if (both) strands.push("client");
    let code = 0;
    for (const strand of strands) {
      code = Math.max(code, await checkStrand(strand));
    }
    return code;

    async function checkStrand(strand: Strand): Promise<number> {
      const chapters: readonly Chapter[] =
        named.length > 0
          ? named
          : CHAPTERS.filter((chapter) => chapter.strand === strand);
      if (chapters.some((chapter) => chapter.strand !== strand)) {
        throw new UsageError("Name chapters of the server, or of the client.");
      }
      const seed = number("seed") ?? newSeed();
      const seconds = number("deadline");
      const confirm = number("confirm") ?? 1;
      const file = options.program ?? submission(strand);
      if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`);
      if (!options.json) {
        const names = chapters.map(({ number: n }) => n).join(", ");
        console.log(`${file}, chapter ${names}, seed ${seed}\n`);
      }
      const results = await judgeAnywhere({
        program: {
          file,
          ...(options.command !== undefined && {
            command: parseCommand(options.command),
          }),
        },
        chapters,
        seed,
        confirm,
        ...(options.only && { only: options.only }),
        ...(seconds !== undefined && { deadline: seconds * 1000 }),
      });
      // What a student checks by hand counts as much as in the loop.
      if (options.program === undefined) {
        const { progress } = readProgress();
        record(progress, results, fingerprint(file));
        writeProgress(progress);
      }
      if (options.json) {
        console.log(JSON.stringify(asJSON(file, seed, results), null, 2));
      } else {
        for (const result of results) {
          console.log(
            result.verdict === "pass"
              ? headline(result)
              : `${report(result)}\n`,
          );
        }
      }
      const bad = ["fail", "infrastructure"];
      return results.some(({ verdict }) => bad.includes(verdict)) ? 1 : 0;
    }
  },
);
