/**
 * The document that a bench leaves: `npm run bench -- --json FILE`. Whoever
 * prints a figure takes it from here. It is written by the command alone.
 */
import type { Axis } from "./scenarios.ts";
import type { Times } from "./task.ts";

/** One server in one scenario, once. */
export interface Run {
  readonly scenario: string;
  readonly server: string;
  /** From 1 on. In each repetition all servers are measured one by one. */
  readonly repetition: number;
  /** Why there are no figures: the server does not do it. */
  readonly fails?: string;
  readonly lines?: number;
  readonly deliveries?: number;
  readonly seconds?: number;
  /** CPU seconds of the server for all these deliveries. */
  readonly cpu?: number;
  readonly times?: Times;
  /** How late lines were said by the load process, in ms: 99 % of them. */
  readonly late?: number;
  /** The most memory that the server has had, in bytes. */
  readonly peak?: number;
  /** Memory for each silent connection, in bytes. */
  readonly idleBytes?: number;
  /** CPU seconds in each second while all are silent. */
  readonly idleCpu?: number;
  /** CPU seconds of the load process in each second. */
  readonly busy?: number;
}

/** The middle of several measurements, the least and the most. */
export interface Range {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The figures that are ranges in a row. */
export const FIGURES = [
  "cpuPerMillion",
  "ratio",
  "perSecond",
  "p50",
  "p99",
  "p999",
  "peak",
  "idleBytes",
  "idleCpu",
  "busy",
  "late",
] as const;
export type Figure = (typeof FIGURES)[number];

/** One server in one scenario, all repetitions. */
export type Row = {
  readonly scenario: string;
  readonly server: string;
  readonly fails?: string;
} & {
  /**
   * cpuPerMillion: CPU seconds of the server for a million deliveries; ratio:
   * the same, in relation to the reference in the same repetition; perSecond:
   * deliveries in a second; p50, p99, p999: ms from saying to hearing; peak and
   * idleBytes: bytes; idleCpu and busy: CPU seconds in a second; late: ms.
   */
  readonly [figure in Figure]?: Range;
};

/** Something that the reference is to reach. */
export interface Target {
  readonly id: string;
  /** What is to be, in a sentence. */
  readonly text: string;
  readonly figure?: number;
  readonly limit?: number;
  /** Missing where it could not be measured. */
  readonly met?: boolean;
}

/** All of a bench. */
export interface Results {
  readonly version: 1;
  readonly date: string;
  readonly node: string;
  readonly system: string;
  readonly cores: number;
  /** Processes that wanted to run, before and after: about 0 is quiet. */
  readonly load: readonly [before: number, after: number];
  readonly quick: boolean;
  readonly repetitions: number;
  /** Where CPU time and memory are from. */
  readonly source: string;
  readonly servers: readonly {
    readonly id: string;
    readonly title: string;
    /** Why it was not measured. */
    readonly skipped?: string;
  }[];
  readonly scenarios: readonly {
    readonly id: string;
    readonly title: string;
    readonly clients: number;
    readonly talkers: number;
    readonly size: number;
    readonly plots: readonly Axis[];
    /** Where it is smaller than it should be: why. */
    readonly reduced?: string;
  }[];
  readonly runs: readonly Run[];
  readonly rows: readonly Row[];
  readonly targets: readonly Target[];
}

/** The median of some numbers, and their ends. */
export function rangeOf(values: readonly number[]): Range | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const [min] = sorted;
  if (min === undefined) return undefined;
  const half = (sorted.length - 1) / 2;
  const low = sorted[Math.floor(half)] as number;
  const high = sorted[Math.ceil(half)] as number;
  return { median: (low + high) / 2, min, max: sorted.at(-1) as number };
}

/** The row of a server in a scenario. */
export function rowOf(
  { rows }: Pick<Results, "rows">,
  scenario: string,
  server: string,
): Row | undefined {
  return rows.find((row) => row.scenario === scenario && row.server === server);
}
