/** Holds the conversation of one check with one program, and judges it. */
import { type Cause, explain } from "../causes/explain.ts";
import type { Check, Need } from "../room/check.ts";
import { ClientRoom } from "../room/client_room.ts";
import type { Program } from "../room/launch.ts";
import { ServerRoom } from "../room/server_room.ts";
import type { Spares } from "../room/spares.ts";
import { newSeed } from "../room/tokens.ts";
import { type Entry, Failure, Unknowable } from "../room/transcript.ts";

/**
 * What a conversation came to. `infrastructure`: the checker's fault. `not
 * reached`: it says nothing, for a reason that `message` names. `unstable`: a
 * failure that did not come again.
 */
export type Verdict =
  | "pass"
  | "fail"
  | "not reached"
  | "infrastructure"
  | "unstable";

/** A conversation that was held. */
export interface Result {
  readonly check: Omit<Check, "converse" | "chapter"> & { chapter: string };
  readonly verdict: Verdict;
  /** What happened, in a sentence; empty when all was well. */
  readonly message: string;
  readonly cause?: Cause;
  /** True when no slowness of the machine can have been the reason. */
  readonly certain?: true;
  /** True when this system cannot hold the conversation. */
  readonly skipped?: true;
  /** True when it passed with a user who answers the first question. */
  readonly answered?: true;
  /** Milliseconds from the start of the program to its end. */
  readonly took: number;
  readonly seed: string;
  readonly transcript: readonly Entry[];
}

/** How a conversation is held. */
export interface Manner {
  readonly program: Program;
  /** Random lines follow from it; a new one when left out. */
  readonly seed?: number;
  /** How long a wait lasts at most, in milliseconds; 10 s when left out. */
  readonly deadline?: number;
  /** A folder for V8 coverage. */
  readonly coverage?: string | undefined;
  /** True when a program that leaves no coverage is not to blame for it. */
  readonly mayBeUnmeasured?: boolean;
  /** Processes that were started beforehand. */
  readonly spares?: Spares | undefined;
  /** How long no output counts as quiet, in milliseconds; 100 by default. */
  readonly still?: number | undefined;
  /** True for a client that is to run on a terminal, as it does by hand. */
  readonly byHand?: boolean | undefined;
  /** True for a client whose user answers its first question at once. */
  readonly answers?: boolean | undefined;
}

/** The deadline of graded waits, in milliseconds: a wait ends with its event. */
export const DEADLINE = 10_000;
/** The longest that a whole conversation may last, in deadlines. */
const LONGEST = 6;

/** Failures that have nothing to do with time: what was kept, and printed. */
const CERTAIN: readonly string[] = ["memory", "stack trace"];

/** Throws when this system does not have what a check needs. */
function expectSystem(need: Need | undefined) {
  if (process.platform === "win32" && need === "signals") {
    throw new Unknowable("Windows has no signals that a program can handle.");
  }
}

/** Holds the conversation. Never throws: whatever happens is a verdict. */
export async function hold(check: Check, manner: Manner): Promise<Result> {
  const { program, coverage, spares, still, byHand, answers } = manner;
  const deadline = manner.deadline ?? DEADLINE;
  const seed = `${manner.seed ?? newSeed()}:${check.id}`;
  const { converse, chapter, ...about } = check;
  const began = performance.now();
  const options = { coverage, spares, still, byHand, answers };
  const setup = { program, seed, deadline, ...options };
  const room =
    check.strand === "server" ? new ServerRoom(setup) : new ClientRoom(setup);
  let outcome: Pick<
    Result,
    "verdict" | "message" | "cause" | "skipped" | "certain"
  >;
  let timer: NodeJS.Timeout | undefined;
  try {
    expectSystem(check.system);
    const longest = LONGEST * deadline;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const message = `The ${check.strand} was still busy after ${longest / 1000} s with what it had been given.`;
        reject(new Failure("too long", message));
      }, longest);
    });
    await Promise.race([converse(room), tooLong]);
    outcome = { verdict: "pass", message: "" };
  } catch (error) {
    if (error instanceof Failure) {
      const { message } = error;
      await room.settle();
      const blocked = await room.isBlocked();
      const cause = explain(error, room, check.id, blocked);
      outcome = {
        ...{ verdict: "fail", message },
        ...(cause && { cause }),
        ...(CERTAIN.includes(error.step) && { certain: true }),
      };
    } else if (error instanceof Unknowable) {
      const { message } = error;
      outcome = { verdict: "not reached", message, skipped: true };
    } else {
      const { message } = error as Error;
      outcome = { verdict: "infrastructure", message };
    }
  } finally {
    clearTimeout(timer);
  }
  await room.close();
  const missing = room.unmeasured && !manner.mayBeUnmeasured;
  if (missing && outcome.verdict === "pass") {
    const message = "The program left no coverage: it is unknown, not 0 %.";
    outcome = { verdict: "infrastructure", message };
  }
  return {
    check: { ...about, chapter: chapter.name },
    ...outcome,
    took: Math.round(performance.now() - began),
    seed,
    transcript: room.transcript.entries,
  };
}
