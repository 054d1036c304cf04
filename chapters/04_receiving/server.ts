/**
 * Chapter 04, receiving: lines out of a stream of bytes.
 *
 * The protocol: a message is a line of UTF-8 that ends with a newline. The
 * server prints each line; chapter 05 sends it to the others. To see it run,
 * in two terminals:
 *
 *     npm run chapter -- 04
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
 * The newline, the only byte with a meaning here. In UTF-8 no byte of a longer
 * character is ever 10, so searching bytes cannot cut a letter in half.
 */
const NEWLINE = 10;

/**
 * The most that one client can make the server keep of an unfinished line: in
 * bytes, and in pieces, because each chunk is an object of its own, and a
 * hostile client sends its bytes one by one. A megabyte is more than anybody
 * types and little enough for a thousand clients. At 256 pieces they are joined
 * into one: seldom enough to cost less than receiving them did.
 */
// #region limits
const MAX_LINE = 1024 * 1024;
const MAX_PIECES = 256;
// #endregion limits

/**
 * Everyone who is online. A `Set`: who leaves is found without a search, and
 * leaving twice removes nobody else, as an index into an array would.
 */
const clients = new Set<Socket>();

/**
 * Serves one client for as long as it stays. It returns at once: it only says
 * what is to happen later, so a thousand clients wait side by side in one
 * thread. A loop that reads until the client leaves would serve one at a time.
 */
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

  socket.on("data", framing(socket));
}

/**
 * Returns the listener for the chunks of one client. It passes whole lines on,
 * newlines included: all that a chunk completes, in one piece. What is left
 * over waits for the next chunk. Bytes stay bytes: a chunk may end inside a
 * character, a line does not.
 *
 * Pieces are joined once a line is complete. Joining at every chunk would copy
 * a long line again and again, at a cost that grows with its square.
 */
// #region framing
function framing(socket: Socket) {
  let pieces: Buffer[] = [];
  let kept = 0;
  return (chunk: Buffer) => {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      print(socket, Buffer.concat([...pieces, chunk.subarray(0, end)]));
      pieces = [];
      kept = 0;
    }
    if (end < chunk.length) pieces.push(chunk.subarray(end));
    kept += chunk.length - end;
    if (pieces.length > MAX_PIECES) pieces = [Buffer.concat(pieces)];
    if (kept > MAX_LINE) socket.destroy(new Error("its line is too long"));
  };
}
// #endregion framing

/**
 * Prints each line that `sender` said. As JSON, in quotes, so that an ESC of a
 * stranger does not reach this terminal. Decoded only here, where every
 * character is whole; a chunk decoded as it comes would tear some of them.
 */
// #region print
function print(sender: Socket, lines: Buffer) {
  for (const line of lines.toString("utf8").split(/\r?\n/).slice(0, -1)) {
    console.log(`${sender.remotePort} says ${JSON.stringify(line)}`);
  }
}
// #endregion print

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
