/**
 * Mistake: the server prints who leaves, and not who joins.
 *
 * What happens: a client joins, and nobody who watches the server can know.
 * Why people write it: that somebody can join is taken for granted; that
 *   somebody has left seems to be the news.
 * Caught by: logs
 * Cause: joins-unlogged
 * Loses: server.concurrent, server.log
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
  // The mistake: nothing is printed here, where a client has joined.
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
