/**
 * Chapter 01, listening: a chat server that can be reached.
 *
 * It owns localhost:8888 and turns every visitor away at once; chapter 02
 * keeps them. To see it run, in two terminals:
 *
 *     npm run chapter -- 01
 *     nc localhost 8888
 */
import { createServer } from "node:net";

/**
 * Where the server listens: 8888 on this machine alone, as the exercise says.
 * The environment may say otherwise, so that two servers can run side by side.
 */
// #region address
const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";
// #endregion address

/**
 * Turns every visitor away. A connection that nobody handles would stay open
 * and cost memory until the visitor leaves, so it is closed where it is
 * accepted.
 */
const server = createServer((socket) => socket.destroy());

/**
 * Says in one sentence why there is no server, and sets exit code 1. Not
 * `process.exit(1)`: nothing is open, so the program ends by itself.
 */
// #region refuse
function refuse(error: Error) {
  console.error(`Cannot listen on ${HOST}:${PORT}: ${error.message}`);
  process.exitCode = 1;
}
// #endregion refuse

// #region listen
server.on("listening", () => console.log(`Listening on ${HOST}:${PORT}`));
// Port taken, port not allowed, host unknown: the kernel's answer comes later,
// as an event. Without this listener each of them is a stack trace.
server.on("error", refuse);
try {
  server.listen(Number(PORT), HOST);
} catch (error) {
  // A port that is no number from 0 to 65535 is refused at once, by Node.
  refuse(error as Error);
}
// #endregion listen
