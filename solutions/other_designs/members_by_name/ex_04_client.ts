/**
 * A chat client that asks for a name before it does anything else: it is
 * connected, and neither reads nor sends until its user has answered.
 */
import { createConnection } from "node:net";
import { createInterface } from "node:readline";

const server = createConnection({ port: 8888, host: "localhost" });
const keyboard = createInterface({ input: process.stdin });

/** Starts both directions, once there is a name. */
function begin(name: string): void {
  server.write(`${name}\n`);
  server.setEncoding("utf8");
  server.on("data", (text) => process.stdout.write(text));
  keyboard.on("line", (line) => server.write(`${line}\n`));
}

console.log("Your name?");
keyboard.once("line", begin);
keyboard.on("close", () => server.end());
server.on("error", (error) => console.error(`No chat: ${error.message}`));
server.on("close", () => process.exit());
