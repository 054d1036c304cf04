/** Which lines of a hand-in the checks ran, from what its processes left. */
import {
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Report } from "c8";
import type { CoverageMap } from "istanbul-lib-coverage";
import { isProgram } from "./programs.ts";
import type { Coverage } from "./report.ts";
import { INSIDE } from "./sandbox.ts";

/** Reports that are read at most, and how large each may be, in bytes. */
const MOST_REPORTS = 200;
const LARGEST_REPORT = 8 * 1024 * 1024;

/** True for a program of which such comments would take out lines. */
export function hidesLines(file: string): boolean {
  if (!isProgram(file) || !existsSync(file)) return false;
  const text = readFileSync(file, "utf8");
  return withoutIgnoring(text) !== text;
}

/**
 * A program without comments that take lines out of the measurement. Not a
 * character moves.
 */
export function withoutIgnoring(text: string): string {
  return text.replace(
    /\b(c8|v8|istanbul|node:coverage)(\s+)(ignore|disable|enable)/g,
    (_, tool: string, space: string, word: string) =>
      `${"-".repeat(tool.length)}${space}${word}`,
  );
}

/** What c8 has, and its types lack. */
interface Measured {
  getCoverageMapFromAllCoverageFiles(): Promise<CoverageMap>;
}

interface V8Report {
  result: { url: string }[];
  "source-map-cache"?: Record<string, { data?: { sources?: string[] } | null }>;
}

/**
 * The coverage of the hand-in's own files in `base`, from the V8 reports in
 * `folder`. `undefined` when nothing was measured.
 *
 * @param confined true when the program saw `base` as another folder
 * @param counts false for files that are not the program's
 */
export async function measure(
  folder: string,
  base: string,
  confined: boolean,
  program: string,
  counts: (file: string) => boolean = () => true,
): Promise<Coverage | undefined> {
  const here = pathToFileURL(base).href;
  const there = confined ? pathToFileURL(INSIDE).href : undefined;
  const name = (url: string) =>
    there === undefined
      ? url.replace(/^.*\/slot\d+\//, `${here}/`)
      : url.replace(`${there}/`, `${here}/`);
  let reports = 0;
  for (const file of readdirSync(folder).slice(0, MOST_REPORTS)) {
    const whole = path.join(folder, file);
    try {
      if (statSync(whole).size > LARGEST_REPORT) throw new Error("too large");
      const report = JSON.parse(readFileSync(whole, "utf8")) as V8Report;
      const result = report.result
        .map((script) => ({ ...script, url: name(script.url) }))
        .filter(({ url }) => url.startsWith(`${here}/`));
      const cache = Object.fromEntries(
        Object.entries(report["source-map-cache"] ?? {}).map(([url, map]) => {
          const sources = map.data?.sources?.map(name);
          const data = map.data && { ...map.data, ...(sources && { sources }) };
          return [name(url), { ...map, data }];
        }),
      );
      const own = { result, "source-map-cache": cache };
      writeFileSync(whole, JSON.stringify(own));
      if (result.length > 0) reports++;
    } catch {
      // A program that was ended while it wrote, or wrote what it liked.
      writeFileSync(whole, '{"result":[]}');
    }
  }
  if (reports === 0) return undefined;
  try {
    return await summarize(folder, base, program, counts);
  } catch {
    return undefined;
  }
}

async function summarize(
  folder: string,
  base: string,
  program: string,
  counts: (file: string) => boolean,
): Promise<Coverage | undefined> {
  const report = new Report({
    tempDirectory: folder,
    reporter: [],
    reportsDirectory: folder,
    src: [base],
    all: false,
    allowExternal: true,
    excludeAfterRemap: false,
    exclude: [],
    include: [],
    excludeNodeModules: true,
    resolve: "",
    omitRelative: false,
    watermarks: {},
    skipFull: false,
  });
  const map = await (
    report as unknown as Measured
  ).getCoverageMapFromAllCoverageFiles();
  const total = { lines: [0, 0], branches: [0, 0], functions: [0, 0] };
  const uncovered: string[] = [];
  for (const file of map.files().sort()) {
    const name = path.relative(base, file).split(path.sep).join("/");
    if (name.startsWith("..") || !counts(name)) continue;
    const own = map.fileCoverageFor(file);
    const summary = own.toSummary();
    for (const what of ["lines", "branches", "functions"] as const) {
      const { covered, total: all } = summary[what];
      const sum = total[what] as [number, number];
      sum[0] += covered;
      sum[1] += all;
    }
    const lines = ranges(own.getUncoveredLines().map(Number));
    if (lines === "") continue;
    uncovered.push(name === program ? lines : `${name} ${lines}`);
  }
  if (total.lines[1] === 0) return undefined;
  const percent = ([covered = 0, all = 0]: number[]) =>
    all === 0 ? 100 : Math.round((covered / all) * 1000) / 10;
  return {
    lines: percent(total.lines),
    branches: percent(total.branches),
    functions: percent(total.functions),
    uncovered: uncovered.join(", "),
  };
}

/** Line numbers as people write them: "12-14, 20". */
export function ranges(lines: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const line of [...new Set(lines)].sort((a, b) => a - b)) {
    const last = parts.at(-1);
    if (last && line === last[1] + 1) last[1] = line;
    else parts.push([line, line]);
  }
  return parts
    .map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`))
    .join(", ");
}
