/**
 * Mistake: every tenth line waits for a file before it is sent, and those
 *   behind it do not.
 *
 * What happens: lines that come quickly, one after the other, are heard in
 *   another order.
 * Why people write it: a list of the banned is to be read again from time to
 *   time; await keeps the steps of one line in order, and looks as if it kept
 *   the lines in order, too.
 * Caught by: burst
 * Cause: out-of-order
 * Loses: nothing graded
 */
import { readFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { devNull } from "node:os";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";
const BANNED = process.env.BANNED || devNull;
const NEWLINE = 10;
const MAX_LINE = 1024 * 1024;
const MAX_PIECES = 256;

const clients = new Set<Socket>();
let banned: string[] = [];

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
  let count = 0;
  return (chunk: Buffer) => {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      const whole = Buffer.concat([...pieces, chunk.subarray(0, end)]);
      for (let from = 0; from < whole.length; ) {
        const next = whole.indexOf(NEWLINE, from) + 1;
        relay(socket, whole.subarray(from, next), ++count);
        from = next;
      }
      pieces = [];
      kept = 0;
    }
    if (end < chunk.length) pieces.push(chunk.subarray(end));
    kept += chunk.length - end;
    if (pieces.length > MAX_PIECES) pieces = [Buffer.concat(pieces)];
    if (kept > MAX_LINE) socket.destroy(new Error("its line is too long"));
  };
}

async function relay(sender: Socket, line: Buffer, count: number) {
  const address = `${sender.remoteAddress}`;
  // The mistake: this line waits, and the next one may overtake it.
  if (count % 10 === 0) banned = (await readFile(BANNED, "utf8")).split("\n");
  if (!banned.includes(address)) broadcast(sender, line);
}

function broadcast(sender: Socket, line: Buffer) {
  for (const client of clients) {
    if (client !== sender) client.write(line);
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
