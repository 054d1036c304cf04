/**
 * Mistake: the server keeps one unfinished line, and whose it is.
 *
 * What happens: when two clients are in the middle of a line, the later one
 *   takes the place, and the beginning of the other's line is lost.
 * Why people write it: it is the cure for a buffer that all share, and one
 *   person at a time cannot make it fail.
 * Caught by: half-lines
 * Cause: shared-buffer
 * Loses: nothing graded
 */
import { createServer, type Socket } from "node:net";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";
const NEWLINE = 10;
const MAX_LINE = 1024 * 1024;

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

const NOTHING = Buffer.alloc(0);

// The mistake: there is room for one unfinished line, of one client.
let unfinished: { by?: Socket; bytes: Buffer } = { bytes: NOTHING };

function framing(socket: Socket) {
  return (chunk: Buffer) => {
    let rest = unfinished.by === socket ? unfinished.bytes : NOTHING;
    rest = Buffer.concat([rest, chunk]);
    const end = rest.lastIndexOf(NEWLINE) + 1;
    if (end > 0) print(socket, rest.subarray(0, end));
    rest = rest.subarray(end);
    if (rest.length > 0) unfinished = { by: socket, bytes: rest };
    else if (unfinished.by === socket) unfinished = { bytes: NOTHING };
    if (rest.length > MAX_LINE)
      socket.destroy(new Error("its line is too long"));
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
