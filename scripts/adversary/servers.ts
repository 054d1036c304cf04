/** What each server of the workbook promises, and the game of hunting it. */
import type { Program } from "../room/launch.ts";
import type { ServerRoom } from "../room/server_room.ts";
import type { Chapter } from "../workbook/chapters.ts";
import { House } from "./house.ts";
import type { OpenGame } from "./hunt.ts";
import { type History, histories, type Promises } from "./server_history.ts";
import { ServerModel } from "./server_model.ts";

const MEGABYTE = 1024 * 1024;

/** What every correct server does, whatever its design. */
export const ANY_SERVER: Promises = {
  shows: "heard",
  counts: false,
  asksNames: true,
  bytes: false,
  delivers: false,
  patience: MEGABYTE,
  boundsPending: false,
  boundsLines: false,
};

/** How the first chapters' programs show that they work, by their number. */
const SHOWS = ["heard", "lets in", "told", "told", "printed"] as const;

/** What the program at the end of a chapter promises. */
export function promisesOf({ number }: Chapter): Promises {
  const at = Number(number);
  return {
    shows: SHOWS[at] ?? "heard",
    counts: at >= 3,
    asksNames: false,
    bytes: at >= 5,
    delivers: at >= 6,
    patience: at >= 7 ? 8 * MEGABYTE : Number.POSITIVE_INFINITY,
    boundsPending: at >= 7,
    boundsLines: at >= 4,
  };
}

/** The game of hunting one server; `close` ends its processes. */
export function serverGame(
  program: Program,
  promises: Promises,
): OpenGame<History, ServerRoom> {
  const house = new House(program);
  return {
    histories: histories(promises),
    room: (seed, deadline, shared) =>
      shared ? house.shared(seed, deadline) : house.fresh(seed, deadline),
    hold: (room, history) => new ServerModel(room, promises).hold(history),
    leave: async (room, shared, failed) => {
      if (!shared) return room.close();
      room.transcript.end();
      for (const participant of room.participants) participant.discard();
      if (failed) await house.clear();
    },
    close: () => house.close(),
  };
}
