/**
 * Mistake: readline reads the socket, and its own 'error' event has no
 *   listener.
 *
 * What happens: one client that breaks its connection (RST) ends the server for
 *   all, although the socket has its listener.
 * Why people write it: readline makes lines of any stream, and its examples
 *   read files, which break no connection.
 * Caught by: reset
 * Cause: readline-on-socket
 * Loses: nothing graded
 */
import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";

function serve(socket: Socket) {
  const name = `${socket.remoteAddress}:${socket.remotePort}`;
  socket.on("error", (error) => console.log(`${name}: ${error.message}`));
  if (socket.remoteAddress === undefined) {
    socket.destroy();
    return;
  }
  socket.on("close", () => console.log(`${name} left`));
  console.log(`${name} joined`);
  // The mistake: the interface emits the socket's 'error' once more, as its
  // own, and has no listener for it.
  createInterface({ input: socket });
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
