/** What each client of the workbook promises, and the game of hunting it. */
import { ClientRoom } from "../room/client_room.ts";
import type { Program } from "../room/launch.ts";
import { Spares } from "../room/spares.ts";
import type { Chapter } from "../workbook/chapters.ts";
import {
  type ClientHistory,
  type ClientPromises,
  clientHistories,
} from "./client_history.ts";
import { ClientModel } from "./client_model.ts";
import type { OpenGame } from "./hunt.ts";

/** What every correct client does, whatever its design. */
export const ANY_CLIENT: ClientPromises = {
  harmless: false,
  tells: false,
  lastWords: false,
  lastAnswers: false,
  sends: true,
};

/** What the program at the end of a chapter promises. */
export function clientPromisesOf({ number }: Chapter): ClientPromises {
  const both = Number(number) >= 10;
  return {
    harmless: true,
    tells: true,
    lastWords: true,
    lastAnswers: both,
    sends: both,
  };
}

/** The game of hunting one client: each history has a process of its own. */
export function clientGame(
  program: Program,
  promises: ClientPromises,
): OpenGame<ClientHistory, ClientRoom> {
  const spares = new Spares(2);
  let filled = spares.fill();
  return {
    histories: clientHistories(promises),
    room: async (seed, deadline) => {
      await filled;
      filled = spares.fill();
      await filled;
      return new ClientRoom({ program, seed, deadline, spares, still: 0 });
    },
    hold: (room, history) => new ClientModel(room, promises).hold(history),
    leave: (room) => room.close(),
    close: () => spares.close(),
  };
}
