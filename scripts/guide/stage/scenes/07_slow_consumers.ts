/** Chapter 07: a frozen Ben, and who pays for him. */
import type { Scene } from "../scene.ts";

const SAY = `yes "a line for everyone" | head -c 100000000 | nc -N localhost 8888`;
const MEMORY = "ps -o rss,args -p $(pgrep -f '^node.*chapter.ts')";
/** Waits until Ben's file has not grown for a while. */
const WRITTEN = `until [ "$size" = "$(wc -c < ben.txt)" ]; do size=$(wc -c < ben.txt); sleep 0.3; done`;

/** How much memory it is, the check says: here it depends on garbage, too. */
function sizes(text: string): string {
  return text.replace(/^ *\d{5,7} (?=node)/gm, "N ");
}

/** How much Ben's kernel has taken is its own affair, and where it stops. */
function torn(text: string): string {
  const lines = text.replace(/^\d{6,8} (?=ben)/m, "N ").split("\n");
  const last = lines.pop()?.replace("$", "") ?? "";
  const inside = "a line for everyone".startsWith(last);
  return [...lines, inside ? "a piece of a line" : last].join("\n");
}

export const scene: Scene = {
  needs: ["ps -V", "pgrep -V"],
  async play({ terminal, shows }) {
    const ps = await terminal();
    for (const [number, memory] of [
      ["07", "memory"],
      ["06", "without-limit"],
    ] as const) {
      const server = await terminal();
      server.enter(`npm run chapter -- ${number}`);
      await server.sees("Listening");
      const ben = await terminal();
      ben.enter("nc localhost 8888 > ben.txt");
      await server.sees("joined", 1);
      ben.press("^Z");
      await ben.prompt();
      if (number === "07") shows("frozen", ben);
      ps.fresh();
      await ps.run(MEMORY);
      const ada = await terminal();
      await ada.run(SAY);
      if (number === "07") {
        shows("ada", ada);
        await server.sees("left", 2);
      } else {
        await server.sees("left", 1);
      }
      await ps.run(MEMORY);
      shows(memory, ps);
      if (number === "07") {
        shows("server", server);
        ben.fresh();
        ben.enter("fg");
        await ben.sees("fg\nnc localhost");
        await ps.run(WRITTEN);
        ben.press("Enter");
        await ben.prompt();
        await ben.run("wc -c ben.txt");
        await ben.run("tail -n 2 ben.txt");
        shows("awake", ben);
      }
      server.press("^C");
      await server.prompt();
    }
  },
  chance: {
    memory: sizes,
    "without-limit": sizes,
    awake: torn,
  },
};
