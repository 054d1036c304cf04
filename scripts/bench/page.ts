/**
 * The page *What this server survives and what it costs*: Markdown, written
 * from the documents of two runs. No figure in it is typed by hand.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { plot } from "./plot.ts";
import { readRecorded } from "./recorded.ts";
import { type Range, type Results, type Row, rowOf } from "./results.ts";
import { circumstances, short } from "./table.ts";
import type { Writes } from "./writes.ts";

/** What was done to the server on purpose, and what it did. */
export interface Faults {
  readonly version: number;
  readonly date: string;
  readonly node: string;
  readonly cores: number;
  readonly faults: readonly {
    readonly id: string;
    readonly title: string;
    /** "known": it does not, for a reason that is written down. */
    readonly verdict: "survives" | "known" | "fails" | "skipped";
    readonly figure: Readonly<Record<string, number | string>>;
    /** Why, where it does not survive. */
    readonly reason: string;
  }[];
}

/** Where `npm run faults -- --json` is to put what the page tells. */
export const RECORDED_FAULTS = fileURLToPath(
  new URL("results/faults.json", import.meta.url),
);

/** Where `npm run bench -- writes --json` is to put what one write costs. */
export const RECORDED_WRITES = fileURLToPath(
  new URL("results/writes.json", import.meta.url),
);

function recorded<T>(file: string): T | undefined {
  if (!existsSync(file)) return undefined;
  return JSON.parse(readFileSync(file, "utf8")) as T;
}

/** The page as it is in the guide: from the recorded runs. */
export function recordedPage(): string {
  return survivalPage(
    readRecorded(),
    recorded<Faults>(RECORDED_FAULTS),
    recorded<Writes>(RECORDED_WRITES),
  );
}

/** The title of the page. */
export const TITLE = "What this server survives and what it costs";

function span(range: Range | undefined, by = 1): string {
  if (!range) return "";
  const [low, high] = [short(range.min / by), short(range.max / by)];
  const middle = short(range.median / by);
  return low === high ? middle : `${middle} <small>${low}–${high}</small>`;
}

