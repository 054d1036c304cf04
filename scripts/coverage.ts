/**
 * npm run coverage
 *
 * Holds every chapter's checks with the chapters' programs and prints which of
 * their lines, branches and functions ran, measured in their own processes.
 */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { run } from "./command/run.ts";
import { reportCoverage } from "./proof/coverage.ts";
import { judge } from "./verdict/judge.ts";
import { headline, report } from "./verdict/report.ts";
import { CHAPTERS, chaptersUpTo, shortPath } from "./workbook/chapters.ts";

await run(
  {
    usage: "npm run coverage",
    about: "Prints the coverage of the chapters' programs by their checks.",
    options: {},
  },
  async () => {
    const coverage = mkdtempSync(path.join(os.tmpdir(), "chat-coverage-"));
    let good = true;
    try {
      for (const chapter of CHAPTERS) {
        const results = await judge({
          program: { file: chapter.program },
          chapters: chaptersUpTo(chapter),
          coverage,
        });
        const bad = results.filter(
          ({ verdict, skipped }) => verdict !== "pass" && !skipped,
        );
        if (bad.length > 0) good = false;
        const passed = `${results.length - bad.length} of ${results.length}`;
        console.log(`${shortPath(chapter.program)}: ${passed} checks pass`);
        for (const result of bad) {
          console.log(`${headline(result)}\n${report(result)}`);
        }
      }
      console.log("");
      return (await reportCoverage(coverage)) && good ? 0 : 1;
    } finally {
      rmSync(coverage, { recursive: true, force: true });
    }
  },
);
