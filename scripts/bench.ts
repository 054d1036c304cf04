/**
 * npm run bench -- loop [--times N]
 *
 * Measures how long a student waits from a save to the verdict. Proves nothing:
 * it prints what this machine does at this hour.
 */
import { benchLoop } from "./bench/loop.ts";
import { run, UsageError } from "./command/run.ts";
import { findChapter } from "./workbook/chapters.ts";

await run(
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
  async ({ options, positionals, number }) => {
    if (positionals.join(" ") !== "loop") {
      throw new UsageError("What is to be measured? There is: loop.");
    }
    const chapter = findChapter(options.chapter ?? "05");
    return (await benchLoop(number("times") ?? 20, chapter)) ? 0 : 1;
  },
);
