/** The results for a terminal. */
import type { Range, Results, Row } from "./results.ts";

const MEGABYTE = 1e6;

/** A number with three significant digits, without exponent. */
export function short(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en");
  if (value === 0) return "0";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 4));
}

function span(range: Range | undefined, by = 1): string {
  if (!range) return "";
  const [low, high] = [short(range.min / by), short(range.max / by)];
  const middle = short(range.median / by);
  return low === high ? middle : `${middle} (${low}–${high})`;
}

/** The columns, each with its heading; empty ones are left out. */
const COLUMNS: [heading: string, cell: (row: Row) => string][] = [
  ["CPU s/M", ({ cpuPerMillion }) => span(cpuPerMillion)],
  ["× reference", ({ ratio }) => span(ratio)],
  [
    "deliveries/s",
    ({ perSecond }) => (perSecond ? short(perSecond.median) : ""),
  ],
  ["p50 ms", ({ p50 }) => (p50 ? short(p50.median) : "")],
  ["p99 ms", ({ p99 }) => span(p99)],
  ["p99.9 ms", ({ p999 }) => (p999 ? short(p999.median) : "")],
  ["peak MB", ({ peak }) => (peak ? short(peak.median / MEGABYTE) : "")],
  ["kB/silent", ({ idleBytes }) => span(idleBytes, 1000)],
  ["silent CPU", ({ idleCpu }) => (idleCpu ? short(idleCpu.median) : "")],
  [
    "load busy",
    ({ busy }) => (busy ? `${Math.round(100 * busy.median)} %` : ""),
  ],
  ["said late ms", ({ late }) => (late ? short(late.median) : "")],
];

/** One scenario: a row for each server. */
export function scenarioTable(rows: readonly Row[]): string {
  const shown = COLUMNS.filter(([, cell]) => rows.some((row) => cell(row)));
  const table = [
    ["", ...shown.map(([heading]) => heading)],
    ...rows.map((row) => [
      row.server,
      ...(row.fails === undefined
        ? shown.map(([, cell]) => cell(row) || "–")
        : []),
    ]),
  ];
  const widths = ["", ...shown].map((_, n) =>
    Math.max(...table.map((cells) => cells[n]?.length ?? 0)),
  );
  return table
    .map((cells, at) => {
      const row = rows[at - 1];
      if (row?.fails !== undefined) {
        return `  ${row.server.padEnd(widths[0] as number)}  fails: it ${row.fails}`;
      }
      return `  ${cells
        .map((cell, n) =>
          n === 0
            ? cell.padEnd(widths[0] as number)
            : cell.padStart(widths[n] as number),
        )
        .join("  ")}`.trimEnd();
    })
    .join("\n");
}

/** Where and how it was measured, in one line. */
export function circumstances(results: Results): string {
  const { cores, node, system, date, repetitions, load } = results;
  const times =
    repetitions === 1 ? "once" : `${repetitions} times, interleaved`;
  return `${date.slice(0, 10)}, ${cores} cores, Node ${node}, ${system}, ${times}; load of the machine before ${load[0].toFixed(1)}, after ${load[1].toFixed(1)}`;
}

/** What is to be reached, and whether it is. */
export function targetLines(results: Results): string {
  return results.targets
    .map(({ text, figure, limit, met }) =>
      figure === undefined || limit === undefined
        ? `  – ${text}: not measured`
        : `  ${met ? "✓" : "✗"} ${text}: ${short(figure)}, at most ${short(limit)}`,
    )
    .join("\n");
}

/** All of it. */
export function resultsText(results: Results): string {
  const parts = [circumstances(results), `CPU and memory: ${results.source}`];
  for (const { id, title, skipped } of results.servers) {
    parts.push(
      skipped === undefined
        ? `  ${id.padEnd(10)} ${title}`
        : `  ${id.padEnd(10)} not measured: ${skipped}`,
    );
  }
  for (const { id, title, reduced } of results.scenarios) {
    const rows = results.rows.filter(({ scenario }) => scenario === id);
    parts.push(`\n${id}: ${title}${reduced ? ` (${reduced})` : ""}`);
    parts.push(scenarioTable(rows));
  }
  if (results.targets.length > 0) {
    parts.push("\nWhat the reference is to reach", targetLines(results));
  }
  return parts.join("\n");
}
