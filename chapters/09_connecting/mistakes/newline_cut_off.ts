/**
 * Mistake: a message is printed without its newline.
 *
 * What happens: all messages stand on one line of the screen.
 * Why people write it: the line is cut off at its newline to look at it, and
 *   write() prints what it is given, where console.log() adds a newline.
 * Caught by: prints
 * Cause: printed-on-one-line
 * Loses: client.print
 */
import { Socket } from "node:net";
import { stdout } from "node:process";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";

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
  const lines = `${tail}${chunk}`.split("\n");
  tail = lines.pop() ?? "";
  // The mistake: split() has taken the newlines away.
  for (const line of lines) show(line);
}

function finish() {
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
