/** Random histories of a room with a server: what its clients do, in order. */
import fc from "fast-check";
import { type Alphabet, LONGEST, type Words, words } from "./words.ts";

/**
 * What a program promises, beyond what every correct program does. A history
 * asks of a program nothing that it does not promise.
 */
export interface Promises {
  /**
   * What shows that the server works: others hear what is said, or it is
   * printed, or nothing but comings and goings is told, or they are let in.
   */
  readonly shows: "heard" | "printed" | "told" | "lets in";
  /** Prints with each coming and going how many are online. */
  readonly counts: boolean;
  /** Has nobody in the room who has not told a name, which clients do first. */
  readonly asksNames: boolean;
  /** Passes bytes on that are no UTF-8. */
  readonly bytes: boolean;
  /** A client that has ended its direction gets all that was said before. */
  readonly delivers: boolean;
  /** Bytes that may be pending for a client before it is cut off. */
  readonly patience: number;
  /** Keeps a bounded number of bytes for a client that does not read. */
  readonly boundsPending: boolean;
  /** Keeps a bounded number of bytes of an unfinished line. */
  readonly boundsLines: boolean;
}

/**
 * One step. `who` picks among those whom the step can be about, so that every
 * history can be held, and stays one when it is shortened.
 */
export type Step =
  /** A newcomer; when it greets, it counts as a hearer from then on. */
  | { does: "joins"; greets: boolean }
  /**
   * Lines, cut at fractions of their length. With `apart` the server reads each
   * piece by itself; with `keeps` the last piece waits for the next step.
   */
  | {
      does: "says";
      who: number;
      lines: readonly Words[];
      cuts: readonly number[];
      apart: boolean;
      keeps: boolean;
      settles: boolean;
    }
  /** An empty line: nobody can tell it from another, so it does not count. */
  | { does: "says nothing"; who: number }
  | { does: "freezes" | "thaws"; who: number }
  /** FIN, and reads until the server's FIN. */
  | { does: "leaves"; who: number }
  /** FIN and closes at once, read or not. */
  | { does: "hangs up"; who: number }
  | { does: "resets"; who: number }
  /** Half a line, and a reset. */
  | { does: "breaks off"; who: number }
  /** Joins and resets, before the server can have accepted it. */
  | { does: "knocks" }
  /** Megabytes, in step with those who read. */
  | { does: "floods"; who: number; megabytes: number }
  /** Somebody freezes, much is said, it ends its direction, and thaws. */
  | { does: "dozes"; who: number }
  /** Says megabytes without a newline. */
  | { does: "drones"; who: number };

/** A history: who does what, in order. */
export type History = readonly Step[];

/** Histories that ask of a program what it promises. */
export function histories(promises: Promises): fc.Arbitrary<History> {
  const { shows } = promises;
  const alphabets: Alphabet[] = ["ascii", "umlauts", "emoji"];
  // What prints lines may escape control characters, and quotes as well.
  if (shows !== "printed") alphabets.push("quotes", "controls");
  if (promises.bytes) alphabets.push("bytes");
  const who = fc.nat(11);
  const does = <D extends Step["does"]>(...names: D[]) =>
    fc.record({ does: fc.constantFrom(...names), who });
  const steps: fc.WeightedArbitrary<Step>[] = [
    {
      weight: 3,
      arbitrary: fc.record({
        does: fc.constant("joins" as const),
        greets: fc.boolean(),
      }),
    },
    {
      weight: 14,
      arbitrary: fc.record({
        does: fc.constant("says" as const),
        who,
        lines: fc.array(words(alphabets, LONGEST), {
          minLength: 1,
          maxLength: 6,
        }),
        cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
          maxLength: 5,
        }),
        apart: fc.boolean(),
        keeps: fc.boolean(),
        settles: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: does("says nothing") },
    { weight: 2, arbitrary: does("freezes") },
    { weight: 2, arbitrary: does("thaws") },
    { weight: 3, arbitrary: does("leaves", "hangs up") },
    { weight: 2, arbitrary: does("resets", "breaks off") },
    {
      weight: 1,
      arbitrary: fc.record({ does: fc.constant("knocks" as const) }),
    },
  ];
  return fc
    .tuple(
      fc.array(fc.oneof(...steps), { maxLength: 14, size: "max" }),
      // What is costly is rare: at most one in a history, in one of twenty.
      rarely(costly(promises, who)),
      fc.nat(14),
    )
    .map(([history, rare, at]) =>
      rare ? history.toSpliced(at % (history.length + 1), 0, ...rare) : history,
    );
}

function rarely<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  const never = { weight: 19, arbitrary: fc.constant(undefined) };
  return fc.oneof(never, { weight: 1, arbitrary });
}

function costly(
  { shows, delivers, boundsLines }: Promises,
  who: fc.Arbitrary<number>,
): fc.Arbitrary<Step[]> {
  const megabytes = fc.constantFrom(6, 12, 40);
  const kinds: fc.Arbitrary<Step[]>[] = [];
  if (shows === "heard") {
    kinds.push(
      fc.tuple(who, who, megabytes).map(([sleeper, speaker, megabytes]) => [
        { does: "freezes", who: sleeper },
        { does: "floods", who: speaker, megabytes },
      ]),
    );
    if (delivers) kinds.push(who.map((who) => [{ does: "dozes", who }]));
  }
  if (boundsLines) kinds.push(who.map((who) => [{ does: "drones", who }]));
  return kinds.length > 0 ? fc.oneof(...kinds) : fc.constant([]);
}
