/** Chapter 07: who pays for a client that does not read. */
import { serverChecks } from "../../scripts/room/check.ts";
import { flood } from "../../scripts/room/flood.ts";

const check = serverChecks(import.meta.url);
const MEGABYTE = 1024 * 1024;

check(
  "who pauses misses nothing; who never reads costs nobody a line, and the server little memory",
  {
    id: "slow-consumer",
    requirement: "server.broadcast",
    graded: false,
    needs: ["everyone-but"],
    waits: true,
  },
  async (room) => {
    const [ada, ben, cleo] = await room.meet("Ada", "Ben", "Cleo");
    const pending = await room.leavesPending(ada, ben, cleo);
    await pending.isAllBeforeNextLine();
    ben.stopsReading();
    const size = 4096;
    const lines = (48 * MEGABYTE) / size;
    const word = room.line();
    // The kernel takes 4 MB for Ben; whatever the server's own bound is, 48 MB
    // are beyond it.
    await room.growsAtMost(32 * MEGABYTE, "a client that never reads", () =>
      flood(
        { from: ada, to: cleo, lines, size, window: 256, word },
        room.transcript,
      ),
    );
    await room.round(ada, cleo);
    room.expectEachLineHeardOnce();
  },
);
