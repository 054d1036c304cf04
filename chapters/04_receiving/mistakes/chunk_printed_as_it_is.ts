/**
 * Mistake: a chunk is printed as it is, for a whole message.
 *
 * What happens: a line that comes in two chunks is printed as two messages.
 * Why people write it: it stands the test with several lines in one write,
 *   because a terminal shows a newline as what it is.
 * Caught by: whole-lines
 * Cause: half-lines
 * Loses: server.receive
 */
import { createServer, type Socket } from "node:net";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";

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
  socket.on("data", (chunk) => print(socket, chunk));
}

// The mistake: a chunk may end anywhere. Lines that come together look right,
// for the newline between them is printed as well.
function print(sender: Socket, message: Buffer) {
  const text = message.toString("utf8").trimEnd();
  console.log(`${sender.remotePort} says ${text}`);
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
