/** From single measurements to rows of medians, and to what they must reach. */
import { LIMIT, REFERENCE } from "./peers.ts";
import {
  FIGURES,
  type Figure,
  type Row,
  type Run,
  rangeOf,
  rowOf,
  type Target,
} from "./results.ts";

/** CPU seconds for a million deliveries. */
function cpuPerMillion({ cpu, deliveries }: Run): number | undefined {
  if (cpu === undefined || !deliveries) return undefined;
  return (cpu / deliveries) * 1e6;
}

/** One figure of one run; the reference's run is of the same repetition. */
function figureOf(figure: Figure, run: Run, reference?: Run) {
  switch (figure) {
    case "cpuPerMillion":
      return cpuPerMillion(run);
    case "ratio": {
      const own = cpuPerMillion(run);
      const base = reference && cpuPerMillion(reference);
      return own === undefined || !base ? undefined : own / base;
    }
    case "perSecond":
      return run.deliveries === undefined || !run.seconds
        ? undefined
        : run.deliveries / run.seconds;
    case "p50":
    case "p99":
    case "p999":
      return run.times?.[figure];
    default:
      return run[figure];
  }
}

/** Rows in the order in which the servers were first measured. */
export function summarize(runs: readonly Run[]): Row[] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = `${run.scenario} ${run.server}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].map((group): Row => {
    const { scenario, server } = group[0] as Run;
    const failed = group.find(({ fails }) => fails !== undefined);
    if (failed?.fails) return { scenario, server, fails: failed.fails };
    const ranges = FIGURES.flatMap((figure) => {
      const values = group.flatMap((run) => {
        const reference = runs.find(
          (one) =>
            one.server === REFERENCE &&
            one.scenario === scenario &&
            one.repetition === run.repetition,
        );
        const value = figureOf(figure, run, reference);
        return value === undefined ? [] : [value];
      });
      const range = rangeOf(values);
      return range ? [[figure, range] as const] : [];
    });
    return { scenario, server, ...Object.fromEntries(ranges) };
  });
}

/** How much more than the limit of C the reference may use for a delivery. */
const OF_LIMIT = 1.5;
/** How much more than the best of other designs, where nothing can batch. */
const OF_OTHERS = 1.5;
/** What one silent connection may take, in bytes. */
const IDLE_BYTES = 10_000;
/** CPU that silence may cost: less than can be measured well. */
const IDLE_CPU = 0.01;
/** What one client that never reads may pin: its bound and the process. */
const FROZEN_PEAK = 128 * 1024 * 1024;
/** How much more a byte of a long line may cost than one of a short one. */
const LINEAR = 1.5;

/** Designs as they are usually written, which the reference is not to lose to. */
const USUAL = ["asyncio", "go", "readline"];
/** Scenarios where lines can be put together, and where they cannot. */
const BATCHES = ["fan-out-10", "fan-out-100", "fan-out-1000", "all-to-all"];
const ALONE = ["one-in-flight"];

function target(
  id: string,
  text: string,
  figure: number | undefined,
  limit: number | undefined,
): Target {
  if (figure === undefined || limit === undefined) return { id, text };
  return { id, text, figure, limit, met: figure <= limit };
}

/** What the reference must reach, as far as it was measured. */
export function judgeTargets(rows: readonly Row[]): Target[] {
  const all = { rows };
  const median = (scenario: string, server: string, figure: Figure) =>
    rowOf(all, scenario, server)?.[figure]?.median;
  const measured = (scenario: string) =>
    rows.some((row) => row.scenario === scenario);
  const targets: Target[] = [];
  for (const scenario of BATCHES.filter(measured)) {
    // The ratio within each repetition: what slows the machine slows both.
    const limit = median(scenario, LIMIT, "ratio");
    targets.push(
      target(
        `limit ${scenario}`,
        `${scenario}: at most ${OF_LIMIT} × the CPU of the C limit`,
        limit && 1 / limit,
        OF_LIMIT,
      ),
    );
  }
  for (const [scenarios, limit] of [
    [BATCHES, 1],
    [ALONE, OF_OTHERS],
  ] as const) {
    for (const scenario of scenarios.filter(measured)) {
      const ratios = USUAL.flatMap(
        (server) => median(scenario, server, "ratio") ?? [],
      );
      const best = ratios.length > 0 ? 1 / Math.min(...ratios) : undefined;
      const text =
        limit === 1
          ? `${scenario}: less CPU than asyncio, Go and readline as usually written`
          : `${scenario}: at most ${limit} × the CPU of the best of asyncio, Go and readline`;
      targets.push(target(`usual ${scenario}`, text, best, limit));
    }
  }
  if (measured("steady")) {
    const others = USUAL.flatMap(
      (server) => median("steady", server, "p99") ?? [],
    );
    targets.push(
      target(
        "steady p99",
        "steady: 99 % of the lines arrive no later than with the best of asyncio, Go and readline, in ms",
        median("steady", REFERENCE, "p99"),
        others.length > 0 ? Math.min(...others) : undefined,
      ),
    );
  }
  if (measured("idle")) {
    targets.push(
      target(
        "idle memory",
        "a silent connection takes less than 10 kB, in bytes",
        median("idle", REFERENCE, "idleBytes"),
        IDLE_BYTES,
      ),
      target(
        "idle CPU",
        "silence takes no CPU, in CPU seconds for each second",
        median("idle", REFERENCE, "idleCpu"),
        IDLE_CPU,
      ),
    );
  }
  if (measured("frozen")) {
    targets.push(
      target(
        "frozen",
        "a client that never reads costs nobody a line, and the process stays below 128 MiB, in bytes",
        median("frozen", REFERENCE, "peak"),
        FROZEN_PEAK,
      ),
    );
  }
  if (measured("long-line") && measured("size-131072")) {
    const perByte = (scenario: string, size: number) => {
      const cost = median(scenario, REFERENCE, "cpuPerMillion");
      return cost === undefined ? undefined : cost / size;
    };
    const long = perByte("long-line", 1024 * 1024);
    const short = perByte("size-131072", 128 * 1024);
    targets.push(
      target(
        "linear",
        `a byte of a line of 1 MiB costs at most ${LINEAR} × a byte of one of 128 KiB`,
        long && short && long / short,
        LINEAR,
      ),
    );
  }
  return targets;
}
