/**
 * Mistake: the socket is read with `for await`, and nothing catches what that
 *   throws.
 *
 * What happens: when one client breaks its connection (RST), the loop throws in
 *   an async function that nobody awaits, and the server dies for everybody.
 * Why people write it: there is an 'error' listener, and it does run.
 * Caught by: reset
 * Cause: await-not-caught
 * Loses: nothing graded
 */
import { createServer, type Socket } from "node:net";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";

async function serve(socket: Socket) {
  const name = `${socket.remoteAddress}:${socket.remotePort}`;
  socket.on("error", (error) => console.log(`${name}: ${error.message}`));
  socket.on("close", () => console.log(`${name} left`));
  console.log(`${name} joined`);
  // The mistake: the listener hears of the error, and the loop throws it.
  for await (const _ of socket);
}

const server = createServer(serve);

function refuse(error: Error) {
  console.error(`Cannot listen on ${HOST}:${PORT}: ${error.message}`);
  process.exitCode = 1;
}

server.on("listening", () => console.log(`Listening on ${HOST}:${PORT}`));
server.on("error", refuse);
try {
  server.listen(Number(PORT), HOST);
} catch (error) {
  refuse(error as Error);
}
