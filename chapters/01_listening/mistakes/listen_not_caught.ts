/**
 * Mistake: what listen() throws is not caught.
 *
 * What happens: with PORT=http the user gets a stack trace.
 * Why people write it: there is a listener for 'error', and all errors of
 *   listening seem to come there.
 * Caught by: bad-port
 * Cause: bad-port-throws
 * Loses: nothing graded
 */
import { createServer } from "node:net";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";

const server = createServer((socket) => socket.destroy());

function refuse(error: Error) {
  console.error(`Cannot listen on ${HOST}:${PORT}: ${error.message}`);
  process.exitCode = 1;
}

server.on("listening", () => console.log(`Listening on ${HOST}:${PORT}`));
server.on("error", refuse);
// The mistake: listen() throws when PORT is not a number from 0 to 65535.
server.listen(Number(PORT), HOST);
