/**
 * Mistake: messages are escaped as if they were part of a web page.
 *
 * What happens: who says "a < b" is read as "a &lt; b"; a plain word shows
 *   nothing of it.
 * Why people write it: on the web this keeps strangers from writing into the
 *   page, and it is taken along to where there is no page.
 * Caught by: everyone-but
 * Cause: altered-message
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
  // The mistake: the text that goes out is not the text that came in.
  const text = lines.toString().replaceAll("&", "&amp;");
  const escaped = text.replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  for (const client of clients) {
    if (client !== sender) client.write(escaped);
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
