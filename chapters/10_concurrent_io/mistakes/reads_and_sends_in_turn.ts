/**
 * Mistake: the client reads the input and the server in turn.
 *
 * What happens: a message is shown only after the user has said something, and
 *   the next line is sent only after a message has come.
 * Why people write it: await makes a conversation out of it: I speak, you
 *   speak; with a server that answers each line it even works.
 * Caught by: parallel
 * Cause: in-turn
 * Loses: client.read, client.send, client.parallel, client.print
 */
import { Socket } from "node:net";
import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline";

const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";
const MAX_LINE = 1024 * 1024;
const GRACE = 1000;

let ending = "The server has closed the connection.";
process.exitCode = 1;

const socket = new Socket();
socket.setEncoding("utf8");

const terminal = stdin.isTTY && stdout.isTTY;
const typing = createInterface(stdin, terminal ? stdout : undefined);
const typed = typing[Symbol.asyncIterator]();
const messages = socket[Symbol.asyncIterator]();

function harmless(text: string) {
  return text
    .replaceAll("\r\n", "\n")
    .replace(/[^\P{Cc}\t\n]/gu, (c) =>
      c < " " ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : "␡",
    );
}

function show(text: string) {
  stdout.write(harmless(text));
}

let tail = "";
function receive(chunk: string) {
  const end = chunk.lastIndexOf("\n") + 1;
  if (end > 0) {
    show(tail + chunk.slice(0, end));
    tail = "";
  }
  tail += chunk.slice(end);
  if (tail.length > MAX_LINE) {
    show(`${tail}\n`);
    tail = "";
  }
}

async function talk() {
  for (;;) {
    if (terminal) typing.prompt();
    const line = await typed.next();
    if (line.done) break;
    socket.write(`${line.value}\n`);
    // The mistake: each of the two waits for the other.
    const message = await messages.next();
    if (message.done) return;
    receive(message.value);
  }
  leave();
  for await (const chunk of messages) receive(chunk);
}

function leave() {
  if (terminal) stdout.write("\n");
  if (socket.destroyed) return;
  end("You have left.", 0);
  socket.end();
  socket.setTimeout(GRACE, () => {
    if (socket.writableLength > 0) {
      end("The server stands still: what you said last is lost.", 1);
    }
    socket.destroy();
  });
}

function end(sentence: string, code: number) {
  ending = sentence;
  process.exitCode = code;
}

function finish() {
  typing.close();
  stdin.destroy();
  if (tail !== "") show(`${tail}\n`);
  console.error(ending);
}

// How it ended, the 'close' listener says.
socket.on("connect", () => talk().catch(() => {}));
typing.on("SIGINT", () => process.emit("SIGINT"));
process.on("SIGINT", () => {
  end("Interrupted.", 130);
  socket.destroy();
});
stdout.on("error", () => {
  end("The output was closed.", 1);
  socket.destroy();
});

socket.on("error", (error: NodeJS.ErrnoException) => {
  end(`No connection to ${HOST}:${PORT} (${error.code}).`, 1);
});
socket.on("close", finish);
try {
  socket.connect(Number(PORT), HOST);
} catch (error) {
  socket.destroy(error as Error);
}
