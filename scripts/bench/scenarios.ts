/** What is measured: how many people do what, for how long. */

/** One situation. */
export interface Scenario {
  readonly id: string;
  /** What happens, in a few words. */
  readonly title: string;
  /** Clients that are connected and read. */
  readonly clients: number;
  /** How many of them speak. */
  readonly talkers: number;
  /** Bytes in a line, newline included. */
  readonly size: number;
  /**
   * Lines of one talker that may be on their way: it says more as soon as the
   * others have heard half of them, and so is never ahead of its hearers.
   */
  readonly window: number;
  /**
   * Lines in a second, of all talkers together, at times that are fixed before
   * the first one is said. Without it a talker waits for its window.
   */
  readonly rate?: number;
  /** One more client is connected and never reads. */
  readonly frozen?: boolean;
  /** Each byte is a write of its own. */
  readonly bytewise?: boolean;
  /** The time from saying to hearing is taken, of every line and hearer. */
  readonly timed?: boolean;
  /** How long it is measured, in seconds. */
  readonly seconds: number;
  /** Memory and CPU are taken while all are silent, too. */
  readonly silent?: boolean;
  /** The points that it is in a plot: what grows, and how far it has grown. */
  readonly plots?: readonly Axis[];
  /** Only a point of a plot: no table, and few servers. */
  readonly plotOnly?: boolean;
  /** Only in a full run: it shows little that another one does not. */
  readonly fullOnly?: boolean;
}

/** What grows along a plot. */
export type Axis = "clients" | "size" | "talkers";

const KIB = 1024;

/** All of them, in the order of the table. */
export const SCENARIOS: readonly Scenario[] = [
  ...[10, 100, 1000].map(
    (hearers): Scenario => ({
      id: `fan-out-${hearers}`,
      title: `1 talks as fast as ${hearers.toLocaleString("en")} can hear, lines of 64 B`,
      clients: 1 + hearers,
      talkers: 1,
      size: 64,
      window: 256,
      seconds: 0.5,
      plots: ["clients"],
      fullOnly: hearers !== 100,
    }),
  ),
  {
    id: "all-to-all",
    title: "50 talk to all, line by line, as fast as all can hear",
    clients: 50,
    talkers: 50,
    size: 64,
    window: 2,
    seconds: 0.6,
    plots: ["talkers"],
  },
  {
    id: "one-in-flight",
    title: "1 talks to 100, and waits until all have heard each line",
    clients: 101,
    talkers: 1,
    size: 64,
    window: 1,
    timed: true,
    seconds: 0.6,
  },
  {
    id: "steady",
    title: "50 in a room, 10 of them talk, 500 lines a second",
    clients: 50,
    talkers: 10,
    size: 64,
    window: 1,
    rate: 500,
    timed: true,
    seconds: 2,
  },
  {
    id: "idle",
    title: "10 talk among 5,000 who are silent and hear",
    clients: 5010,
    talkers: 10,
    size: 64,
    window: 1,
    silent: true,
    seconds: 0.5,
  },
  {
    id: "frozen",
    title:
      "1 talks to 10 at 1,000 lines of 16 KiB a second, and 1 more never reads",
    clients: 11,
    talkers: 1,
    size: 16 * KIB,
    window: 1,
    rate: 1000,
    frozen: true,
    timed: true,
    seconds: 2,
  },
  {
    id: "bytewise",
    title: "1 sends its lines to 10 byte by byte",
    clients: 11,
    talkers: 1,
    size: 64,
    window: 1,
    bytewise: true,
    seconds: 0.5,
  },
  {
    id: "long-line",
    title: "1 says lines of 1 MiB to 10, one after the other",
    clients: 11,
    talkers: 1,
    size: KIB * KIB,
    window: 1,
    seconds: 0.6,
    plots: ["size"],
  },
  ...[64, KIB, 16 * KIB, 128 * KIB].map(
    (size): Scenario => ({
      id: `size-${size}`,
      title: `1 says lines of ${size} B to 10, one after the other`,
      clients: 11,
      talkers: 1,
      size,
      window: 1,
      seconds: 0.4,
      plots: ["size"],
      plotOnly: true,
    }),
  ),
  ...[2, 10, 25].map(
    (talkers): Scenario => ({
      id: `talkers-${talkers}`,
      title: `${talkers} of 50 talk to all, line by line, as fast as all can hear`,
      clients: 50,
      talkers,
      size: 64,
      window: 2,
      seconds: 0.4,
      plots: ["talkers"],
      plotOnly: true,
    }),
  ),
];
