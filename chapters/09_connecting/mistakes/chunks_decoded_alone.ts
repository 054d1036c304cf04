/**
 * Mistake: each chunk is decoded by itself.
 *
 * What happens: where a chunk ends inside a character, two or more U+FFFD
 *   stand in its place.
 * Why people write it: toString() is the first thing that one finds for a
 *   Buffer, and with short messages in English it works.
 * Caught by: prints
 * Cause: torn-message
 * Loses: client.print
 */
import { Socket } from "node:net";
import { stdout } from "node:process";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";
const MAX_LINE = 1024 * 1024;

let ending = "The server has closed the connection.";
process.exitCode = 1;

const socket = new Socket();

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
function receive(bytes: Buffer) {
  // The mistake: the rest of the last character is in the next chunk.
  const chunk = bytes.toString();

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

function finish() {
  if (tail !== "") show(`${tail}\n`);
  console.error(ending);
}

socket.on("data", receive);
socket.on("error", (error: NodeJS.ErrnoException) => {
  ending = `No connection to ${HOST}:${PORT} (${error.code}).`;
});
socket.on("close", finish);
try {
  socket.connect(Number(PORT), HOST);
} catch (error) {
  socket.destroy(error as Error);
}
