/**
 * A chat client that speaks CRLF: it ends what it sends with `\r\n` and takes
 * the `\r` off what it gets. Lines are cut from bytes, then decoded whole.
 */
import { connect } from "node:net";
import { createInterface } from "node:readline";

let bytes = Buffer.alloc(0);

/** Prints each line that `chunk` completes. */
function print(chunk: Buffer): void {
  bytes = Buffer.concat([bytes, chunk]);
  let begin = 0;
  for (;;) {
    const end = bytes.indexOf("\n", begin);
    if (end < 0) break;
    const line = bytes.toString("utf8", begin, end);
    process.stdout.write(`${line.replace(/\r$/, "")}\n`);
    begin = end + 1;
  }
  bytes = bytes.subarray(begin);
}

const peer = connect({ host: "localhost", port: 8888 });
const typed = createInterface({ input: process.stdin, crlfDelay: Infinity });

peer.on("data", print);
peer.on("error", (error) => {
  process.stderr.write(`no connection: ${error.message}\n`);
  process.exitCode = 1;
});
peer.on("close", () => {
  // The last line may lack its end.
  if (bytes.length > 0) print(Buffer.from("\r\n"));
  typed.close();
});
typed.on("line", (line) => {
  if (peer.writable) peer.write(`${line}\r\n`);
});
typed.on("close", () => peer.end());
