/** Chapter 10: reading and typing at the same time. */
import { clientChecks } from "../../scripts/room/check.ts";

const check = clientChecks(import.meta.url);
const SIZE = { columns: 60, rows: 12 };
/** More than any kernel keeps for a server that does not read, in bytes. */
const BEYOND_KERNEL = 16 * 1024 * 1024;
/** How long a client may try in vain before it gives up, in milliseconds. */
const LEAVES = 8000;
/** The same, for somebody who waits. */
const LEAVES_IN_HASTE = 1000;

check(
  "sends each typed line at once, whole, once and in order",
  {
    id: "sends",
    requirement: "client.send",
    graded: true,
    needs: ["connects"],
  },
  async (room) => {
    await room.open();
    const server = await room.accepts();
    await room.warmUp(server);
    const special = `${room.line()} "grüßt" \\ <alle> & ${room.line()}`;
    const lines = [room.line(), special, room.line()];
    for (const line of lines) await room.typesAndArrives(server, line);
    // A line that is sent again would be here before this one's newline.
    await room.warmUp(server);
    room.expectEachLineOnce(server, lines);
  },
);

check(
  "reads while nothing is typed, and sends while nothing arrives",
  {
    id: "parallel",
    requirement: "client.parallel",
    graded: true,
    needs: ["connects"],
  },
  async (room) => {
    await room.open();
    const server = await room.accepts();
    // Two messages, and not a key: who waits for one shows the first at most.
    await room.takesMessage(server);
    await room.takesMessage(server);
    // Two lines, and not a message.
    for (let times = 0; times < 2; times++) await room.warmUp(server);
    // A message in the middle of a line.
    const line = `${room.line()}-${room.line()}`;
    room.program.type(line.slice(0, 9));
    await room.takesMessage(server);
    room.types(line.slice(9));
    await server.hears(line);
  },
);

check(
  "a message does not destroy the half-typed line",
  {
    id: "half-typed",
    requirement: "client.parallel",
    graded: false,
    needs: ["sends", "prints"],
  },
  async (room) => {
    const screen = await room.openOnTerminal(SIZE);
    const server = await room.accepts();
    await room.warmUp(server);
    // On one row, on three, and on one that it fills to the last column.
    const long = `${room.line()} `.repeat(16).trim();
    const full = room.line().padEnd(SIZE.columns - "> ".length, "-");
    for (const half of [room.line(), long, full]) {
      room.program.type(half);
      const typed = () => screen.text.endsWith(half);
      await screen.shows("what is typed", "typing", typed);
      const message = room.line();
      server.says(message);
      await screen.shows(
        "the message on a line of its own, and the half line below it",
        "half-typed line",
        () => {
          const lines = screen.text.split("\n");
          return (
            (lines.at(-1)?.endsWith(half) ?? false) &&
            lines.filter((line) => line.includes(half)).length === 1 &&
            (lines.at(-2)?.includes(message) ?? false)
          );
        },
      );
      const rest = room.line();
      room.program.type(`${rest}\r`);
      await server.hears(`${half}${rest}\n`);
    }
  },
);

check(
  "shows the answers on their way when its input ends, and then ends",
  {
    id: "last-answers",
    requirement: "client.read",
    graded: false,
    needs: ["sends", "prints"],
  },
  async (room) => {
    await room.open();
    const server = await room.accepts();
    const line = room.line();
    room.types(line);
    room.program.endInput();
    await server.hears(line);
    await room.noticesEnd(server);
    // Three round trips through a client that knows that its input has ended.
    for (let times = 0; times < 3; times++) {
      const answer = room.line();
      server.says(answer);
      await room.printsWhole(answer, "last answers");
    }
    server.leaves();
    await room.program.ends();
    room.expectExitCode(0);
  },
);

check(
  "ends when its input has ended, though the server never ends",
  {
    id: "input-ends",
    requirement: "client.send",
    graded: false,
    needs: ["sends"],
    waits: true,
  },
  async (room) => {
    await room.open();
    const server = await room.accepts();
    await room.warmUp(server);
    room.program.endInput();
    await room.program.ends();
    room.expectExitCode(0);
  },
);

