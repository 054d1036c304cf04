/**
 * node run_tests.mjs ORDER
 *
 * Runs test files one after the other, inside of the sandbox of the hand-in
 * that they belong to, and prints what came of it as one JSON document. ORDER is
 * one as well: the `files`; how long one of them may take, `limit`, in
 * milliseconds; the names of the tests that are run, `only`, if not all; and
 * those whose failure says nothing, `uncounted`: with them, the first other
 * failure is the last.
 */
import { run } from "node:test";

/** @type {{ files: string[], limit: number, only?: string[], uncounted?: string[] }} */
const { files, limit, only, uncounted } = JSON.parse(process.argv[2] ?? "{}");

/** @type {string[]} */
const failed = [];
/** @type {string[]} */
const passed = [];

function end() {
  process.stdout.write(`\n${JSON.stringify({ passed, failed })}\n`, () => {
    process.exit(0);
  });
}

const escaped = (/** @type {string} */ name) =>
  name.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

const tests = run({
  files,
  concurrency: 1,
  timeout: limit,
  ...(only && {
    testNamePatterns: only.map((name) => new RegExp(`^${escaped(name)}$`)),
  }),
});
tests.on("test:pass", ({ name, details, skip, todo }) => {
  if (details.type !== "suite" && !skip && !todo) passed.push(name);
});
tests.on("test:fail", ({ name, file, details, todo }) => {
  if (todo) return;
  const { error } = details;
  if ("failureType" in error && error.failureType === "subtestsFailed") {
    // Another test of its own has failed, and is named; the rest may be run.
    if (details.type !== "suite") passed.push(name);
    return;
  }
  const known = files.includes(name) || name === file;
  const named = known ? "the whole file" : name;
  failed.push(named);
  if (uncounted && !uncounted.includes(named)) end();
});
tests.on("data", () => {});
tests.on("end", end);
