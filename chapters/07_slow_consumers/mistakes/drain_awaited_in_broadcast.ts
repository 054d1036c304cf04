/**
 * Mistake: the loop over the clients waits for 'drain' of one of them.
 *
 * What happens: one client does not read, and nobody behind it hears anything
 *   any more; who spoke is no longer read.
 * Why people write it: it is what the manual says about write() and false, and
 *   right where there is one receiver.
 * Caught by: slow-consumer
 * Cause: waits-for-slow
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
  return async (chunk: Buffer) => {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      const lines = Buffer.concat([...pieces, chunk.subarray(0, end)]);
      pieces = [];
      kept = 0;
      socket.pause();
      await broadcast(socket, lines);
      socket.resume();
    }
    if (end < chunk.length) pieces.push(chunk.subarray(end));
    kept += chunk.length - end;
    if (pieces.length > MAX_PIECES) pieces = [Buffer.concat(pieces)];
    if (kept > MAX_LINE) socket.destroy(new Error("its line is too long"));
  };
}

async function broadcast(sender: Socket, lines: Buffer) {
  for (const client of clients) {
    if (client === sender || !client.writable) continue;
    // The mistake: all the others wait with it.
    if (!client.write(lines)) await drained(client);
  }
}

function drained(client: Socket) {
  return new Promise<void>((resolve) => {
    client.once("drain", resolve);
    client.once("close", () => resolve());
  });
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
