/**
 * Mistake: errors are expected until the connection stands, and not
 *   afterwards.
 *
 * What happens: when the server breaks the connection, the user gets a stack
 *   trace.
 * Why people write it: once() waits for 'connect' and reports the error that
 *   comes in its place, all in one line; it also stops listening then.
 * Caught by: server-breaks
 * Cause: reset-stack-trace
 * Loses: nothing graded
 */
import { once } from "node:events";
import { Socket } from "node:net";
import { stdout } from "node:process";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";
const MAX_LINE = 1024 * 1024;

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

function finish() {
  if (tail !== "") show(`${tail}\n`);
  console.error(ending);
}

socket.on("data", receive);
socket.on("close", finish);
try {
  socket.connect(Number(PORT), HOST);
  // The mistake: once() takes its 'error' listener away again.
  await once(socket, "connect");
} catch (error) {
  const { code } = error as NodeJS.ErrnoException;
  ending = `No connection to ${HOST}:${PORT} (${code}).`;
  socket.destroy();
}
