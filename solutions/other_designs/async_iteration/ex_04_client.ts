/**
 * A chat client by async iteration: one async function reads the socket, one
 * reads the keyboard, and `Promise.all` runs the two side by side.
 */
import { once } from "node:events";
import * as net from "node:net";
import * as readline from "node:readline";

const typed = readline.createInterface({ input: process.stdin });

/** Prints what the server sends, as it comes, until the server has gone. */
async function showMessages(server: net.Socket): Promise<void> {
  try {
    for await (const chunk of server) {
      // Who prints slower than the server talks waits for the output.
      if (!process.stdout.write(chunk)) await once(process.stdout, "drain");
    }
    console.error("The server has gone.");
  } finally {
    typed.close();
  }
}

/** Sends what is typed, line by line, until the input ends. */
async function sendTyped(server: net.Socket): Promise<void> {
  for await (const line of typed) {
    if (server.writable) server.write(`${line}\n`);
  }
  server.end();
}

const server = net.connect({ host: "localhost", port: 8888 });
server.on("error", () => {});
try {
  await Promise.all([showMessages(server), sendTyped(server)]);
} catch (error) {
  console.error(`Connection lost: ${(error as NodeJS.ErrnoException).code}`);
  process.exitCode = 1;
}
