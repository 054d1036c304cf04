/**
 * npm run play [-- server|client] [--program FILE] [--split N] [--merge]
 *
 * Your program in a room that you see: you type for Ada, Ben and Cleo, and the
 * diagram shows every chunk. Proves nothing; shows that TCP is a stream.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { run, UsageError } from "./command/run.ts";
import { Failure } from "./room/transcript.ts";
import { play } from "./student/play.ts";
import { submitted } from "./student/submission.ts";
import { shortPath } from "./workbook/chapters.ts";

await run(
  {
    usage: "npm run play [-- server|client] [options]",
    about: "Your program in a room where you type for everybody.",
    options: {
      program: { type: "string", help: "FILE to play with; default: your own" },
      split: { type: "string", help: "N bytes in each piece of a line" },
      merge: { type: "boolean", help: "two lines in one write" },
      reset: {
        type: "string",
        help: "NAME breaks the connection after a line",
      },
      freeze: { type: "string", help: "NAME does not read" },
    },
  },
  async ({ options, positionals, count }) => {
    const [word, ...more] = positionals;
    const named = options.program ? path.basename(options.program) : "";
    const strand = word ?? (/client/i.test(named) ? "client" : "server");
    if ((strand !== "server" && strand !== "client") || more.length > 0) {
      throw new UsageError(
        `Play with a server or with a client, not "${word}".`,
      );
    }
    const split = count("split");
    const names = strand === "server" ? ["ada", "ben", "cleo"] : ["server"];
    for (const name of [options.reset, options.freeze]) {
      if (name !== undefined && !names.includes(name.toLowerCase())) {
        throw new UsageError(`There is nobody named "${name}" in this room.`);
      }
    }
    const file = options.program ?? submitted(strand);
    if (!existsSync(file)) {
      throw new UsageError(
        `There is no ${shortPath(path.resolve(file))}. Make one with npm start, or name a program with --program FILE.`,
      );
    }
    try {
      await play({ file }, strand, {
        ...(split !== undefined && { split }),
        ...(options.merge && { merge: true }),
        ...(options.reset !== undefined && { reset: options.reset }),
        ...(options.freeze !== undefined && { freeze: options.freeze }),
      });
    } catch (error) {
      // The diagram has shown why.
      if (!(error instanceof Failure)) throw error;
      console.log(error.message);
      return 1;
    }
    return 0;
  },
);
