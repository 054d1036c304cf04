/**
 * npm run matrix [-- --update]
 * npm run matrix -- WORD …
 *
 * Fills the kill matrix and prints it as a table: which check catches which
 * wrong program, and that no correct program is caught. With words, only the
 * rows that have one of them in their name, such as a wrong program just written.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { run, UsageError } from "./command/run.ts";
import type { Judged } from "./matrix/recorded.ts";
import { allRows } from "./matrix/rows.ts";
import { table } from "./matrix/table.ts";
import { runTests, testFiles } from "./proof/tests.ts";

/** Judges the rows with one of `words` in their names, and prints them. */
async function someRows(words: readonly string[]): Promise<number> {
  const rows = (await allRows()).filter(({ name }) =>
    words.some((word) => name.includes(word)),
  );
  if (rows.length === 0) {
    throw new UsageError(`No row of the matrix has "${words[0]}" in its name.`);
  }
  const judged: Judged[] = [];
  let wrong = 0;
  for (const row of rows) {
    const { results, problems } = await row.judge();
    judged.push({ row, results });
    wrong += problems.length;
    console.log(`${problems.length === 0 ? "✓" : "✗"} ${row.claim}`);
    for (const problem of problems) console.log(`  ${problem}`);
  }
  for (const strand of ["server", "client"] as const) {
    const own = judged.filter(({ row }) => row.strand === strand);
    if (own.length > 0) console.log(`\n${table(own)}`);
  }
  return wrong === 0 ? 0 : 1;
}

await run(
  {
    usage: "npm run matrix [-- --update | WORD …]",
    about:
      "Fills the kill matrix and prints it as a table; with WORDs, only the rows\nthat have one of them in their name.",
    options: {
      update: { type: "boolean", help: "writes down what the guide shows" },
    },
  },
  async ({ options, positionals }) => {
    if (positionals.length > 0) {
      if (!options.update) return someRows(positionals);
      throw new UsageError("--update is of the whole matrix: name no rows.");
    }
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
