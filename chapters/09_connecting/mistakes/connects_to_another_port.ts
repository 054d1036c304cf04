/**
 * Mistake: the client connects to port 8080.
 *
 * What happens: there is no server; the client says so and ends.
 * Why people write it: it is the port of many examples on the web.
 * Caught by: connects
 * Cause: other-server-port
 * Loses: client.connect, client.read, client.print
 */
import { Socket } from "node:net";
import { stdout } from "node:process";

// The mistake: the exercise says 8888.
const PORT = process.env.PORT || "8080";
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
try {
  socket.connect(Number(PORT), HOST);
} catch (error) {
  socket.destroy(error as Error);
}
