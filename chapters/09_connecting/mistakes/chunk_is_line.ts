/**
 * Mistake: each chunk is printed as a line.
 *
 * What happens: a message that comes in two chunks stands on two lines.
 * Why people write it: on one machine, where everybody types slowly, each line
 *   comes in a chunk of its own.
 * Caught by: prints
 * Cause: cut-message
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

function receive(chunk: string) {
  // The mistake: a chunk may end in the middle of a line.
  show(`${chunk.replace(/\n$/, "")}\n`);
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
