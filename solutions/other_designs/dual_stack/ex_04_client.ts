/**
 * A chat client that knows both of localhost's addresses and tries them by
 * itself, one after the other, until a server answers.
 */
import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { createInterface } from "node:readline";

const ADDRESSES = ["::1", "127.0.0.1"];

/** Returns a connection to the first address that answers. */
async function findServer(port: number): Promise<Socket> {
  const refusals: string[] = [];
  for (const host of ADDRESSES) {
    const socket = createConnection({ port, host });
    try {
      // Rejects when 'error' comes first.
      await once(socket, "connect");
      return socket;
    } catch (error) {
      refusals.push((error as Error).message);
    }
  }
  throw new Error(refusals.join("; "));
}

function talk(socket: Socket): void {
  const keys = createInterface({ input: process.stdin });
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (text) => {
    rest += text;
    const end = rest.lastIndexOf("\n") + 1;
    process.stdout.write(rest.slice(0, end));
    rest = rest.slice(end);
  });
  socket.on("error", (error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
  socket.on("close", () => {
    process.stdout.write(rest);
    keys.close();
  });
  keys.on("line", (line) => {
    if (socket.writable) socket.write(`${line}\n`);
  });
  keys.on("close", () => socket.end());
}

try {
  talk(await findServer(8888));
} catch (error) {
  console.error(`Nobody answers: ${(error as Error).message}`);
  process.exitCode = 1;
}
