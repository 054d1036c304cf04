/**
 * Mistake: the socket is corked and never uncorked.
 *
 * What happens: nobody hears anything; all of it comes at once when the server
 *   ends.
 * Why people write it: cork() sounds like a mode that one switches on, "send
 *   in bigger pieces", and not like a stop.
 * Caught by: everyone-but
 * Cause: no-broadcast
 * Loses: server.receive, server.broadcast
 * Given by the witness: server.receive
 */
import { createServer, type Socket } from "node:net";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";
const NEWLINE = 10;
const MAX_LINE = 1024 * 1024;
const MAX_PIECES = 256;
const GRACE = 1000;
const LAST_CALL = 10 * GRACE;
const MAX_PENDING = 8 * MAX_LINE;

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
  socket.on("end", () => finish(socket));
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
    if (client === sender || !client.writable) continue;
    if (client.writableCorked === 0 && client.writableLength > MAX_PENDING) {
      client.destroy(new Error("it reads too slowly"));
    } else {
      send(client, lines);
    }
  }
}

function send(client: Socket, lines: Buffer) {
  // The mistake: no uncork() follows.
  if (client.writableCorked === 0) client.cork();
  client.write(lines);
}

function finish(client: Socket) {
  client.end();
  client.setTimeout(GRACE, () => client.destroy());
}

const server = createServer({ noDelay: true }, serve);

function shutDown(signal: string) {
  console.log(`${signal}: closing, ${clients.size} online`);
  server.close();
  for (const client of clients) finish(client);
  setTimeout(process.exit, LAST_CALL, 0).unref();
}
process.once("SIGINT", shutDown);
process.once("SIGTERM", shutDown);

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
