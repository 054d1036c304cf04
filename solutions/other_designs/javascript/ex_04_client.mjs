/**
 * A chat client in plain JavaScript: one async generator makes lines of any
 * stream, and top-level await runs the same loop on the socket and on stdin.
 */
import { once } from "node:events";
import { connect } from "node:net";

/**
 * Yields the lines of `stream`, the last one also when it lacks its newline.
 *
 * @param {import("node:stream").Readable} stream
 */
async function* linesIn(stream) {
  let begun = "";
  stream.setEncoding("utf8");
  for await (const text of stream) {
    const [first, ...others] = text.split("\n");
    begun += first;
    for (const other of others) {
      yield begun;
      begun = other;
    }
  }
  if (begun !== "") yield begun;
}

/**
 * Writes each line of `from` to `to`.
 *
 * @param {import("node:stream").Readable} from
 * @param {import("node:stream").Writable} to
 */
async function carry(from, to) {
  for await (const line of linesIn(from)) {
    if (!to.write(`${line}\n`)) await once(to, "drain");
  }
}

const socket = connect(8888, "localhost");
try {
  await once(socket, "connect");
  const typing = carry(process.stdin, socket).then(() => socket.end());
  const showing = carry(socket, process.stdout);
  await Promise.race([showing, typing.then(() => showing)]);
  console.error("(the chat is over)");
} catch (error) {
  console.error(`(no chat: ${error})`);
  process.exitCode = 1;
} finally {
  process.stdin.destroy();
}
