/**
 * npm test
 *
 * Proves everything that this repository claims: types and style, the tests of
 * the tools, each chapter's checks on its program, the kill matrix, full
 * coverage of the workbook's own programs. The guide is one of the tests.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { run } from "./command/run.ts";
import { reportCoverage } from "./proof/coverage.ts";
import { runTests, testFiles } from "./proof/tests.ts";
import { runTool } from "./proof/tool.ts";

/** Test files at the same time, one more than cores: they often wait. */
const AT_ONCE = os.availableParallelism() + 1;

await run(
  {
    usage: "npm test",
    about: "Proves everything that this repository claims.",
    options: {},
  },
  async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "chat-proof-"));
    const coverage = path.join(folder, "coverage");
    const matrix = path.join(folder, "matrix.txt");
    process.env.ROOM_COVERAGE = coverage;
    process.env.ROOM_MATRIX = matrix;
    // No test speaks with another machine: reading them takes time for nothing.
    delete process.env.NODE_EXTRA_CA_CERTS;
    try {
      const failures: string[] = [];
      console.log("Types (tsc) and style (biome)");
      if (!(await runTool("typescript", "tsc"))) failures.push("types");
      if (!(await runTool("@biomejs/biome", "biome", "check"))) {
        failures.push("style");
      }
      console.log("\nTests");
      const files = testFiles("chapters", "scripts");
      const { passed, failed, skipped, ...ran } = await runTests(
        files,
        AT_ONCE,
      );
      if (failed > 0) failures.push("tests");
      if (passed === 0) failures.push("tests: none ran");
      console.log("\nThe kill matrix: programs by checks\n");
      console.log(readFileSync(matrix, "utf8"));
      console.log("Coverage of the programs, in the processes of the checks\n");
      if (!(await reportCoverage(coverage))) failures.push("coverage");
      // What is wrong stands at the end, where a reader of a log begins.
      for (const failure of ran.failures) console.log(`\n${failure}`);
      console.log(
        failures.length === 0
          ? "\nAll is proved.\n"
          : `\nNot proved: ${failures.join(", ")}.\n`,
      );
      console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
      return failures.length === 0 ? 0 : 1;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
