/** Chapter 01: is there a server where the exercise says? */
import { serverChecks } from "../../scripts/room/check.ts";
import { PORT } from "../../scripts/room/room.ts";

const check = serverChecks(import.meta.url);

check(
  "listens on localhost:8888 and lets a client in",
  { id: "listens", requirement: "server.listen", graded: true, needs: [] },
  async (room) => {
    await room.join("Ada");
    const { redirected, listening } = room.program;
    // Where the port is not redirected, Ada has come in by 8888 itself.
    room.expect(
      !redirected || listening.some(({ asked }) => asked === PORT),
      "listens",
      "The server listens, but not on port 8888.",
    );
    await room.quiet();
    room.expect(
      room.transcript.exit === undefined,
      "stays",
      "The server ended after its first client.",
    );
  },
);

check(
  "says in one sentence that the port is taken, and ends with an exit code",
  {
    id: "port-taken",
    requirement: "server.listen",
    graded: false,
    needs: ["listens"],
  },
  async (room) => {
    await room.start({ port: await room.takePort() });
    await room.program.ends();
    room.expectOneSentence();
  },
);

check(
  "says in one sentence that PORT is no port, or does not look at it",
  {
    id: "bad-port",
    requirement: "server.listen",
    graded: false,
    needs: ["listens"],
  },
  async (room) => {
    await room.start({ env: { PORT: "http", HOST: "127.0.0.1" } });
    await room.comesUp();
    if (room.transcript.exit) room.expectOneSentence();
  },
);
