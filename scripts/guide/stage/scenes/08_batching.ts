/** Chapter 08: what the server asks of the kernel, seen by strace. */
import type { Scene } from "../scene.ts";

const watch = (number: string) =>
  `strace -f -qq -e trace=write,writev -p $(pgrep -nf 'chapter.ts ${number}') 2>&1 | grep --line-buffered -e Ada -e Ben`;

/**
 * Who is read first, Ada or Ben, is the kernel's affair, as are the numbers of
 * processes and sockets: what is left is which writes there are.
 */
function writes(text: string): string {
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => {
      const call = line
        .replace(/^\[pid +\d+\] (writev?)\(\d+/, "$1(socket")
        // Another thread did something before this call was over.
        .replace(/ <unfinished \.\.\.>$/, ") = 16");
      const parts = call.match(/\{.*?\}/g)?.sort() ?? [];
      return call.replace(/\{.*?\}/g, () => parts.shift() ?? "");
    });
  return lines.sort().join("\n");
}

/** How often Ada asks, at most, before she is seen. */
const TRIES = 500;

export const scene: Scene = {
  needs: ["pgrep -V", "strace -qq -e trace=none true"],
  async play({ terminal, shows }) {
    for (const [number, block] of [
      ["07", "one-by-one"],
      ["08", "together"],
    ] as const) {
      const server = await terminal();
      server.enter(`npm run chapter -- ${number}`);
      await server.sees("Listening");
      const clients = [];
      for (const _ of ["Ada", "Ben", "Cleo"]) {
        const one = await terminal();
        one.enter("nc localhost 8888");
        clients.push(one);
        await server.sees("joined", clients.length);
      }
      const strace = await terminal();
      strace.enter(watch(number));
      await strace.sees("-e Ben");
      if (number === "07") shows("strace", strace);
      // Nothing tells when strace has begun to watch, but that it does.
      const [ada, ben, cleo] = clients;
      strace.fresh();
      for (let tries = 1; tries <= TRIES; tries++) {
        ada?.enter("Ada?");
        await cleo?.sees("Ada?", tries);
        await ben?.sees("Ada?", tries);
        if (strace.lines().join("").includes(`Ada?\\n", 5) = 5`)) break;
      }
      await strace.sees("Ada?", 2);
      // Nothing shows that both lines have arrived before the server goes on.
      for (let tries = 1; tries <= TRIES; tries++) {
        strace.fresh();
        server.press("^Z");
        await server.prompt();
        ada?.enter("a line from Ada");
        await ada?.sees("a line from Ada", tries);
        ben?.enter("a line from Ben");
        await ben?.sees("a line from Ben", tries);
        server.enter("fg");
        await cleo?.sees("a line from Ben", tries);
        await strace.shows(
          "what all have heard",
          (lines) => lines.join("").split("a line from").length === 5,
        );
        const together = strace.lines().join("").includes("writev(");
        if (together || number === "07") break;
      }
      shows(block, strace, (line) => !line.includes("Ada?"));
      server.press("^C");
      await server.prompt();
    }
  },
  chance: { "one-by-one": writes, together: writes },
};
