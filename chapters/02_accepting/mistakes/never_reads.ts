/**
 * Mistake: the server does not read what clients say.
 *
 * What happens: a client that has said something and leaves is never seen to
 *   leave.
 * Why people write it: what clients say is not needed yet; and one that leaves
 *   without a word is noticed.
 * Caught by: talks-and-leaves
 * Cause: no-data-listener
 * Loses: nothing graded
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
  // The mistake: nobody reads. What the client said last stands before its
  // end, and neither 'end' nor 'close' ever comes.
  console.log(`${name} joined`);
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
