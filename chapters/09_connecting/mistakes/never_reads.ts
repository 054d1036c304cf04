/**
 * Mistake: the client sends, and nobody reads the socket.
 *
 * What happens: nothing is shown, and the client does not even notice when the
 *   server goes: its end stands behind what was not read.
 * Why people write it: sending comes first and showing later, and a socket
 *   that nobody reads looks like a chat where nobody speaks.
 * Caught by: reads
 * Cause: reads-nothing
 * Loses: client.read, client.print
 */
import { Socket } from "node:net";
import { stdin } from "node:process";
import { createInterface } from "node:readline";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";

let ending = "The server has closed the connection.";
process.exitCode = 1;

const socket = new Socket();
const typing = createInterface(stdin);

function finish() {
  typing.close();
  console.error(ending);
}

typing.on("line", (line) => socket.write(`${line}\n`));
typing.on("close", () => socket.end());
// The mistake: there is no 'data' listener.
socket.on("error", (error: NodeJS.ErrnoException) => {
  ending = `No connection to ${HOST}:${PORT} (${error.code}).`;
});
socket.on("close", finish);
try {
  socket.connect(Number(PORT), HOST);
} catch (error) {
  socket.destroy(error as Error);
}
