/**
 * Chapter 03, tracking: the server knows who is online.
 *
 * What a client says is still read and dropped; chapter 04 makes lines of it.
 * To see it run, in three terminals:
 *
 *     npm run chapter -- 03
 *     nc localhost 8888
 *     nc localhost 8888
 */
import { createServer, type Socket } from "node:net";

/**
 * Where the server listens: 8888 on this machine alone, as the exercise says.
 * The environment may say otherwise, so that two servers can run side by side.
 */
const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";

/**
 * Everyone who is online. A `Set`: who leaves is found without a search, and
 * leaving twice removes nobody else, as an index into an array would.
 */
// #region clients
const clients = new Set<Socket>();
// #endregion clients

/**
 * Serves one client for as long as it stays. It returns at once: it only says
 * what is to happen later, so a thousand clients wait side by side in one
 * thread. A loop that reads until the client leaves would serve one at a time.
 */
// #region serve
function serve(socket: Socket) {
  // Taken now: a socket that is closed may no longer know its address.
  const name = `${socket.remoteAddress}:${socket.remotePort}`;

  // First of all: an 'error' event without a listener ends the whole program,
  // and the client can cause one at any moment, by a reset (RST).
  socket.on("error", (error) => console.log(`${name}: ${error.message}`));

  // Broken before it was accepted: such a connection has no address any more,
  // nobody has met this client, and nobody is told of it.
  if (socket.remoteAddress === undefined) {
    socket.destroy();
    return;
  }

  // The one place that cleans up. 'close' is the last event of every socket,
  // after a polite end and after an error alike; 'end' does not come after a
  // reset, and 'error' does not come after a polite end.
  socket.on("close", () => {
    clients.delete(socket);
    console.log(`${name} left, ${clients.size} online`);
  });

  clients.add(socket);
  console.log(`${name} joined, ${clients.size} online`);

  // Reads and drops. A socket that nobody reads never comes to its end: the
  // 'end' event stands behind the unread bytes, and 'close' behind 'end'.
  socket.resume();
}
// #endregion serve

const server = createServer(serve);

/**
 * Says in one sentence why there is no server, and sets exit code 1. Not
 * `process.exit(1)`: nothing is open, so the program ends by itself.
 */
function refuse(error: Error) {
  console.error(`Cannot listen on ${HOST}:${PORT}: ${error.message}`);
  process.exitCode = 1;
}

server.on("listening", () => console.log(`Listening on ${HOST}:${PORT}`));
// Port taken, port not allowed, host unknown: the kernel's answer comes later,
// as an event. Without this listener each of them is a stack trace.
server.on("error", refuse);
try {
  server.listen(Number(PORT), HOST);
} catch (error) {
  // A port that is no number from 0 to 65535 is refused at once, by Node.
  refuse(error as Error);
}
