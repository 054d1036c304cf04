/**
 * npm run grade -- FOLDER… [--json FILE|-] [--seed N] [--lenient-names]
 *
 * Gives points to hand-ins: ten requirements, one point each, with what every
 * program did. The points say nothing of the exit code: 0 when all is graded.
 */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { run, UsageError } from "./command/run.ts";
import { Grader } from "./grade/grade.ts";
import type { GradeReport, Submission } from "./grade/report.ts";
import { summary } from "./grade/summary.ts";
import { newSeed } from "./room/tokens.ts";

/** A command in one string, or in a JSON list where its parts have spaces. */
function parseCommand(text: string): string[] {
  if (text.startsWith("[")) return JSON.parse(text) as string[];
  return text.split(/\s+/).filter((part) => part !== "");
}

/** Writes a file so that at no moment it is there in part. */
function writeWhole(file: string, text: string) {
  const beside = `${file}.${process.pid}.part`;
  try {
    writeFileSync(beside, text);
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new Error(`Cannot write ${file}: ${(error as Error).message}`);
  }
}

await run(
  {
    usage: "npm run grade -- FOLDER… [options]",
    about: "Gives points to hand-ins, and tells what their programs did.",
    options: {
      json: {
        type: "string",
        help: "FILE for the report as JSON; - is stdout",
      },
      seed: { type: "string", help: "N, for the same random lines again" },
      "server-command": { type: "string", help: "how to start the server" },
      "client-command": { type: "string", help: "how to start the client" },
      "lenient-names": { type: "boolean", help: "take names nearly right" },
    },
  },
  async ({ options, positionals, number }) => {
    if (positionals.length === 0) throw new UsageError("Name a folder.");
    const seed = number("seed") ?? newSeed();
    const server = options["server-command"];
    const client = options["client-command"];
    const quiet = options.json === "-";
    const grader = await Grader.open({
      seed,
      commands: {
        ...(server !== undefined && { server: parseCommand(server) }),
        ...(client !== undefined && { client: parseCommand(client) }),
      },
      lenientNames: options["lenient-names"] ?? false,
      onNotice: (sentence) => console.error(sentence),
    });
    try {
      const submissions: Submission[] = await Promise.all(
        positionals.map(async (folder) => {
          const name = path.basename(path.resolve(folder));
          const submission = await grader.grade({ name, folder });
          if (!quiet) console.log(summary(submission));
          return submission;
        }),
      );
      const report: GradeReport = { version: 1, seed, submissions };
      const text = `${JSON.stringify(report, null, 2)}\n`;
      if (quiet) process.stdout.write(text);
      else if (options.json !== undefined) writeWhole(options.json, text);
      return 0;
    } finally {
      await grader.close();
    }
  },
);
