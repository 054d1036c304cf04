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

/** How a hunt is made. */
export interface Manner {
  readonly program: Program;
  readonly runs: number;
  readonly seed: number;
  /** How long a wait lasts at most, in milliseconds. */
  readonly deadline: number;
  /** How long a failing history is shortened, in milliseconds. */
  readonly patience: number;
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

/** Hunts. Resolves to the first history that fails twice, made short. */
export async function hunt<H, R extends Room>(
  game: Game<H, R>,
  manner: Manner,
): Promise<Outcome<H>> {
  const { runs, seed, path, deadline, patience } = manner;
  const began = performance.now();
  const unstable: Catch<H>[] = [];
  for (let n = 1; n <= runs; n++) {
    manner.onHistory?.(n);
    const own = seed + n - 1;
    const how = { seed: String(own), deadline };
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
          const replay = `${own}`;
          unstable.push({ n, replay, history, ...first });
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
      const caught = { n, replay, history, ...last };
      return { held: n, caught, unstable, took: performance.now() - began };
    }
  }
  const took = performance.now() - began;
  return { held: runs, caught: undefined, unstable, took };
}
