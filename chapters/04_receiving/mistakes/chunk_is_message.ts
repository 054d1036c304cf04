/**
 * Mistake: one chunk is taken for one message.
 *
 * What happens: two lines that come together are printed as one message, with a
 *   newline in the middle.
 * Why people write it: on one machine, and typed by hand, each write of the
 *   client is one 'data' event of the server.
 * Caught by: whole-lines
 * Cause: glued-lines
 * Loses: server.receive
 */
import { createServer, type Socket } from "node:net";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";

const clients = new Set<Socket>();

function serve(socket: Socket) {
  const name = `${socket.remoteAddress}:${socket.remotePort}`;
  socket.on("error", (error) => console.log(`${name}: ${error.message}`));
  if (socket.remoteAddress === undefined) {
    socket.destroy();
    return;
  }
  socket.on("close", () => {
    clients.delete(socket);
    console.log(`${name} left, ${clients.size} online`);
  });
  clients.add(socket);
  console.log(`${name} joined, ${clients.size} online`);
  socket.on("data", (chunk) => print(socket, chunk));
}

// The mistake: a chunk has as many lines, or parts of lines, as TCP likes.
function print(sender: Socket, message: Buffer) {
  const text = message.toString("utf8").trimEnd();
  console.log(`${sender.remotePort} says ${JSON.stringify(text)}`);
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
