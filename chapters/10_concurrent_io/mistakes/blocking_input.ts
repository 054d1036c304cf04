/**
 * Mistake: the input is read by a call that blocks.
 *
 * What happens: while the client waits for a key it shows nothing and notices
 *   nothing; what the others said comes after Enter.
 * Why people write it: a loop of ask and send reads like the conversation, and
 *   it is how input works in most first programs.
 * Caught by: parallel
 * Cause: blocking-input
 * Loses: client.read, client.parallel, client.print
 */
import { readSync } from "node:fs";
import { Socket } from "node:net";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";
const MAX_LINE = 1024 * 1024;
const GRACE = 1000;

const { stdout } = process;

let ending = "The server has closed the connection.";
process.exitCode = 1;

const socket = new Socket();
socket.setEncoding("utf8");

function harmless(text: string) {
  return text
    .replaceAll("\r\n", "\n")
    .replace(/[^\P{Cc}\t\n]/gu, (c) =>
      c < " " ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : "␡",
    );
}

function show(text: string) {
  if (!stdout.write(harmless(text))) {
    socket.pause();
    stdout.once("drain", () => socket.resume());
  }
}

let tail = "";
function receive(chunk: string) {
  const end = chunk.lastIndexOf("\n") + 1;
  if (end > 0) {
    show(tail + chunk.slice(0, end));
    tail = "";
  }
  tail += chunk.slice(end);
  if (tail.length > MAX_LINE) {
    show(`${tail}\n`);
    tail = "";
  }
}

function typedLine() {
  const byte = Buffer.alloc(1);
  const bytes: number[] = [];
  // The mistake: until a key is pressed, nothing else happens here.
  while (readSync(0, byte) > 0) {
    if (byte[0] === 10) return Buffer.from(bytes).toString();
    bytes.push(byte[0] ?? 0);
  }
  return undefined;
}

function ask() {
  if (socket.destroyed) return;
  if (stdout.isTTY) stdout.write("> ");
  const line = typedLine();
  if (line === undefined) return leave();
  // The others have a turn between two lines, as far as there is time.
  if (socket.write(`${line}\n`)) setImmediate(ask);
  else socket.once("drain", ask);
}

function leave() {
  end("You have left.", 0);
  socket.end();
  socket.setTimeout(GRACE, () => {
    if (socket.writableLength > 0) {
      end("The server stands still: what you said last is lost.", 1);
    }
    socket.destroy();
  });
}

function end(sentence: string, code: number) {
  ending = sentence;
  process.exitCode = code;
}

function finish() {
  if (tail !== "") show(`${tail}\n`);
  console.error(ending);
}

socket.on("connect", ask);
process.on("SIGINT", () => {
  end("Interrupted.", 130);
  socket.destroy();
});
stdout.on("error", () => {
  end("The output was closed.", 1);
  socket.destroy();
});

socket.on("data", receive);
socket.on("error", (error: NodeJS.ErrnoException) => {
  end(`No connection to ${HOST}:${PORT} (${error.code}).`, 1);
});
socket.on("close", finish);
try {
  socket.connect(Number(PORT), HOST);
} catch (error) {
  socket.destroy(error as Error);
}
