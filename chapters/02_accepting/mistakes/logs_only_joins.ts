/**
 * Mistake: the server prints who joins, and not who leaves.
 *
 * What happens: the log says that everyone who ever came is still there.
 * Why people write it: a join has a place of its own in the code, the handler;
 *   leaving needs a listener that nothing asks for.
 * Caught by: logs
 * Cause: leaves-unlogged
 * Loses: server.log
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
  // The mistake: no listener for 'close'.
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
