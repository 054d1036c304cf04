/**
 * npm run matrix [-- --update]
 *
 * Fills the kill matrix and prints it as a table: which check catches which
 * wrong program, and that no correct program is caught.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { run } from "./command/run.ts";
import { runTests, testFiles } from "./proof/tests.ts";

await run(
  {
    usage: "npm run matrix [-- --update]",
    about: "Fills the kill matrix and prints it as a table.",
    options: {
      update: { type: "boolean", help: "writes down what the guide shows" },
    },
  },
  async ({ options }) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "chat-matrix-"));
    const matrix = path.join(folder, "matrix.txt");
    process.env.ROOM_MATRIX = matrix;
    if (options.update) process.env.ROOM_MATRIX_RECORD = "1";
    try {
      const counts = await runTests(testFiles("scripts/matrix"), 1);
      console.log(`\n${readFileSync(matrix, "utf8")}`);
      return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
