/** Chapter 09: a client that shows what the others say. */
import { clientChecks } from "../../scripts/room/check.ts";

const check = clientChecks(import.meta.url);

check(
  "connects to localhost:8888 before anything is typed",
  { id: "connects", requirement: "client.connect", graded: true, needs: [] },
  async (room) => {
    await room.open();
    await room.accepts();
  },
);

check(
  "takes everything that the server sends, more than the kernel would keep",
  {
    id: "reads",
    requirement: "client.read",
    graded: true,
    needs: ["connects"],
  },
  async (room) => {
    await room.open();
    const server = await room.accepts();
    await room.expectReading(server);
  },
);

check(
  "prints each message unchanged, also one that TCP cuts inside a character",
  {
    id: "prints",
    requirement: "client.print",
    graded: true,
    needs: ["connects"],
  },
  async (room) => {
    await room.open();
    const server = await room.accepts();
    const plain = room.line();
    server.says(plain);
    await room.printsWhole(plain, "plain message");

    const quoted = `${room.line()} says "a\\b" to 'c' ${room.line()}`;
    server.says(quoted);
    await room.printsWhole(quoted, "special characters", plain);

    const umlauts = Buffer.from(`${room.line()} grüßt ${room.line()}\n`);
    const middle = umlauts.indexOf("ü") + 1;
    // What is printed of the first piece shows that it was read by itself.
    const marker = room.line();
    const begin = Buffer.from(`${marker}\n`);
    server.send(Buffer.concat([begin, umlauts.subarray(0, middle)]));
    await room.printsWhole(marker, "plain message");
    server.send(umlauts.subarray(middle));
    await room.printsWhole(umlauts.toString().trimEnd(), "cut character");
  },
);

check(
  "says in one sentence that there is no server, and ends with an exit code",
  {
    id: "no-server",
    requirement: "client.connect",
    graded: false,
    needs: ["connects"],
  },
  async (room) => {
    await room.openAlone();
    await room.program.ends();
    room.expectOneSentence();
  },
);

check(
  "says in one sentence that PORT is no port, or does not look at it",
  {
    id: "bad-client-port",
    requirement: "client.connect",
    graded: false,
    needs: ["connects"],
  },
  async (room) => {
    await room.open({ env: { PORT: "http", HOST: "127.0.0.1" } });
    await room.connectsOrEnds();
    if (room.transcript.exit) room.expectOneSentence();
  },
);

check(
  "shows the last words of a server that goes, says so, and ends",
  {
    id: "server-goes",
    requirement: "client.read",
    graded: false,
    needs: ["prints"],
  },
  async (room) => {
    await room.open();
    const server = await room.accepts();
    const [whole, rest] = [room.line(), room.line()];
    // The last line lacks its newline: the server had no time for it.
    server.send(`${whole}\n${rest}`);
    server.leaves();
    await room.program.ends();
    await room.printsWhole(whole, "last words");
    await room.printsWhole(rest, "last words");
    room.expectOneSentence();
  },
);

check(
  "says in one sentence that the server broke the connection, and ends",
  {
    id: "server-breaks",
    requirement: "client.read",
    graded: false,
    needs: ["prints"],
  },
  async (room) => {
    await room.open();
    const server = await room.accepts();
    const line = room.line();
    server.says(line);
    await room.printsWhole(line, "plain message");
    server.resets();
    await room.program.ends();
    room.expectOneSentence();
  },
);

check(
  "makes control characters of strangers harmless",
  {
    id: "harmless",
    requirement: "client.print",
    graded: false,
    needs: ["prints"],
  },
  async (room) => {
    await room.open();
    const server = await room.accepts();
    const [before, after] = [room.line(), room.line()];
    // Clears the screen, sets the window's title, rings, backspaces, and the
    // same introducers again as one character each, as C1 has them.
    server.says(
      `${before}\x1b[2J\x1b]0;title\x07\b\x7f\u009b2J\u009d0;\r${after}`,
    );
    await room.printsWhole(after, "control characters");
    const bare = room.strangeControls();
    const message = `The client printed ${bare} as it came.`;
    room.expect(bare === undefined, "control characters", message);
  },
);

check(
  "does not keep an endless line for ever",
  {
    id: "endless-answer",
    requirement: "client.read",
    graded: false,
    needs: ["reads"],
  },
  async (room) => {
    await room.open();
    const server = await room.accepts();
    await room.expectEndlessLineForgotten(server, () => room.isTaken(server));
  },
);
