/**
 * Mistake: the server cleans up in 'end', in 'error' and in 'close'.
 *
 * What happens: every client is told to have left twice. The set bears it; a
 *   counter would not.
 * Why people write it: three events speak of an ending, and nobody wants to
 *   miss one.
 * Caught by: talks-and-leaves
 * Cause: left-twice
 * Loses: nothing graded
 */
import { createServer, type Socket } from "node:net";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";

const clients = new Set<Socket>();

function serve(socket: Socket) {
  const name = `${socket.remoteAddress}:${socket.remotePort}`;
  if (socket.remoteAddress === undefined) {
    socket.destroy();
    return;
  }
  const leave = () => {
    clients.delete(socket);
    console.log(`${name} left, ${clients.size} online`);
  };
  // The mistake: 'close' comes after 'end' and after 'error' as well.
  socket.on("end", leave);
  socket.on("error", (error) => {
    console.log(`${name}: ${error.message}`);
    leave();
  });
  socket.on("close", leave);
  clients.add(socket);
  console.log(`${name} joined, ${clients.size} online`);
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
