/**
 * A chat server in plain JavaScript: a generator cuts the lines, top-level
 * await accepts the clients. They are an array that is replaced whenever
 * somebody comes or goes; the loop of a broadcast keeps the one it began with.
 */
import { on, once } from "node:events";
import { Server } from "node:net";

/** @typedef {import("node:net").Socket} Socket */

/** @type {readonly Socket[]} */
let sockets = [];

/**
 * Takes a text with each `next` and gives back the lines that are now whole.
 *
 * @returns {Generator<string[], never, string>}
 */
function* lineCutter() {
  let [text, lines] = ["", /** @type {string[]} */ ([])];
  for (;;) {
    text += yield lines;
    lines = text.split("\n");
    text = lines.pop() ?? "";
  }
}

/** @param {Socket} socket */
function enter(socket) {
  // Whoever broke off before getting in has no port any more.
  if (!socket.remotePort) return void socket.destroy();
  const who = `socket ${socket.remotePort}`;
  const cutter = lineCutter();
  cutter.next();
  sockets = [...sockets, socket];
  console.log(who, "opened");

  socket.setEncoding("utf8");
  socket.on("data", (text) => {
    for (const line of cutter.next(String(text)).value) {
      for (const other of sockets) {
        if (other !== socket && other.writable) other.write(`${line}\n`);
      }
    }
  });
  socket.on("error", ({ message }) => console.log(who, "failed:", message));
  socket.on("close", () => {
    sockets = sockets.filter((other) => other !== socket);
    console.log(who, "closed");
  });
}

const server = new Server();
const connections = on(server, "connection");
server.listen(8888, "localhost");
try {
  await once(server, "listening");
  console.log("listening");
  for await (const [socket] of connections) enter(socket);
} catch (error) {
  console.error("not listening:", /** @type {Error} */ (error).message);
  process.exitCode = 1;
}
