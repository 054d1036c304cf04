/**
 * Mistake: the client says nothing when the server ends the connection.
 *
 * What happens: the prompt of the shell is back, and nobody knows why; a
 *   script takes it for success.
 * Why people write it: a polite end is no error, so it seems to need no word.
 * Caught by: server-goes
 * Cause: ends-without-reason
 * Loses: nothing graded
 */
import { Socket } from "node:net";
import { stdout } from "node:process";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";
const MAX_LINE = 1024 * 1024;

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

function finish() {
  if (tail !== "") show(`${tail}\n`);
  // The mistake: no sentence, and exit code 0.
}

socket.on("data", receive);
socket.on("error", (error: NodeJS.ErrnoException) => {
  console.error(`No connection to ${HOST}:${PORT} (${error.code}).`);
  process.exitCode = 1;
});
socket.on("close", finish);
try {
  socket.connect(Number(PORT), HOST);
} catch (error) {
  socket.destroy(error as Error);
}
