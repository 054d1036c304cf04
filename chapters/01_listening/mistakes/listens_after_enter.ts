/**
 * Mistake: the server listens only once somebody has pressed Enter.
 *
 * What happens: the program runs, and every client is refused.
 * Why people write it: programs for the terminal ask before they begin; the
 *   author, who sits there, always presses Enter.
 * Caught by: listens
 * Cause: never-listens
 * Loses: server.listen
 */
import { createServer } from "node:net";
import { createInterface } from "node:readline";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";

const server = createServer((socket) => socket.destroy());

function refuse(error: Error) {
  console.error(`Cannot listen on ${HOST}:${PORT}: ${error.message}`);
  process.exitCode = 1;
}

server.on("listening", () => console.log(`Listening on ${HOST}:${PORT}`));
server.on("error", refuse);
// The mistake: nobody types where a server runs.
const terminal = createInterface({ input: process.stdin });
console.log("Press Enter to start the server.");
terminal.once("line", () => {
  terminal.close();
  try {
    server.listen(Number(PORT), HOST);
  } catch (error) {
    refuse(error as Error);
  }
});
