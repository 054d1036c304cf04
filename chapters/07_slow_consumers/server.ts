/**
 * Chapter 07, slow consumers: a client that does not read harms only itself.
 *
 * The protocol: a message is a line of UTF-8 that ends with a newline. Lines
 * go out as they came in, byte for byte. A client that ends its direction (FIN)
 * leaves: it gets what is pending for it, and then the server's FIN. To see it
 * run, with a client that is frozen while the other one talks:
 *
 *     npm run chapter -- 07
 *     nc localhost 8888                        (then Ctrl-Z)
 *     yes "a line for everyone" | nc localhost 8888
 *
 * Limit: one system call for each client and chunk; chapter 08.
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
const MAX_LINE = 1024 * 1024;
const MAX_PIECES = 256;

/**
 * How long a connection that is ending may stand still before it is cut off,
 * in milliseconds. Bytes that move start the time anew, in both directions; so
 * that nobody can talk the server out of its end, all of it has a limit, too.
 */
const GRACE = 1000;
const LAST_CALL = 10 * GRACE;

/**
 * The most that may be pending for one client, in bytes: accepted by `write()`
 * and not yet by the kernel, which holds a few megabytes more. Eight lines of
 * the greatest length fit, so that a burst costs nobody the connection, and
 * the chunks are shared: a hundred frozen clients pin the same bytes once.
 */
const MAX_PENDING = 8 * MAX_LINE;

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

  // The client says no more, so it leaves. Node would answer its FIN with ours
  // by itself; what it would not do is to give up on one that never reads.
  socket.on("end", () => finish(socket));
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

/**
 * Sends `lines` to every client except `sender`, who has them on the screen
 * already. Nobody is waited for: a pause for one client would hold up all the
 * others. No lock and no copy of the set: no other event runs before this loop
 * has ended, and a `write` calls nobody back at once.
 *
 * A client that is leaving is in the set until it is closed, but has its FIN
 * behind the pending bytes: a write to it would fail and take them along.
 *
 * A client that reads too slowly is cut off. Dropping single lines instead
 * would leave a hole in the conversation that nobody can see.
 */
// #region broadcast
function broadcast(sender: Socket, lines: Buffer) {
  for (const client of clients) {
    if (client === sender || !client.writable) continue;
    if (client.writableLength > MAX_PENDING) {
      client.destroy(new Error("it reads too slowly"));
    } else {
      client.write(lines);
    }
  }
}
// #endregion broadcast

/**
 * Ends a connection from this side: what is pending is delivered, then comes
 * the FIN. `destroy()` would drop the pending bytes.
 */
function finish(client: Socket) {
  client.end();
  client.setTimeout(GRACE, () => client.destroy());
}

const server = createServer(serve);

/**
 * Ends the server: no new clients, the last word to everyone, and the program
 * is over when the last connection is. `server.close()` alone would wait for
 * clients that stay for ever; `process.exit()` would drop what is pending.
 */
function shutDown(signal: string) {
  console.log(`${signal}: closing, ${clients.size} online`);
  server.close();
  for (const client of clients) finish(client);
  // `unref`: the time limit alone does not keep the program running.
  setTimeout(process.exit, LAST_CALL, 0).unref();
}
// Before "Listening" is printed: who reads that may send a signal at once.
// `once`, so that a second Ctrl-C ends the program on the spot.
process.once("SIGINT", shutDown);
process.once("SIGTERM", shutDown);

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
