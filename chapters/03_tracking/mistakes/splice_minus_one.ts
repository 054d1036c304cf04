/**
 * Mistake: a client is taken out of an array twice, by splice(indexOf(), 1).
 *
 * What happens: when one client leaves, somebody else disappears from the list,
 *   too.
 * Why people write it: splice and indexOf are how one removes from an array;
 *   'end' comes early, 'close' comes always, so it is done in both.
 * Caught by: counts
 * Cause: splice-minus-one
 * Loses: nothing graded
 */
import { createServer, type Socket } from "node:net";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";

const clients: Socket[] = [];

function serve(socket: Socket) {
  const name = `${socket.remoteAddress}:${socket.remotePort}`;
  // The mistake: the second time indexOf() is -1, and splice(-1, 1) takes the
  // last one out, who is somebody else.
  const remove = () => clients.splice(clients.indexOf(socket), 1);
  socket.on("error", (error) => console.log(`${name}: ${error.message}`));
  if (socket.remoteAddress === undefined) {
    socket.destroy();
    return;
  }
  socket.on("end", remove);
  socket.on("close", () => {
    remove();
    console.log(`${name} left, ${clients.length} online`);
  });
  clients.push(socket);
  console.log(`${name} joined, ${clients.length} online`);
  socket.resume();
}

const server = createServer(serve);

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
