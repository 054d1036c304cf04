/**
 * Mistake: each chunk is split into lines by itself.
 *
 * What happens: a line that comes in two chunks is printed as two lines, "hel"
 *   and "lo".
 * Why people write it: split() knows of lines, and the end of the text counts
 *   as the end of a line, as it does in a file.
 * Caught by: whole-lines
 * Cause: half-lines
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

function print(sender: Socket, chunk: Buffer) {
  // The mistake: what follows the last newline is half a line, and not kept.
  for (const line of chunk.toString("utf8").trimEnd().split(/\r?\n/)) {
    console.log(`${sender.remotePort} says ${JSON.stringify(line)}`);
  }
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