check(
  "does not end as if all were well when the server takes no more",
  {
    id: "unsent-words",
    requirement: "client.send",
    graded: false,
    needs: ["sends"],
    waits: true,
  },
  async (room) => {
    await room.open();
    const server = await room.accepts();
    await room.warmUp(server);
    server.stopsReading();
    // More than any kernel keeps. Without a newline it is sent at the very end.
    room.program.type(`${room.line()} ${"x".repeat(BEYOND_KERNEL)}`);
    room.program.endInput();
    // Who waits for the server to read again has lost nothing.
    const limit = room.hasty ? LEAVES_IN_HASTE : LEAVES;
    await room.program.ends(limit).catch(() => {});
    const { exit } = room.transcript;
    const lost =
      "The client ended with exit code 0, and its last line is lost.";
    room.expect(exit?.code !== 0, "lost", lost);
    if (exit) room.expectOneSentence();
  },
);

check(
  "ends at Ctrl-D with exit code 0, and leaves the terminal on a new line",
  {
    id: "ctrl-d",
    requirement: "client.send",
    graded: false,
    needs: ["sends"],
  },
  async (room) => {
    const screen = await room.openOnTerminal(SIZE);
    const server = await room.accepts();
    await room.warmUp(server);
    room.program.endInput();
    await server.isLeft();
    const answer = room.line();
    server.says(answer);
    server.leaves();
    await room.program.ends();
    room.expectExitCode(0);
    const lines = () => screen.text.split("\n");
    await screen.shows("the last answer, and then a sentence", "goodbye", () =>
      lines().slice(0, -1).includes(answer),
    );
  },
);

check(
  "ends at Ctrl-C with a sentence and an exit code",
  {
    id: "ctrl-c",
    requirement: "client.send",
    graded: false,
    needs: ["sends"],
  },
  async (room) => {
    await room.openOnTerminal(SIZE);
    const server = await room.accepts();
    await room.warmUp(server);
    const printed = room.program.output.length;
    room.program.type("\u0003");
    await room.program.ends();
    room.expectOneSentence();
    const silent = "The client ended without a word.";
    room.expect(room.program.output.length > printed, "says why", silent);
  },
);

check(
  "ends at SIGINT from elsewhere with a sentence and an exit code",
  {
    id: "interrupted",
    requirement: "client.send",
    graded: false,
    needs: ["sends"],
    system: "signals",
  },
  async (room) => {
    await room.open();
    const server = await room.accepts();
    await room.warmUp(server);
    room.program.signal("SIGINT");
    await room.program.ends();
    room.expectOneSentence();
  },
);

check(
  "reads a file that is piped in no faster than the server takes it",
  {
    id: "piped-file",
    requirement: "client.send",
    graded: false,
    needs: ["sends"],
    waits: true,
  },
  async (room) => {
    await room.open();
    const server = await room.accepts();
    await room.warmUp(server);
    server.stopsReading();
    const word = room.line();
    const lines = room.tooMuchToKeep / 1024;
    const what = "a server that does not read";
    await room.growsAtMost(room.mayKeep, what, async () => {
      room.program.type(`${word} ${"x".repeat(1014)}\n`.repeat(lines));
      await room.typingStands(server);
    });
    let heard = 0;
    server.into = (chunk) => {
      heard += chunk.toString("latin1").split("\n").length - 1;
    };
    server.readsAgain();
    await room.transcript.untilCounted(() => heard, lines, {
      what: "the server to get all lines of the file",
      step: "piped file",
    });
  },
);

check(
  "ends when nobody reads its output any more",
  {
    id: "closed-output",
    requirement: "client.print",
    graded: false,
    needs: ["sends", "prints"],
  },
  async (room) => {
    await room.open();
    const server = await room.accepts();
    await room.warmUp(server);
    room.program.closeOutput();
    // The first write tells the client; on some systems it is the second.
    for (let times = 0; times < 8 && server.connected; times++) {
      server.says(room.line());
      await room.quiet();
    }
    await room.program.ends();
    room.expectNoStackTrace();
  },
);
