/** What a server and a terminal do to a client. */
import { ClientRoom } from "../room/client_room.ts";
import { SOLUTIONS } from "../workbook/chapters.ts";
import type { Fault, Finding } from "./fault.ts";
import { onPosix } from "./system.ts";

async function inRoom(
  id: string,
  what: (room: ClientRoom) => Promise<Finding>,
): Promise<Finding> {
  const program = { file: SOLUTIONS.client };
  const room = new ClientRoom({ program, seed: id, deadline: 10_000 });
  try {
    return await what(room);
  } finally {
    await room.close();
  }
}

const hangup: Fault = {
  id: "terminal-gone",
  title:
    "the terminal of a client goes away: the client ends, and leaves the server",
  missing: onPosix,
  run: () =>
    inRoom("terminal", async (room) => {
      await room.openOnTerminal({ columns: 80, rows: 24 });
      const server = await room.accepts();
      await room.warmUp(server);
      const began = performance.now();
      // The kernel tells by SIGHUP, and the terminal is closed.
      room.program.closeOutput();
      await room.program.ends();
      await server.isLeft();
      const took = Math.round(performance.now() - began);
      return { survived: true, figure: { "ended after ms": took } };
    }),
};

const serverBreaks: Fault = {
  id: "typed-while-broken",
  title:
    "the server breaks off while a line is typed: the client ends and says so",
  missing: () => undefined,
  run: async () => {
    let slowest = 0;
    for (let times = 0; times < 5; times++) {
      await inRoom(`broken ${times}`, async (room) => {
        await room.open();
        const server = await room.accepts();
        await room.warmUp(server);
        const began = performance.now();
        room.types(room.line());
        server.resets();
        await room.program.ends();
        slowest = Math.max(slowest, performance.now() - began);
        room.expectExitCode(1);
        room.expectOneSentence();
        return { survived: true, figure: {} };
      });
    }
    const figure = { tries: 5, "ended after ms at most": Math.round(slowest) };
    return { survived: true, figure };
  },
};

/** Every fault of a client. */
export const CLIENT_FAULTS: readonly Fault[] = [hangup, serverBreaks];
