/**
 * Mistake: the server listens on port 3000.
 *
 * What happens: it starts and says so; every client is refused, because it
 *   looks on port 8888.
 * Why people write it: 3000 is the port of so many tutorials, and with a client
 *   of one's own on 3000 all seems well.
 * Caught by: listens
 * Cause: other-port
 * Loses: server.listen
 */
import { createServer } from "node:net";

// The mistake: not the exercise's port.
const PORT = process.env.PORT ?? "3000";
const HOST = process.env.HOST || "localhost";

const server = createServer((socket) => socket.destroy());

function refuse(error: Error) {
  console.error(`Cannot listen on ${HOST}:${PORT}: ${error.message}`);
  process.exitCode = 1;
}

server.on("listening", () => console.log(`Listening on ${HOST}:${PORT}`));
server.on("error", refuse);
try {
  server.listen(Number(PORT), HOST);
} catch (error) {
  refuse(error as Error);
}
