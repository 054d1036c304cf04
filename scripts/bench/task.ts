/** What the bench and its load process say to each other. */
import type { Scenario } from "./scenarios.ts";

/** Orders, in this order: connect, speak (any number of times), leave. */
export type Order =
  | { order: "connect"; host: string; port: number; scenario: Scenario }
  /** For so long, and until so many lines were heard, within limits. */
  | { order: "speak"; seconds: number; deliveries: number }
  | { order: "leave" };

/** Times from saying to hearing, in milliseconds. */
export interface Times {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly most: number;
}

/** What came of saying lines for a while. */
export interface Spoken {
  /** Lines that were said, and how often a line was heard by somebody. */
  readonly lines: number;
  readonly deliveries: number;
  /** From the first line said to the last one heard. */
  readonly seconds: number;
  /** CPU seconds of the load process in each second: its limit is about 1. */
  readonly busy: number;
  readonly times?: Times;
  /** How far behind the plan lines were said, in milliseconds: 99 % of them. */
  readonly late?: number;
}

/** Answers: to speak, what came of it; to every order, possibly what failed. */
export type Answer = { fails: string } | { spoken?: Spoken };
