/**
 * Mistake: two variables hold the clients, and each newcomer pushes the older
 *   one out.
 *
 * What happens: what is said reaches the two who came last, and nobody who
 *   came before.
 * Why people write it: the server began as a chat for two, and with two
 *   clients it works.
 * Caught by: everyone-but
 * Cause: newest-only
 * Loses: server.broadcast
 */
import { createServer, type Socket } from "node:net";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";
const NEWLINE = 10;
const MAX_LINE = 1024 * 1024;
const MAX_PIECES = 256;

let first: Socket | undefined;
let second: Socket | undefined;
let online = 0;

function serve(socket: Socket) {
  const name = `${socket.remoteAddress}:${socket.remotePort}`;
  socket.on("error", (error) => console.log(`${name}: ${error.message}`));
  if (socket.remoteAddress === undefined) {
    socket.destroy();
    return;
  }
  socket.on("close", () => {
    online--;
    console.log(`${name} left, ${online} online`);
  });
  // The mistake: who was first is forgotten.
  first = second;
  second = socket;
  online++;
  console.log(`${name} joined, ${online} online`);
  socket.on("data", framing(socket));
}

function framing(socket: Socket) {
  let pieces: Buffer[] = [];
  let kept = 0;
  return (chunk: Buffer) => {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      broadcast(socket, Buffer.concat([...pieces, chunk.subarray(0, end)]));
      pieces = [];
      kept = 0;
    }
    if (end < chunk.length) pieces.push(chunk.subarray(end));
    kept += chunk.length - end;
    if (pieces.length > MAX_PIECES) pieces = [Buffer.concat(pieces)];
    if (kept > MAX_LINE) socket.destroy(new Error("its line is too long"));
  };
}

function broadcast(sender: Socket, lines: Buffer) {
  for (const client of [first, second]) {
    if (client !== sender) client?.write(lines);
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
