/**
 * Mistake: an unfinished line has no limit.
 *
 * What happens: one client that never sends a newline fills the server's
 *   memory.
 * Why people write it: everybody ends a line some time; that somebody does not
 *   want to is no case that one tries.
 * Caught by: endless-line
 * Cause: endless-line
 * Loses: nothing graded
 */
import { createServer, type Socket } from "node:net";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";
const NEWLINE = 10;

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
  socket.on("data", framing(socket));
}

function framing(socket: Socket) {
  let pieces: Buffer[] = [];
  return (chunk: Buffer) => {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      print(socket, Buffer.concat([...pieces, chunk.subarray(0, end)]));
      pieces = [];
    }
    // The mistake: this grows for as long as no newline comes.
    if (end < chunk.length) pieces.push(chunk.subarray(end));
  };
}

function print(sender: Socket, lines: Buffer) {
  for (const line of lines.toString("utf8").split(/\r?\n/).slice(0, -1)) {
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
