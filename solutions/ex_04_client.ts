/**
 * A chat client: shows what the others say and sends what the user types, both
 * at the same time.
 *
 * The protocol: a message is a line of UTF-8 that ends with a newline. Messages
 * alone go to stdout, all else to stderr, so that both can be piped. To see it
 * run, in three terminals, and then from a pipe:
 *
 *     npm run solution:server
 *     npm run solution:client
 *     npm run solution:client
 *     echo "hello, all" | npm run solution:client
 *
 * Exit code 0: the user has left. 1: no server, or the server has gone, or it
 * stands still and words are lost. 130: Ctrl-C. Chapters 09 and 10 build this
 * program.
 */
import { Socket } from "node:net";
import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline";

/** Where the server is: the exercise's address, or the environment's. */
const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";

/**
 * The longest unfinished line that is kept, in characters. What is longer is
 * shown in pieces, so that a server that never sends a newline cannot fill the
 * memory.
 */
const MAX_LINE = 1024 * 1024;

/**
 * How long the client waits for the last answers once its input has ended, in
 * milliseconds since the last of them: a server may never end its direction.
 */
const GRACE = 1000;

/** Why the program will end: unless something else happens, by the server. */
let ending = "The server has closed the connection.";
process.exitCode = 1;

/** True while a prompt, and perhaps a half-typed line, stands on the screen. */
let prompting = false;

const socket = new Socket();
// Decodes across chunks: a character that TCP cut in half is put together.
socket.setEncoding("utf8");

/**
 * The user's side. On a terminal readline keeps the half-typed line, so that it
 * can be drawn again under a message; from a pipe it only cuts lines.
 */
// #region typing
const terminal = stdin.isTTY && stdout.isTTY;
const typing = createInterface(stdin, terminal ? stdout : undefined);
// #endregion typing

/**
 * Returns `text` with its control characters made visible: ESC becomes "␛".
 * As they come, they would let a stranger clear the screen, retitle the window
 * or answer in the user's place. Newlines and tabs are kept.
 */
function harmless(text: string) {
  return text
    .replaceAll("\r\n", "\n")
    .replace(/[^\P{Cc}\t\n]/gu, (c) =>
      c < " " ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : "␡",
    );
}

/**
 * Shows `text`, which is whole lines, newlines included. While the output does
 * not take more, nothing more is read: what waits, waits at the server.
 */
function show(text: string) {
  const output = prompting ? aboveTyped(harmless(text)) : harmless(text);
  if (!stdout.write(output)) {
    socket.pause();
    stdout.once("drain", () => socket.resume());
  }
}

/**
 * Returns what puts `text` in the place of the half-typed line, and that line
 * below it. Printed where the cursor stands, the text would cut the line. ESC 7
 * and ESC 8 leave the cursor where readline believes it to be. A row that is
 * full to the last column needs a character of the next one to begin it.
 */
// #region above
function aboveTyped(text: string) {
  const { line, cursor } = typing;
  const { rows, cols } = typing.getCursorPos();
  const clear = `${rows > 0 ? `\x1b[${rows}A` : ""}\r\x1b[J`;
  const before = typing.getPrompt() + line.slice(0, cursor);
  const next = cols === 0 ? " \r" : "";
  return `${clear}${text}${before}${next}\x1b7${line.slice(cursor)}\x1b8`;
}
// #endregion above

/**
 * Takes a chunk from the server: shows all lines that it completes and keeps
 * what is left over for the next one.
 */
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

/**
 * Sends one line that the user typed. What the server does not take in time
 * stops the input, or a file piped in would end up in memory.
 */
// #region send
function send(line: string) {
  if (!socket.write(`${line}\n`)) typing.pause();
  if (prompting) typing.prompt();
}
// #endregion send

/**
 * Leaves when the input has ended: Ctrl-D, or the end of a file. Only this
 * direction ends, so that answers on their way are still shown.
 */
// #region leave
function leave() {
  if (prompting) stdout.write("\n");
  prompting = false;
  // When the connection has ended first, there is nothing left to end.
  if (socket.destroyed) return;
  end("You have left.", 0);
  socket.end();
  socket.setTimeout(GRACE, () => {
    // It has not taken all of it, and takes no more.
    if (socket.writableLength > 0) {
      end("The server stands still: what you said last is lost.", 1);
    }
    socket.destroy();
  });
}
// #endregion leave

/** Says how the program will end, in place of what was said before. */
function end(sentence: string, code: number) {
  ending = sentence;
  process.exitCode = code;
}

/** Shows what is left and says, in one sentence, why the program ends. */
function finish() {
  typing.close();
  // readline has only paused it: what is typed now would keep the program.
  stdin.destroy();
  // A last line may lack its newline.
  if (tail !== "") show(`${tail}\n`);
  console.error(ending);
}

// The two halves are listeners of one event loop: neither waits for the other.
// A loop that reads a line and then waits for a message would do them in turn.
// #region both
typing.on("line", send);
typing.on("close", leave);
socket.on("drain", () => typing.resume());
socket.on("connect", () => {
  prompting = terminal;
  if (terminal) typing.prompt();
});
// Ctrl-C comes from the terminal as a key, from elsewhere as a signal.
typing.on("SIGINT", () => process.emit("SIGINT"));
process.on("SIGINT", () => {
  end("Interrupted.", 130);
  socket.destroy();
});
// `client | head -1`: nobody is left to show anything to.
stdout.on("error", () => {
  end("The output was closed.", 1);
  socket.destroy();
});
// #endregion both

socket.on("data", receive);
socket.on("error", (error: NodeJS.ErrnoException) => {
  end(`No connection to ${HOST}:${PORT} (${error.code}).`, 1);
});
// The last event of every socket, after a polite end and after an error alike.
socket.on("close", finish);
try {
  // Where localhost is both 127.0.0.1 and ::1, Node tries one, then the other.
  socket.connect(Number(PORT), HOST);
} catch (error) {
  // A port that is no number from 0 to 65535 is refused at once, by Node.
  socket.destroy(error as Error);
}
