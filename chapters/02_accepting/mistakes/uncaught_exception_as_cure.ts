/**
 * Mistake: errors of sockets are left to 'uncaughtException'.
 *
 * What happens: a client that breaks its connection (RST) costs a stack trace;
 *   and the server goes on after any other error, too, with its work half done.
 * Why people write it: it is one line, and the server does not crash any more.
 * Caught by: reset
 * Cause: uncaught-exception
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
  socket.on("close", () => console.log(`${name} left`));
  console.log(`${name} joined`);
  socket.resume();
}

const server = createServer(serve);

// The mistake: this comes after every error that nobody expected. What it
// broke off stays half done.
process.on("uncaughtException", (error) => console.error(error));

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
