/**
 * Mistake: the client prints control characters as they come.
 *
 * What happens: anybody in the chat can clear the screen of all the others,
 *   rename their windows, or hide what was said.
 * Why people write it: a message is text, and text is printed.
 * Caught by: harmless
 * Cause: raw-control-bytes
 * Loses: nothing graded
 */
import { Socket } from "node:net";
import { stdout } from "node:process";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";
const MAX_LINE = 1024 * 1024;

let ending = "The server has closed the connection.";
process.exitCode = 1;

const socket = new Socket();
socket.setEncoding("utf8");

function show(text: string) {
  // The mistake: the terminal obeys what a stranger wrote.
  if (!stdout.write(text)) {
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
try {
  socket.connect(Number(PORT), HOST);
} catch (error) {
  socket.destroy(error as Error);
}
