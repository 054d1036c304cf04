/** All faults, and the document that tells what came of them. */
import os from "node:os";
import { Failure, Unknowable } from "../room/transcript.ts";
import { CLIENT_FAULTS } from "./client.ts";
import type { Fault } from "./fault.ts";
import { SERVER_FAULTS } from "./server.ts";

export const FAULTS: readonly Fault[] = [...SERVER_FAULTS, ...CLIENT_FAULTS];

/** What came of one fault. */
export interface Told {
  readonly id: string;
  readonly title: string;
  /** "known": it does not survive, for a reason that is written down. */
  readonly verdict: "survives" | "known" | "fails" | "skipped";
  readonly figure: Readonly<Record<string, number | string>>;
  /** Why it is skipped, fails, or does not survive; empty otherwise. */
  readonly reason: string;
}

/** The document that `npm run faults -- --json FILE` writes. */
export interface Report {
  readonly version: 1;
  readonly date: string;
  readonly node: string;
  readonly cores: number;
  readonly faults: readonly Told[];
}

/** Does one fault. Never throws: whatever happens is a verdict. */
export async function tellOf(fault: Fault): Promise<Told> {
  const { id, title } = fault;
  const missing = fault.missing();
  const about = { id, title, figure: {} };
  if (missing) return { ...about, verdict: "skipped", reason: missing };
  try {
    const { survived, figure, reason = "" } = await fault.run();
    const verdict = survived ? "survives" : fault.fatal ? "known" : "fails";
    return { id, title, verdict, figure, reason };
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof Unknowable) {
      return { ...about, verdict: "skipped", reason: message };
    }
    const what = error instanceof Failure ? message : `The checker: ${message}`;
    return { ...about, verdict: "fails", reason: what };
  }
}

/** The document of these findings, with the machine that they are of. */
export function reportOf(faults: readonly Told[]): Report {
  return {
    version: 1,
    date: new Date().toISOString(),
    node: process.version,
    cores: os.availableParallelism(),
    faults,
  };
}

/** A figure as text: "resets 2000, lines lost 0". */
export function figureText(figure: Told["figure"]): string {
  return Object.entries(figure)
    .map(([name, value]) => `${name}: ${value}`)
    .join(", ");
}
