/** Chapter 08: one write for each client and turn of the event loop. */
import { serverChecks } from "../../scripts/room/check.ts";

const check = serverChecks(import.meta.url);

check(
  "what many clients say at once goes to each hearer in a few writes",
  {
    id: "one-write",
    requirement: "server.broadcast",
    graded: false,
    needs: ["burst"],
    system: "signals",
  },
  async (room) => {
    const names = Array.from({ length: 24 }, (_, n) => `G${n}`);
    const [ben, ...talkers] = await room.meet("Ben", ...names);
    const before = await room.writesTo(ben);
    // Everybody talks while the server is stopped: it finds all lines at once.
    room.program.signal("SIGSTOP");
    const said = talkers.map((talker) => room.says(talker));
    await Promise.all(talkers.map((talker) => talker.flushed()));
    room.program.signal("SIGCONT");
    for (const line of said) await room.othersHear(line);
    const writes = (await room.writesTo(ben)) - before;
    const many = writes === 1 ? "1 write" : `${writes} writes`;
    const text = `is sent ${talkers.length} lines in ${many}`;
    room.transcript.add({ kind: "note", who: ben.name, text });
    room.expectEachLineHeardOnce();
    room.expect(
      writes <= talkers.length / 4,
      "writes",
      `${talkers.length} lines that came together went to Ben in ${writes} writes.`,
      { who: "Ben" },
    );
  },
);
