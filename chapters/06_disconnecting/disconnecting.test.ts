/** Chapter 06: every ending is told, and nothing pending is lost. */
import { serverChecks } from "../../scripts/room/check.ts";

const check = serverChecks(import.meta.url);

check(
  "a client that has ended its direction still gets all that was said before",
  {
    id: "half-closed",
    requirement: "server.broadcast",
    graded: false,
    needs: ["everyone-but"],
  },
  async (room) => {
    const [ada, ben, cleo] = await room.meet("Ada", "Ben", "Cleo");
    const pending = await room.leavesPending(ada, ben, cleo);
    ben.halfCloses();
    // By now the server knows, and has something new that is not for Ben.
    await room.round(ada, cleo);
    await pending.isAllBeforeFin();
    room.expectEachLineHeardOnce();
  },
);

check(
  "ends at SIGTERM, though clients are connected and silent",
  {
    id: "shutdown",
    requirement: "server.listen",
    graded: false,
    needs: ["concurrent"],
    system: "signals",
  },
  async (room) => {
    const [ada, ben] = await room.join("Ada", "Ben");
    await room.quiet();
    const said = room.printsMore("says goodbye", "a word about the end");
    room.program.signal("SIGTERM");
    await said;
    await ada.isLeft();
    await ben.isLeft();
    ada.leaves();
    ben.leaves();
    await room.program.ends();
    room.expectExitCode(0);
  },
);

check(
  "delivers at Ctrl-C what was said before it",
  {
    id: "last-words",
    requirement: "server.broadcast",
    graded: false,
    needs: ["everyone-but"],
    system: "signals",
  },
  async (room) => {
    const [ada, ben, cleo] = await room.meet("Ada", "Ben", "Cleo");
    const pending = await room.leavesPending(ada, ben, cleo);
    room.program.signal("SIGINT");
    await ada.isLeft();
    await pending.isAllBeforeFin();
    for (const one of room.participants) one.leaves();
    await room.program.ends();
    room.expectExitCode(0);
  },
);

check(
  "ends at SIGTERM, though one client never reads",
  {
    id: "frozen-shutdown",
    requirement: "server.listen",
    graded: false,
    needs: ["shutdown", "everyone-but"],
    waits: true,
    system: "signals",
  },
  async (room) => {
    const [ada, ben, cleo] = await room.meet("Ada", "Ben", "Cleo");
    await room.leavesPending(ada, ben, cleo);
    room.program.signal("SIGTERM");
    await ada.isLeft();
    ada.leaves();
    await room.program.ends();
    room.expectExitCode(0);
  },
);
