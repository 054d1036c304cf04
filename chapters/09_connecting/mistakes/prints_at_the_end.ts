/**
 * Mistake: the messages are collected and printed when the connection has
 *   closed.
 *
 * What happens: nothing is shown while the others talk, and all of it when it
 *   is over.
 * Why people write it: it is how one reads a file or a web page: wait for the
 *   end, then use it.
 * Caught by: prints
 * Cause: prints-nothing
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

let received = "";
function receive(chunk: string) {
  // The mistake: a conversation has no end to wait for.
  received += chunk;
}

function finish() {
  show(`${received}\n`);
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
