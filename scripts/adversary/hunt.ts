/**
 * The hunt: one random history after the other, until one fails. That one is
 * held again in a process of its own, made as short as it can be, and explained.
 */
import fc from "fast-check";
import type { Cause } from "../causes/explain.ts";
import { diagram } from "../room/diagram.ts";
import type { Program } from "../room/launch.ts";
import type { Room } from "../room/room.ts";
import { Failure } from "../room/transcript.ts";
import { causeOf } from "./telling.ts";

/** How long one history may last at most, in deadlines. */
const LONGEST = 6;

/** What a hunt is after, in one kind of room. */
export interface Game<H, R extends Room> {
  readonly histories: fc.Arbitrary<H>;
  /** A room with a process of its own, or with one that many rooms share. */
  room(seed: string, deadline: number, shared: boolean): Promise<R>;
  /** @throws {Failure} when the program does not do what it must */
  hold(room: R, history: H): Promise<void>;
  /** Lets go of a room; true when its process can be used again. */
  leave(room: R, shared: boolean, failed: boolean): Promise<void>;
}

/** A game whose processes end with `close`. */
export type OpenGame<H, R extends Room> = Game<H, R> & {
  close(): Promise<void>;
};

/** How a hunt is made. */
export interface Manner {
  readonly program: Program;
  readonly runs: number;
  readonly seed: number;
  /** How long a wait lasts at most, in milliseconds. */
  readonly deadline: number;
  /** How long a failing history is shortened, in milliseconds. */
  readonly patience: number;
  /** How many histories are held side by side; one when left out. */
  readonly beside?: number;
  /** Replays the one history that this path of fast-check leads to. */
  readonly path?: string | undefined;
  onHistory?(n: number): void;
}

/** A history that failed. */
export interface Catch<H> {
  /** Which history of the hunt it was, from 1 on. */
  readonly n: number;
  /** The seed and the path, "1234/0:3:1", from which it can be replayed. */
  readonly replay: string;
  readonly history: H;
  readonly message: string;
  readonly cause: Cause | undefined;
  readonly diagram: string;
}

/** What came of a hunt. */
export interface Outcome<H> {
  readonly held: number;
  readonly caught: Catch<H> | undefined;
  /** Failures that did not come again in a process of their own. */
  readonly unstable: readonly Catch<H>[];
  /** Milliseconds in all. */
  readonly took: number;
}

type Tale = Pick<Catch<never>, "message" | "cause" | "diagram">;

/** Holds a history once; resolves to what went wrong, if anything did. */
async function holdOnce<H, R extends Room>(
  game: Game<H, R>,
  history: H,
  { seed, deadline }: { seed: string; deadline: number },
  shared: boolean,
): Promise<Tale | undefined> {
  const room = await game.room(seed, deadline, shared);
  let tale: Tale | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    const longest = LONGEST * Math.max(deadline, 5000);
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Failure("too long", `No end in ${longest / 1000} s.`));
      }, longest);
    });
    await Promise.race([game.hold(room, history), tooLong]);
  } catch (error) {
    if (!(error instanceof Failure)) {
      await game.leave(room, shared, true);
      throw error;
    }
    await room.settle();
    const cause = await causeOf(error, room);
    const role = room.transcript.entries.some(({ kind }) => kind === "type")
      ? "client"
      : "server";
    const drawn = diagram(room.transcript.entries, role, 30);
    tale = { message: error.message, cause, diagram: drawn };
  } finally {
    clearTimeout(timer);
  }
  await game.leave(room, shared, tale !== undefined);
  return tale;
}

/** Holds the history of one seed, and makes it short when it fails. */
async function huntOne<H, R extends Room>(
  game: Game<H, R>,
  n: number,
  manner: Manner,
): Promise<{ caught?: Catch<H>; unstable?: Catch<H> }> {
  const { path, deadline, patience } = manner;
  const own = manner.seed + n - 1;
  const how = { seed: String(own), deadline };
  let unstable: Catch<H> | undefined;
  let first: Tale | undefined;
  let last: Tale | undefined;
  let until = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(game.histories, async (history) => {
    // The history that fails is shortened as long as that is worth it.
    if (performance.now() > until) return;
    if (first === undefined) {
      first = await holdOnce(game, history, how, path === undefined);
      if (first === undefined) return;
      until = performance.now() + patience + deadline;
      const again = await holdOnce(game, history, how, false);
      if (again === undefined) {
        unstable = { n, replay: `${own}`, history, ...first };
        return;
      }
      last = again;
      throw new Error(again.message);
    }
    const shorter = { ...how, deadline: Math.min(deadline, 1000) };
    const found = await holdOnce(game, history, shorter, false);
    if (found === undefined) return;
    last = found;
    throw new Error(found.message);
  });
  const details = await fc.check(property, {
    seed: own,
    numRuns: 1,
    ...(path !== undefined && { path, endOnFailure: true }),
  });
  if (details.failed && last === undefined) throw details.errorInstance;
  if (details.failed && details.counterexample && last) {
    const replay = `${own}/${details.counterexamplePath}`;
    const [history] = details.counterexample;
    return { caught: { n, replay, history, ...last } };
  }
  return unstable ? { unstable } : {};
}

/**
 * Hunts. Resolves to the first history that fails twice, made short: the same
 * one, however many are held side by side.
 *
 * @param open makes the game of one of those; each has processes of its own
 */
export async function hunt<H, R extends Room>(
  open: () => OpenGame<H, R>,
  manner: Manner,
): Promise<Outcome<H>> {
  const { runs, beside = 1 } = manner;
  const began = performance.now();
  const unstable: Catch<H>[] = [];
  const catches: Catch<H>[] = [];
  let next = 1;
  const huntAlong = async () => {
    const game = open();
    try {
      while (next <= runs && catches.length === 0) {
        const n = next++;
        manner.onHistory?.(n);
        const found = await huntOne(game, n, manner);
        if (found.unstable) unstable.push(found.unstable);
        if (found.caught) catches.push(found.caught);
      }
    } catch (error) {
      next = Number.POSITIVE_INFINITY;
      throw error;
    } finally {
      await game.close();
    }
  };
  const all = Array.from({ length: Math.min(beside, runs) }, huntAlong);
  const ends = await Promise.allSettled(all);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  unstable.sort((one, two) => one.n - two.n);
  // An earlier one may have taken longer to fail.
  const [caught] = catches.sort((one, two) => one.n - two.n);
  const took = performance.now() - began;
  return { held: caught?.n ?? runs, caught, unstable, took };
}
