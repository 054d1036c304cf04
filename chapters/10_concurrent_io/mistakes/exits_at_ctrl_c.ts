/**
 * Mistake: at Ctrl-C the program exits with code 0, and without a word.
 *
 * What happens: a script that started it takes it for a success, and the
 *   prompt of the shell stands behind the half-typed line.
 * Why people write it: Ctrl-C is how one leaves, and exit() is how one ends.
 * Caught by: ctrl-c
 * Cause: ends-without-reason
 * Loses: nothing graded
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

let prompting = false;

const socket = new Socket();
socket.setEncoding("utf8");

const terminal = stdin.isTTY && stdout.isTTY;
const typing = createInterface(stdin, terminal ? stdout : undefined);

function harmless(text: string) {
  return text
    .replaceAll("\r\n", "\n")
    .replace(/[^\P{Cc}\t\n]/gu, (c) =>
      c < " " ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : "␡",
    );
}

function show(text: string) {
  const output = prompting ? aboveTyped(harmless(text)) : harmless(text);
  if (!stdout.write(output)) {
    socket.pause();
    stdout.once("drain", () => socket.resume());
  }
}

function aboveTyped(text: string) {
  const { line, cursor } = typing;
  const { rows, cols } = typing.getCursorPos();
  const clear = `${rows > 0 ? `\x1b[${rows}A` : ""}\r\x1b[J`;
  const before = typing.getPrompt() + line.slice(0, cursor);
  const next = cols === 0 ? " \r" : "";
  return `${clear}${text}${before}${next}\x1b7${line.slice(cursor)}\x1b8`;
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

function send(line: string) {
  if (!socket.write(`${line}\n`)) typing.pause();
  if (prompting) typing.prompt();
}

function leave() {
  if (prompting) stdout.write("\n");
  prompting = false;
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

typing.on("line", send);
typing.on("close", leave);
socket.on("drain", () => typing.resume());
socket.on("connect", () => {
  prompting = terminal;
  if (terminal) typing.prompt();
});
// The mistake: no sentence, and an exit code that says all is well.
typing.on("SIGINT", () => process.exit(0));
process.on("SIGINT", () => {
  end("Interrupted.", 130);
  socket.destroy();
});
stdout.on("error", () => {
  end("The output was closed.", 1);
  socket.destroy();
});

socket.on("data", receive);
socket.on("error", (error: NodeJS.ErrnoException) => {
  end(`No connection to ${HOST}:${PORT} (${error.code}).`, 1);
});
socket.on("close", finish);
try {
  socket.connect(Number(PORT), HOST);
} catch (error) {
  socket.destroy(error as Error);
}
