/**
 * A chat client that colours the prefix of a message: "[guest 3]" is cyan, a
 * notice is dim, and a line with neither has a grey arrow before it.
 */
import { createConnection } from "node:net";
import { createInterface } from "node:readline";

const COLOURS = { cyan: 36, dim: 2, grey: 90 };

function paint(colour: keyof typeof COLOURS, text: string): string {
  return `\x1b[${COLOURS[colour]}m${text}\x1b[0m`;
}

/** Returns `line` with its prefix in colour; the message stays as it is. */
function decorate(line: string): string {
  const [prefix] = /^\[guest \d+\]/.exec(line) ?? [];
  if (prefix) return paint("cyan", prefix) + line.slice(prefix.length);
  if (line.startsWith("* ")) return paint("dim", line);
  return `${paint("grey", "»")} ${line}`;
}

const connection = createConnection(8888, "localhost");
connection.setEncoding("utf8");
let begun = "";
connection.on("data", (text) => {
  const lines = (begun + text).split("\n");
  begun = lines.pop() ?? "";
  for (const line of lines) console.log(decorate(line));
});

const input = createInterface({ input: process.stdin });
input.on("line", (line) => {
  if (connection.writable) connection.write(`${line}\n`);
});
input.on("close", () => connection.end());

connection.on("error", ({ message }) => {
  console.error(paint("dim", `Not connected: ${message}`));
  process.exitCode = 1;
});
connection.on("close", () => {
  if (begun) console.log(decorate(begun));
  input.close();
});
