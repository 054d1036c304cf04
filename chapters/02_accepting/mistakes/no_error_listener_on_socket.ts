/**
 * Mistake: nobody listens for a socket's 'error' event.
 *
 * What happens: one client that breaks its connection (RST) ends the server for
 *   all.
 * Why people write it: 'close' comes after every ending, so it seems to be
 *   enough; and a client that ends politely never causes an error.
 * Caught by: reset
 * Cause: no-error-listener
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
  // The mistake: no listener for 'error' on the socket.
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
