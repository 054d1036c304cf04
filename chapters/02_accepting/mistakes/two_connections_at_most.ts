/**
 * Mistake: the server takes two connections at most.
 *
 * What happens: the third client is disconnected at once, without a word.
 * Why people write it: a limit sounds like protection, and two terminals are
 *   what one tries a chat with.
 * Caught by: concurrent
 * Cause: connection-limit
 * Loses: server.concurrent
 */
import { createServer, type Socket } from "node:net";

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
  socket.resume();
}

const server = createServer(serve);
// The mistake: the third client is turned away.
server.maxConnections = 2;

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
