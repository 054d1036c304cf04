/** What a delivery costs as something grows: a picture for every screen. */
import { scaleLog } from "d3-scale";
import { line } from "d3-shape";
import type { Results } from "./results.ts";
import type { Axis } from "./scenarios.ts";
import { circumstances, short } from "./table.ts";

const PANEL = { width: 240, height: 240, gap: 66, left: 66, top: 70 };
/** Where the names stand, how wide one is, and how many are in a row. */
const LEGEND = { top: 42, width: 130, row: 20, names: 8 };

/**
 * Colours that people who see few colours tell apart, and marks besides. There
 * is one mark more than colours, so that a seventh server has a pair of its own.
 */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#444"];
const MARKS = [
  "M-4,-4h8v8h-8z",
  "M0,-5l5,9h-10z",
  "M0,-5l5,5l-5,5l-5,-5z",
  "M-5,-1.5h3.5v-3.5h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5z",
  "M0,5l5,-9h-10z",
  "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0",
  "M-5,-1.5h10v3h-10z",
];

const TITLES: Record<Axis, string> = {
  clients: "hearers of one talker",
  size: "bytes in a line, one at a time",
  talkers: "talkers among 50 clients",
};

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Where a scenario stands on an axis. */
function placeOf(axis: Axis, scenario: Results["scenarios"][number]): number {
  return axis === "clients" ? scenario.clients - 1 : scenario[axis];
}

interface Point {
  readonly at: number;
  readonly cost: number;
}

/** A server's points along an axis, by CPU microseconds for a delivery. */
function pointsOf(results: Results, axis: Axis, server: string): Point[] {
  return results.scenarios
    .filter(({ plots }) => plots.includes(axis))
    .flatMap((scenario) => {
      const row = results.rows.find(
        (one) => one.scenario === scenario.id && one.server === server,
      );
      const cost = row?.cpuPerMillion?.median;
      return cost ? [{ at: placeOf(axis, scenario), cost }] : [];
    })
    .sort((a, b) => a.at - b.at);
}

function panel(
  results: Results,
  axis: Axis,
  servers: readonly string[],
  range: [number, number],
): string {
  const all = servers.map((server) => pointsOf(results, axis, server));
  const places = [...new Set(all.flat().map(({ at }) => at))].sort(
    (a, b) => a - b,
  );
  const [first = 1, last = 1] = [places[0], places.at(-1)];
  const x = scaleLog(
    [first, Math.max(last, first * 2)],
    [12, PANEL.width - 12],
  );
  const y = scaleLog(range, [PANEL.height, 0]);
  const draw = line<Point>(
    ({ at }) => x(at),
    ({ cost }) => y(cost),
  );
  const parts = [
    `<rect width="${PANEL.width}" height="${PANEL.height}" fill="none" stroke="currentColor" stroke-opacity="0.3"/>`,
    `<text x="${PANEL.width / 2}" y="${PANEL.height + 38}" text-anchor="middle">${TITLES[axis]}</text>`,
  ];
  for (let tick = range[0]; tick <= range[1]; tick *= 10) {
    const at = y(tick).toFixed(1);
    parts.push(
      `<path d="M0,${at}h${PANEL.width}" stroke="currentColor" stroke-opacity="0.15"/>`,
      `<text x="-8" y="${at}" dy="0.32em" text-anchor="end">${short(tick)}</text>`,
    );
  }
  for (const place of places) {
    const text =
      place >= 2 ** 20
        ? `${place / 2 ** 20} Mi`
        : place >= 1024 && axis === "size"
          ? `${place / 1024} Ki`
          : `${place}`;
    parts.push(
      `<text x="${x(place).toFixed(1)}" y="${PANEL.height + 18}" text-anchor="middle">${text}</text>`,
    );
  }
  for (const [n, points] of all.entries()) {
    const colour = COLOURS[n % COLOURS.length];
    if (points.length === 0) continue;
    parts.push(
      `<path d="${draw(points)}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...points.map(
        ({ at, cost }) =>
          `<path d="${MARKS[n % MARKS.length]}" transform="translate(${x(at).toFixed(1)},${y(cost).toFixed(1)})" fill="${colour}"><title>${escaped(servers[n] as string)}: ${short(cost)} µs</title></path>`,
      ),
    );
  }
  return parts.join("\n");
}

/**
 * An SVG with a panel for each thing that grows: clients, bytes in a line, and
 * talkers. It takes its text colour from where it stands.
 */
export function plot(results: Results): string {
  const axes = (["clients", "size", "talkers"] as const).filter((axis) =>
    results.scenarios.some(({ plots }) => plots.includes(axis)),
  );
  const ids = results.servers.map(({ id }) => id);
  const hasLine = (server: string) => (axis: Axis) =>
    pointsOf(results, axis, server).length > 1;
  // Who was measured for the plot has a line in each panel. The others differ
  // from one of these by little, and would hide it.
  const inAll = ids.filter((id) => axes.every(hasLine(id)));
  const servers =
    inAll.length > 0 ? inAll : ids.filter((id) => axes.some(hasLine(id)));
  const costs = axes.flatMap((axis) =>
    servers.flatMap((server) =>
      pointsOf(results, axis, server).map(({ cost }) => cost),
    ),
  );
  const range: [number, number] = [
    10 ** Math.floor(Math.log10(Math.min(...costs, 1))),
    10 ** Math.ceil(Math.log10(Math.max(...costs, 10))),
  ];
  const width = PANEL.left + axes.length * (PANEL.width + PANEL.gap);
  const rows = Math.ceil(servers.length / LEGEND.names);
  const top = PANEL.top + (rows - 1) * LEGEND.row;
  const height = top + PANEL.height + 60;
  const legend = servers.map((server, n) => {
    const at = PANEL.left + (n % LEGEND.names) * LEGEND.width;
    const row = LEGEND.top + Math.floor(n / LEGEND.names) * LEGEND.row;
    const colour = COLOURS[n % COLOURS.length];
    const mark = MARKS[n % MARKS.length];
    return `<g transform="translate(${at},${row})"><path d="M-14,0h28" stroke="${colour}" stroke-width="2"/><path d="${mark}" fill="${colour}"/><text x="20" dy="0.32em">${escaped(server)}</text></g>`;
  });
  const panels = axes.map((axis, n) => {
    const at = PANEL.left + n * (PANEL.width + PANEL.gap);
    return `<g transform="translate(${at},${top})">\n${panel(results, axis, servers, range)}\n</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="cost-title" font-family="system-ui, sans-serif" font-size="14" fill="currentColor">
<title id="cost-title">CPU time of the server for one delivery, in microseconds, as clients, lines and talkers grow (${escaped(circumstances(results))})</title>
<text x="${PANEL.left - 46}" y="18">CPU microseconds for one delivery; both scales are logarithmic</text>
${legend.join("\n")}
${panels.join("\n")}
</svg>
`;
}
