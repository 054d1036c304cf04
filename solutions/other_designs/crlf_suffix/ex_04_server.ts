/**
 * A chat server that speaks CRLF, as Telnet does, and tells at the end of a line
 * who said it: `hello (from c1)\r\n`. A carriage return that comes in before a
 * newline belongs to the line's end, not to the message.
 */
import { createServer, type Socket } from "node:net";

const LF = 0x0a;
const CR = 0x0d;

/** Who is online, by key: an object without a prototype, used as a table. */
const online: Record<string, Socket> = Object.create(null);
let joined = 0;

/** Returns a function that cuts chunks into lines and keeps the last piece. */
function cutter(onLine: (line: string) => void): (chunk: Buffer) => void {
  let pieces: Buffer[] = [];
  return (chunk) => {
    let from = 0;
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, from)) {
      const line = Buffer.concat([...pieces, chunk.subarray(from, at)]);
      const length = line.at(-1) === CR ? line.length - 1 : line.length;
      pieces = [];
      from = at + 1;
      onLine(line.toString("utf8", 0, length));
    }
    if (from < chunk.length) pieces.push(chunk.subarray(from));
  };
}

function connected(socket: Socket): void {
  const key = `c${++joined}`;
  online[key] = socket;
  console.info("%s connected", key);

  const take = cutter((line) => {
    for (const [other, peer] of Object.entries(online)) {
      if (other === key || !peer.writable) continue;
      peer.write(`${line} (from ${key})\r\n`);
    }
  });
  socket.on("data", take);
  socket.on("error", (error) => console.info("%s: %s", key, error.message));
  socket.on("close", () => {
    delete online[key];
    console.info("%s disconnected", key);
  });
}

const server = createServer(connected);
server.on("error", (error) => {
  process.stderr.write(`cannot listen: ${error.message}\n`);
  process.exitCode = 1;
});
server.listen(8888, "localhost");
