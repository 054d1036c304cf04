/**
 * Mistake: the sender gets a copy of its own line, a moment later.
 *
 * What happens: all looks right at first, and then every line comes back to the
 *   one who said it.
 * Why people write it: a receipt tells the user that the line has arrived, and
 *   the handiest receipt is the line itself.
 * Caught by: everyone-but
 * Cause: echo
 * Loses: server.broadcast
 */
import { createServer, type Socket } from "node:net";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";
const NEWLINE = 10;
const MAX_LINE = 1024 * 1024;
const MAX_PIECES = 256;

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
  for (const client of clients) {
    if (client !== sender) client.write(lines);
  }
  // The mistake: a receipt that is a message.
  setTimeout(() => sender.write(lines), 300);
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
