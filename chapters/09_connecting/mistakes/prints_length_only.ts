/**
 * Mistake: the client prints how much came, and not what.
 *
 * What happens: the user reads "9 characters" where Ada said hello.
 * Why people write it: it was to show that anything arrives at all, and it
 *   stayed.
 * Caught by: prints
 * Cause: prints-something-else
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
    // The mistake: a message is more than its length.
    const lines = tail + chunk.slice(0, end);
    show(`${lines.length} characters\n`);
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
