/**
 * What grading says of hand-ins, as data: the one document that feedback,
 * points, and other people's formats are made of. Machines rely on its names.
 */
import type { Requirement } from "../room/check.ts";
import type { Verdict } from "../verdict/hold.ts";

/** One conversation of a check with a hand-in. */
export interface GradedCheck {
  readonly id: string;
  readonly verdict: Verdict;
  /** True when it counts for the ten points. */
  readonly graded: boolean;
  /** What the program did, and which mistake that is; empty on pass. */
  readonly cause: string;
  /** The diagram of its transcript, as text. */
  readonly transcript: string;
}

/** One of the ten requirements. */
export interface GradedRequirement {
  readonly id: Requirement;
  readonly points: number;
  readonly maxPoints: number;
  readonly verdict: Verdict;
  /** One or more sentences for the student; empty on pass. */
  readonly feedback: string;
  readonly checks: readonly GradedCheck[];
}

/** A check beyond the ten points. */
export interface Robustness {
  readonly id: string;
  readonly verdict: Verdict;
  readonly cause: string;
}

/** Which parts of one program the checks ran, in percent. */
export interface Coverage {
  readonly lines: number;
  readonly branches: number;
  readonly functions: number;
  /** Lines that never ran: "12-14, 20". */
  readonly uncovered: string;
}

/** How good the students' own tests are: a bonus figure, no points. */
export interface OwnTests {
  /** Their files. */
  readonly files: readonly string[];
  /** How many tests there are. */
  readonly count: number;
  /** Why they could not be rated, in a sentence; empty when they were. */
  readonly problem: string;
  /** Tests that the hand-in's own programs do not pass. */
  readonly failing: readonly string[];
  /** Tests that a correct program does not pass. They catch nothing. */
  readonly falseAlarms: readonly {
    /** "reference server", "german client". */
    readonly program: string;
    readonly tests: readonly string[];
  }[];
  /** Wrong programs that were put to the tests. */
  readonly mistakes: readonly {
    /** "05_broadcasting/sender_hears_itself". */
    readonly name: string;
    readonly strand: "server" | "client";
    readonly caught: boolean;
    /** What the mistake is, in one sentence. */
    readonly what: string;
  }[];
  /** What they run of the hand-in's own programs. */
  readonly coverage: { readonly server?: Coverage; readonly client?: Coverage };
}

/** One hand-in. */
export interface Submission {
  readonly name: string;
  readonly folder: string;
  readonly points: number;
  readonly maxPoints: number;
  /** Ten of them, in the exercise's order. */
  readonly requirements: readonly GradedRequirement[];
  readonly robustness: readonly Robustness[];
  /** A program that was not measured is left out: unknown, not 0 %. */
  readonly coverage: { readonly server?: Coverage; readonly client?: Coverage };
  /** How good its own tests are, where it has any. */
  readonly tests?: OwnTests;
  /** What its own client and its own server say to each other, ungraded. */
  readonly conversation?: string;
  /** What else a person should know, a sentence each. */
  readonly notes: readonly string[];
}

/** The whole document. */
export interface GradeReport {
  readonly version: 1;
  readonly seed: number;
  readonly submissions: readonly Submission[];
}