/** A table in Markdown; columns without a value are left out. */
function table(
  rows: readonly Row[],
  columns: readonly [heading: string, cell: (row: Row) => string][],
): string {
  const shown = columns.filter(([, cell]) => rows.some((row) => cell(row)));
  const head = ["server", ...shown.map(([heading]) => heading)];
  const lines = [head, head.map((_, n) => (n === 0 ? "---" : "--:"))];
  for (const row of rows) {
    const cells =
      row.fails === undefined
        ? shown.map(([, cell]) => cell(row) || "–")
        : shown.map((_, n) => (n === 0 ? `fails: it ${row.fails}` : ""));
    lines.push([row.server, ...cells]);
  }
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const COLUMNS: [heading: string, cell: (row: Row) => string][] = [
  ["CPU µs for a delivery", ({ cpuPerMillion }) => span(cpuPerMillion)],
  ["in relation to the reference", ({ ratio }) => span(ratio)],
  ["50 % within ms", ({ p50 }) => span(p50)],
  ["99 % within ms", ({ p99 }) => span(p99)],
  ["said late, ms", ({ late }) => span(late)],
  ["most memory, MB", ({ peak }) => span(peak, 1e6)],
  ["kB for a silent client", ({ idleBytes }) => span(idleBytes, 1e3)],
  ["load process busy, %", ({ busy }) => span(busy, 0.01)],
];

function targets({ targets: all }: Results): string {
  const lines = all.map(({ text, figure, limit, met }) => {
    const [told, most, verdict] =
      figure === undefined || limit === undefined
        ? ["not measured", "", ""]
        : [short(figure), short(limit), met ? "reached" : "missed"];
    return `| ${text} | ${told} | ${most} | ${verdict} |`;
  });
  return [
    "| what is to be reached | measured | at most | verdict |",
    "| --- | --: | --: | --- |",
    ...lines,
  ].join("\n");
}

function number(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString("en") : short(value);
}

/** A figure with its name, and its unit where a reader looks for it. */
function measure(name: string, value: number | string): string {
  const told = typeof value === "number" ? number(value) : value;
  const [, before, unit, most = ""] =
    /^(.+) (m?s)( at most)?$/.exec(name) ?? [];
  if (before) return `${before}${most} ${told} ${unit}`;
  return /^([KM]B |\w+\/s$)/.test(name) ? `${told} ${name}` : `${name} ${told}`;
}

function faultsPart(faults: Faults): string {
  const lines = faults.faults.map(({ title, verdict, figure, reason }) => {
    const told = Object.entries(figure).map(([name, value]) =>
      measure(name, value),
    );
    const words = verdict === "known" ? "does not survive" : verdict;
    const cells = [
      title,
      words,
      [told.join(", "), reason].filter(Boolean).join(". "),
    ];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  return [
    "## What it survives",
    "",
    `Each of these is a test (${faults.date.slice(0, 10)}, ${faults.cores} cores, Node ${faults.node.replace(/^v/, "")}).`,
    "",
    "| what is done to it | verdict | figure |",
    "| --- | --- | --- |",
    ...lines,
    "",
  ].join("\n");
}

/** Why a delivery costs more than in C, and what was tried about it. */
function writesPart(writes: Writes): string {
  const { hearers, lines, size, node, cores, date } = writes;
  const rows = writes.servers.map(
    ({ id, title, cpu, ratio }) =>
      `| ${id} | ${title} | ${span(cpu)} | ${span(ratio)} |`,
  );
  return [
    "### What one write costs",
    "",
    `Where lines can be put together, a server makes one write for each client and turn, and that is what a delivery costs. Here one client says ${lines} lines of ${size} B at once to ${hearers} others, and the next ones when all have heard them: every server makes the same number of writes (${date.slice(0, 10)}, ${cores} cores, Node ${node}). The programs between the first and the last are the reference with another \`send\`, to see which part of it costs what. Ratios are of the same repetition, since other work on the machine slows all alike. Most of the difference to C stays when a program goes past the stream, to a private interface of Node: it is the way from JavaScript to the system call. The cork takes less than that, and gives most where many talk: see all-to-all.`,
    "",
    "| program | what it does | CPU µs for a write | in relation to the C limit |",
    "| --- | --- | --: | --: |",
    ...rows,
    "",
  ].join("\n");
}

/** The page. Without `faults` it tells only what the server costs. */
export function survivalPage(
  results: Results,
  faults?: Faults,
  writes?: Writes,
): string {
  const shown = results.scenarios.filter(({ id }) =>
    results.rows.some(
      ({ scenario, server }) => scenario === id && server !== "reference",
    ),
  );
  const parts = [
    `# ${TITLE}`,
    "",
    ...(faults ? [faultsPart(faults)] : []),
    "## What it costs",
    "",
    `Measured on ${circumstances(results)}. A delivery is one line heard by one client. All lines were verified where they were heard: each exactly once, in the order of its speaker, byte for byte, and none by the client that said it. A figure is the median of the repetitions, with the least and the most.`,
    "",
    `CPU time and memory: ${results.source}. The clients live in a process of their own; where that is busy nearly all the time, more deliveries in a second are its limit and not the server's. Where lines are said at fixed times, *said late* tells how late 99 % of them were at most: the load process had to wait for its turn, and the times until lines were heard have that in them.`,
    "",
    targets(results),
    "",
    ...(writes ? [writesPart(writes)] : []),
    `<div class="scroll plot" tabindex="0" role="region" aria-label="What a delivery costs, as a picture">\n${plot(results).trimEnd()}\n</div>`,
    "",
    ...results.servers.map(({ id, title, skipped }) =>
      skipped === undefined
        ? `- **${id}**: ${title}`
        : `- **${id}**: ${title}; not measured, ${skipped}`,
    ),
    "",
  ];
  for (const { id, title, reduced } of shown) {
    const rows = results.servers.flatMap(
      ({ id: server }) => rowOf(results, id, server) ?? [],
    );
    parts.push(`### ${title}`, "");
    if (reduced !== undefined) parts.push(`${reduced}.`, "");
    parts.push(table(rows, COLUMNS), "");
  }
  return parts.join("\n");
}
