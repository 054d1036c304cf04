/**
 * Mistake: the loop over the clients waits after each of them, and the list is
 *   another one when it goes on.
 *
 * What happens: who comes during a broadcast pushes the others along the list,
 *   so somebody hears a line twice; who leaves pulls them back, so somebody
 *   misses one.
 * Why people write it: setImmediate after each client gives the others a turn,
 *   which keeps a big server lively; and await makes the loop look as if
 *   nothing happened between two steps.
 * Caught by: coming-and-going
 * Cause: awaits-in-loop
 * Loses: nothing graded
 */
import { createServer, type Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";
const NEWLINE = 10;
const MAX_LINE = 1024 * 1024;
const MAX_PIECES = 256;

const clients: Socket[] = [];

function serve(socket: Socket) {
  const name = `${socket.remoteAddress}:${socket.remotePort}`;
  socket.on("error", (error) => console.log(`${name}: ${error.message}`));
  if (socket.remoteAddress === undefined) {
    socket.destroy();
    return;
  }
  socket.on("close", () => {
    clients.splice(clients.indexOf(socket), 1);
    console.log(`${name} left, ${clients.length} online`);
  });
  clients.unshift(socket);
  console.log(`${name} joined, ${clients.length} online`);
  socket.on("data", framing(socket));
}

function framing(socket: Socket) {
  let pieces: Buffer[] = [];
  let kept = 0;
  return async (chunk: Buffer) => {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      const whole = Buffer.concat([...pieces, chunk.subarray(0, end)]);
      pieces = [];
      kept = 0;
      socket.pause();
      await relay(socket, whole);
      socket.resume();
    }
    if (end < chunk.length) pieces.push(chunk.subarray(end));
    kept += chunk.length - end;
    if (pieces.length > MAX_PIECES) pieces = [Buffer.concat(pieces)];
    if (kept > MAX_LINE) socket.destroy(new Error("its line is too long"));
  };
}

async function relay(sender: Socket, lines: Buffer) {
  for (let from = 0; from < lines.length; ) {
    const end = lines.indexOf(NEWLINE, from) + 1;
    await broadcast(sender, lines.subarray(from, end));
    from = end;
  }
}

async function broadcast(sender: Socket, line: Buffer) {
  for (let i = 0; i < clients.length; i++) {
    const client = clients[i];
    if (!client || client === sender) continue;
    client.write(line);
    // The mistake: meanwhile clients come and go, and i counts on.
    await turn();
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
