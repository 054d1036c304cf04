/** Runs test files with node:test, and counts: no test at all is a failure. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { ROOT, shortPath } from "../workbook/chapters.ts";

/** What came of a run. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Each test that failed: where it stands, its name, and why. */
  readonly failures: readonly string[];
}

/** What is said of a failure, and not of the runner that noticed it. */
function whyOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error ? cause.message : error.message;
}

/** Every `*.test.ts` below these folders of the workbook, sorted. */
export function testFiles(...folders: string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(path.join(ROOT, folder), { recursive: true })
        .map(String)
        .filter((file) => file.endsWith(".test.ts"))
        .map((file) => path.join(ROOT, folder, file)),
    )
    .sort();
}

/** The longest that one file may take, in milliseconds: none may hang. */
const LONGEST = 9 * 60_000;

/**
 * Runs `files`, each in a process of its own, and reports on standard output.
 *
 * @param atOnce how many of them run at the same time
 */
export async function runTests(
  files: readonly string[],
  atOnce: number,
): Promise<Counts> {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  const tests = run({
    files: [...files],
    concurrency: atOnce,
    timeout: LONGEST,
  });
  tests.on("test:pass", ({ skip, details }) => {
    // A suite passes when its tests do; they have been counted.
    if (details.type === "suite") return;
    if (skip !== undefined && skip !== false) skipped++;
    else passed++;
  });
  const failures: string[] = [];
  tests.on("test:fail", ({ details, name, file }) => {
    if (details.type === "suite") return;
    failed++;
    const where = file ? `, in ${shortPath(file)}` : "";
    failures.push(`✖ ${name}${where}\n${whyOf(details.error)}`);
  });
  // A class on Node 20, something that can be called as well from 22 on.
  const reporter = new (spec as unknown as new () => NodeJS.ReadWriteStream)();
  await new Promise((resolve, reject) => {
    const report = tests.compose<NodeJS.ReadableStream>(reporter);
    report.on("error", reject);
    report.on("end", resolve);
    report.pipe(process.stdout, { end: false });
  });
  return { passed, failed, skipped, failures };
}
