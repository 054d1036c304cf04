/** Chapter 02: many clients at once, each coming and going is told. */
import { serverChecks } from "../../scripts/room/check.ts";

const check = serverChecks(import.meta.url);

check(
  "serves Ben and Cleo while Ada is connected and silent",
  {
    id: "concurrent",
    requirement: "server.concurrent",
    graded: true,
    needs: ["listens"],
  },
  async (room) => {
    await room.join("Ada");
    for (const name of ["Ben", "Cleo"]) {
      await room.quiet();
      const before = room.program.output.mark;
      const [newcomer] = await room.join(name);
      await room.isServed(newcomer, before);
    }
    await room.quiet();
    for (const one of room.participants) {
      const away = `The server ended ${one.name}'s connection.`;
      room.expect(one.connected, "turned away", away, { who: one.name });
    }
    await room.nobodyWaitedForAda();
  },
);

check(
  "prints a line when a client joins, and one when it leaves",
  { id: "logs", requirement: "server.log", graded: true, needs: ["listens"] },
  async (room) => {
    // What the server prints for its first client may still be on the way.
    await room.join("Ada");
    await room.quiet();
    // Two of them: the first may be another case than all that follow.
    for (const name of ["Ben", "Cleo"]) {
      const guest = await room.logsJoin(name);
      await room.logs(
        "logs a leave",
        `a line for ${name}, who left`,
        async () => guest.halfCloses(),
      );
    }
    await room.quiet();
    const dead = "The server ended when clients left.";
    room.expect(room.transcript.exit === undefined, "stays", dead);
  },
);

check(
  "goes on when one client breaks its connection, and tells that it left",
  {
    id: "reset",
    requirement: "server.concurrent",
    graded: false,
    needs: ["logs"],
  },
  async (room) => {
    const [ada, ben] = await room.joinAndBeTold("Ada", "Ben");
    const printed = room.program.output.mark;
    const told = room.printsMore("logs a reset", "a line for Ben, who is gone");
    room.resets(ben);
    await told;
    await room.quiet();
    room.expectNoStackTrace();
    room.expectToldOnce(printed);
    const before = room.program.output.mark;
    const [cleo] = await room.join("Cleo");
    await room.isServed(cleo, before);
    const away = "The server ended Ada's connection, too.";
    room.expect(ada.connected, "turned away", away, { who: "Ada" });
  },
);

check(
  "tells of nobody without an address, when a client broke off too early",
  {
    id: "gone-too-early",
    requirement: "server.log",
    graded: false,
    needs: ["reset"],
    system: "signals",
  },
  async (room) => {
    const [ada] = await room.joinAndBeTold("Ada");
    const printed = room.program.output.mark;
    // A program that stands still accepts nobody: the kernel alone meets Ben.
    room.program.signal("SIGSTOP");
    const [ben] = await room.join("Ben");
    room.resets(ben);
    room.program.signal("SIGCONT");
    await room.quiet();
    room.expectNoStackTrace();
    const before = room.program.output.mark;
    const [cleo] = await room.join("Cleo");
    await room.isServed(cleo, before);
    await room.quiet();
    const told = room.program.output.since(printed);
    const nobody = `The server tells of a client whose address is "undefined".`;
    room.expect(!told.includes("undefined"), "address", nobody);
    const away = "The server ended Ada's connection, too.";
    room.expect(ada.connected, "turned away", away, { who: "Ada" });
  },
);

check(
  "reads what a client says, so that it notices when that client leaves",
  {
    id: "talks-and-leaves",
    requirement: "server.log",
    graded: false,
    needs: ["logs"],
  },
  async (room) => {
    const [, ben] = await room.joinAndBeTold("Ada", "Ben");
    const word = room.line();
    ben.says(word);
    await room.quiet();
    const printed = room.program.output.mark;
    const told = room.printsMore("logs a leave", "a line for Ben, who left");
    ben.halfCloses();
    await told;
    await room.quiet();
    room.expectToldOnce(printed, word);
  },
);
