/**
 * Mistake: nobody listens for the server's 'error' event.
 *
 * What happens: when the port is taken, the user gets a stack trace.
 * Why people write it: the call stands in a try block, which catches everything
 *   in languages where listening is a call that waits.
 * Caught by: port-taken
 * Cause: no-listen-error
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
// The mistake: no listener for 'error'. The catch below does not see a taken
// port: listen() has returned long before the kernel's answer comes.
try {
  server.listen(Number(PORT), HOST);
} catch (error) {
  refuse(error as Error);
}
