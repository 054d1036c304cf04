/**
 * Mistake: the server takes for granted that a new socket has an address.
 *
 * What happens: a client that broke its connection before it was accepted is
 *   told as "undefined:undefined joined".
 * Why people write it: the handler runs for a client that has just connected,
 *   so it must be there.
 * Caught by: gone-too-early
 * Cause: address-undefined
 * Loses: nothing graded
 */
import { createServer, type Socket } from "node:net";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";

function serve(socket: Socket) {
  // The mistake: the connection may be over, and then there is no address.
  const name = `${socket.remoteAddress}:${socket.remotePort}`;
  socket.on("error", (error) => console.log(`${name}: ${error.message}`));
  socket.on("close", () => console.log(`${name} left`));
  console.log(`${name} joined`);
  socket.resume();
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
