/**
 * Chapter 09, connecting: a chat client that shows what the others say.
 *
 * It cannot speak yet; chapter 10 reads what the user types. To see it run, in
 * three terminals:
 *
 *     npm run solution:server
 *     npm run chapter -- 09
 *     nc localhost 8888
 */
import { Socket } from "node:net";
import { stdout } from "node:process";

/** Where the server is: the exercise's address, or the environment's. */
const PORT = process.env.PORT || "8888";
const HOST = process.env.HOST || "localhost";

/**
 * The longest unfinished line that is kept, in characters. What is longer is
 * shown in pieces, so that a server that never sends a newline cannot fill the
 * memory.
 */
const MAX_LINE = 1024 * 1024;

/** Why the program will end: unless something else happens, by the server. */
let ending = "The server has closed the connection.";
process.exitCode = 1;

const socket = new Socket();
// Decodes across chunks: a character that TCP cut in half is put together.
socket.setEncoding("utf8");

/**
 * Returns `text` with its control characters made visible: ESC becomes "␛".
 * As they come, they would let a stranger clear the screen, retitle the window
 * or answer in the user's place. Newlines and tabs are kept.
 */
// #region harmless
function harmless(text: string) {
  return text
    .replaceAll("\r\n", "\n")
    .replace(/[^\P{Cc}\t\n]/gu, (c) =>
      c < " " ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : "␡",
    );
}
// #endregion harmless

/**
 * Shows `text`, which is whole lines, newlines included. While the output does
 * not take more, nothing more is read: what waits, waits at the server.
 */
// #region show
function show(text: string) {
  if (!stdout.write(harmless(text))) {
    socket.pause();
    stdout.once("drain", () => socket.resume());
  }
}
// #endregion show

/**
 * Takes a chunk from the server: shows all lines that it completes and keeps
 * what is left over for the next one.
 */
// #region receive
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
// #endregion receive

/** Shows what is left and says, in one sentence, why the program ends. */
// #region finish
function finish() {
  // A last line may lack its newline.
  if (tail !== "") show(`${tail}\n`);
  console.error(ending);
}
// #endregion finish

// #region connect
socket.on("data", receive);
socket.on("error", (error: NodeJS.ErrnoException) => {
  ending = `No connection to ${HOST}:${PORT} (${error.code}).`;
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
// #endregion connect
