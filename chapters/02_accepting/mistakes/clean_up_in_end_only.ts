/**
 * Mistake: the server cleans up in 'end' alone.
 *
 * What happens: a client that breaks its connection (RST) never leaves: nothing
 *   is printed, and it would stay in the list.
 * Why people write it: the name says it, and it works with every client that is
 *   ended politely.
 * Caught by: reset
 * Cause: end-only
 * Loses: nothing graded
 */
import { createServer, type Socket } from "node:net";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";

function serve(socket: Socket) {
  const name = `${socket.remoteAddress}:${socket.remotePort}`;
  if (socket.remoteAddress === undefined) {
    socket.destroy();
    return;
  }
  socket.on("error", () => {}); // A client that is gone is no error of ours.
  // The mistake: after a reset there is no 'end'.
  socket.on("end", () => console.log(`${name} left`));
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
