/**
 * npm run chapter -- 05
 *
 * Runs the program at the end of a chapter, on localhost:8888.
 */
import { pathToFileURL } from "node:url";
import { run, UsageError } from "./command/run.ts";
import { CHAPTERS, findChapter } from "./workbook/chapters.ts";

await run(
  {
    usage: "npm run chapter -- NUMBER",
    about: "Runs the program at the end of a chapter, on localhost:8888.",
    options: {},
  },
  async ({ positionals }) => {
    const [wanted, ...more] = positionals;
    if (wanted === undefined || more.length > 0) {
      const names = CHAPTERS.map(({ name }) => name).join(", ");
      throw new UsageError(`Which chapter? There are: ${names}.`);
    }
    const { program } = findChapter(wanted);
    await import(pathToFileURL(program).href);
    return 0;
  },
);
