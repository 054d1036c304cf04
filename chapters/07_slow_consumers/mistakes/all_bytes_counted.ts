/**
 * Mistake: the limit looks at all that was ever written to a client, not at
 *   what is pending.
 *
 * What happens: everybody is cut off after eight megabytes of conversation,
 *   however well they read.
 * Why people write it: `bytesWritten` sounds like what is on its way;
 *   `writableLength` does not.
 * Caught by: slow-consumer
 * Cause: cut-off
 * Loses: nothing graded
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
    // The mistake: this number never falls.
    if (client.bytesWritten > MAX_PENDING) {
      client.destroy(new Error("it reads too slowly"));
    } else {
      client.write(lines);
    }
  }
}

function finish(client: Socket) {
  client.end();
  client.setTimeout(GRACE, () => client.destroy());
}

const server = createServer(serve);

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
