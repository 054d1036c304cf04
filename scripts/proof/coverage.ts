/** Coverage of the workbook's own programs, from what their processes left. */
import { readdirSync } from "node:fs";
import { CHAPTERS, shortPath } from "../workbook/chapters.ts";
import { runTool } from "./tool.ts";

/**
 * Prints the coverage of every chapter's program and of the solutions, from the
 * V8 reports in `folder`. True when each of them has 100 % of its lines,
 * branches and functions; false also when there are no reports at all.
 */
export async function reportCoverage(folder: string): Promise<boolean> {
  if (readdirSync(folder).length === 0) {
    console.log("No process has left a report: nothing was measured.");
    return false;
  }
  const programs = new Set(CHAPTERS.map(({ program }) => shortPath(program)));
  const all = ["--lines", "--branches", "--functions", "--statements"];
  return runTool(
    ...(["c8", "c8"] as const),
    ...["report", "--temp-directory", folder, "--reporter", "text", "--all"],
    ...[...programs].flatMap((program) => ["--include", program]),
    ...["--check-coverage", "--per-file"],
    ...all.flatMap((measure) => [measure, "100"]),
  );
}
