/**
 * Mistake: the client connects only when the user has pressed Enter.
 *
 * What happens: until then nothing is heard of what the others say, and they
 *   do not see who has come.
 * Why people write it: a chat begins with a question, for a name or for
 *   readiness, and it stands on top of the program.
 * Caught by: connects
 * Cause: connects-late
 * Loses: client.connect, client.read, client.print
 */
import { Socket } from "node:net";
import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline";

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
socket.on("error", (error: NodeJS.ErrnoException) => {
  ending = `No connection to ${HOST}:${PORT} (${error.code}).`;
});
socket.on("close", finish);
const start = createInterface(stdin, stdout);
// The mistake: all that follows waits for a key.
start.question("Press Enter to connect. ", () => {
  start.close();
  try {
    socket.connect(Number(PORT), HOST);
  } catch (error) {
    socket.destroy(error as Error);
  }
});
