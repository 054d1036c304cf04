/** Random histories of a client with a host: what both sides do to it. */
import fc from "fast-check";
import { type Alphabet, LONGEST_SHOWN, type Words, words } from "./words.ts";

/** What a client promises, beyond what every correct client does. */
export interface ClientPromises {
  /** Makes the control characters of strangers harmless. */
  readonly harmless: boolean;
  /** Tells why it ends, by a sentence and an exit code. */
  readonly tells: boolean;
  /** Shows a last line that lacks its newline. */
  readonly lastWords: boolean;
  /** Shows what arrives after the end of its input. */
  readonly lastAnswers: boolean;
  /** Sends what is typed. */
  readonly sends: boolean;
}

/** One step of a conversation. */
export type ClientStep =
  /** The host says lines, cut at fractions of their length. */
  | {
      does: "says";
      lines: readonly Words[];
      cuts: readonly number[];
      apart: boolean;
      keeps: boolean;
    }
  | { does: "types"; lines: readonly Words[]; cuts: readonly number[] }
  /** Both at the same time. */
  | { does: "talks at once"; lines: readonly Words[] }
  | { does: "freezes" | "thaws" | "settles" }
  /** The host says megabytes. */
  | { does: "floods"; megabytes: number };

/** How it ends. */
export const ENDINGS = [
  "the host leaves",
  "the host resets",
  "the host leaves in the middle of a line",
  "the input ends",
  "the input ends before the host answers",
  "the user interrupts",
] as const;

export interface ClientHistory {
  readonly steps: readonly ClientStep[];
  readonly ending: (typeof ENDINGS)[number];
}

/** Histories that ask of a client what it promises. */
export function clientHistories(
  promises: ClientPromises,
): fc.Arbitrary<ClientHistory> {
  const alphabets: Alphabet[] = ["ascii", "quotes", "umlauts", "emoji"];
  const heard = promises.harmless
    ? [...alphabets, "controls" as const]
    : alphabets;
  const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
    maxLength: 5,
  });
  const some = (of: readonly Alphabet[]) =>
    fc.array(words(of, LONGEST_SHOWN), { minLength: 1, maxLength: 6 });
  const kinds: fc.WeightedArbitrary<ClientStep>[] = [
    {
      weight: 8,
      arbitrary: fc.record({
        does: fc.constant("says" as const),
        lines: some(heard),
        cuts,
        apart: fc.boolean(),
        keeps: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        does: fc.constantFrom("freezes", "thaws", "settles"),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        does: fc.constant("floods" as const),
        megabytes: fc.constantFrom(1, 3),
      }),
    },
  ];
  if (promises.sends) {
    kinds.push(
      {
        weight: 6,
        arbitrary: fc.record({
          does: fc.constant("types" as const),
          lines: some(alphabets),
          cuts,
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          does: fc.constant("talks at once" as const),
          lines: some(alphabets),
        }),
      },
    );
  }
  const endings = promises.sends ? ENDINGS : ENDINGS.slice(0, 3);
  return fc.record({
    steps: fc.array(fc.oneof(...kinds), { maxLength: 10, size: "max" }),
    ending: fc.constantFrom(...endings),
  });
}
