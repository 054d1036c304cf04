/** A peer: Node, with a `readline` for each socket, and strings. */
import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";

const clients = new Set<Socket>();

const server = createServer((socket) => {
  clients.add(socket);
  const lines = createInterface({ input: socket });
  lines.on("line", (line) => {
    for (const client of clients) {
      if (client !== socket) client.write(`${line}\n`);
    }
  });
  // `readline` repeats the socket's errors.
  lines.on("error", () => {});
  socket.on("error", () => {});
  socket.on("close", () => clients.delete(socket));
});
server.listen(Number(process.env.PORT || 8888), process.env.HOST);
