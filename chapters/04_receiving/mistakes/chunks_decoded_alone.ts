/**
 * Mistake: each chunk is decoded by itself.
 *
 * What happens: a character whose bytes come in two chunks becomes two U+FFFD,
 *   the sign for bytes that are no character.
 * Why people write it: text is easier to cut than bytes, and it works as long
 *   as nobody writes an umlaut at the wrong moment.
 * Caught by: whole-lines
 * Cause: torn-character
 * Loses: server.receive
 */
import { createServer, type Socket } from "node:net";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";
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
  let pieces: string[] = [];
  let kept = 0;
  return (chunk: Buffer) => {
    // The mistake: a chunk may end inside a character.
    const text = chunk.toString("utf8");
    const end = text.lastIndexOf("\n") + 1;
    if (end > 0) {
      print(socket, pieces.join("") + text.slice(0, end));
      pieces = [];
      kept = 0;
    }
    if (end < text.length) pieces.push(text.slice(end));
    kept += text.length - end;
    if (pieces.length > MAX_PIECES) pieces = [pieces.join("")];
    if (kept > MAX_LINE) socket.destroy(new Error("its line is too long"));
  };
}

function print(sender: Socket, lines: string) {
  for (const line of lines.trimEnd().split(/\r?\n/)) {
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
