/**
 * Mistake: the server serves one client after the other.
 *
 * What happens: the second client gets its connection, from the kernel, and
 *   nothing more until the first one has left.
 * Why people write it: accept, serve, accept the next: the loop of every first
 *   example, written with promises.
 * Caught by: concurrent
 * Cause: one-at-a-time
 * Loses: server.concurrent, server.log
 */
import { createServer, type Socket } from "node:net";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";

function serve(socket: Socket, name: string) {
  return new Promise<void>((resolve) => {
    if (socket.destroyed) return resolve();
    socket.on("close", () => {
      console.log(`${name} left`);
      resolve();
    });
    console.log(`${name} joined`);
    socket.resume();
  });
}

let turn: Promise<void> = Promise.resolve();

function accept(socket: Socket) {
  const name = `${socket.remoteAddress}:${socket.remotePort}`;
  socket.on("error", (error) => console.log(`${name}: ${error.message}`));
  if (socket.remoteAddress === undefined) {
    socket.destroy();
    return;
  }
  // The mistake: whoever comes now waits until the one before has left.
  turn = turn.then(() => serve(socket, name));
}

const server = createServer(accept);

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
