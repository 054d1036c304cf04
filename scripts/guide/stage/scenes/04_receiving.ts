/** Chapter 04: lines in whatever pieces they come. */
import { opening } from "../opening.ts";
import type { Scene } from "../scene.ts";

const COUNTING = `node -e 'net.createServer((socket) => socket.on("data", (chunk) => console.log(chunk.length))).listen(8888, "localhost")'`;
const HUNDRED = `node -e 'net.connect(8888, "localhost", function () { for (let n = 0; n < 100; n++) this.write("hello\\n"); })'`;
const ONCE = `node -e 'net.connect(8888, "localhost", function () { this.end("x".repeat(300_000)); })'`;

function total(lines: readonly string[]): number {
  return lines.map(Number).reduce((all, one) => all + one, 0);
}

/** How the bytes are cut is chance; their sum is not. */
function sum(text: string): string {
  return `${total(text.trim().split("\n"))} bytes`;
}

export const scene: Scene = {
  async play(stage) {
    const { terminal, shows } = stage;
    const [server, ada, ben] = await opening(stage, "04", "Ada", "Ben");
    ada.enter("hello");
    await server.sees("hello");
    ben.enter("grüß dich, Ada");
    await server.sees("dich, Ada");
    shows("server", server);

    server.fresh();
    ada.type("half a line, ");
    ada.press("^D");
    await ada.sees("half a line,");
    ben.enter("my turn");
    await server.sees("my turn");
    ada.enter("the rest of it");
    await server.sees("rest of it");
    shows("halves", server);

    server.fresh();
    ada.press("^C");
    await server.sees("left");
    server.fresh();
    const pieces = await terminal();
    pieces.enter(
      String.raw`(printf 'one\ntwo\nthr'; sleep 1; printf 'ee\n') | nc localhost 8888`,
    );
    await server.sees("three");
    pieces.press("^C");
    await server.sees("left");
    await pieces.prompt();
    pieces.enter(
      String.raw`(printf 'gr\303'; sleep 1; printf '\274n\r\n') | nc localhost 8888`,
    );
    await server.sees("grün");
    shows("pieces-server", server);
    pieces.press("^C");
    await server.sees("left", 2);
    await pieces.prompt();
    shows("pieces", pieces);

    server.fresh();
    pieces.fresh();
    await pieces.run("head -c 2000000 /dev/zero | nc localhost 8888");
    shows("endless", pieces);
    await server.sees("left");
    shows("endless-server", server);

    server.press("^C");
    await server.prompt();
    const counting = await terminal();
    const other = await terminal();
    counting.enter(COUNTING);
    await counting.sees("8888");
    shows("counting", counting);
    await other.run(`until nc -z localhost 8888; do :; done`);
    counting.fresh();
    other.fresh();
    other.enter(HUNDRED);
    await counting.shows("600 bytes", (lines) => total(lines) === 600);
    other.press("^C");
    await other.prompt();
    await other.run(ONCE);
    shows("writers", other);
    await counting.shows("all bytes", (lines) => total(lines) === 300_600);
    shows("chunks", counting);
  },
  chance: { chunks: sum },
};
