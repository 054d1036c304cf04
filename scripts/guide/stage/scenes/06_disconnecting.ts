/** Chapter 06: the ways to go, and a server that has to. */
import { opening } from "../opening.ts";
import type { Scene } from "../scene.ts";

export const scene: Scene = {
  async play(stage) {
    const { terminal, shows } = stage;
    const [server, ada, ben] = await opening(stage, "06", "Ada", "Ben");
    ben.enter("hello, Ada");
    await ada.sees("hello, Ada");
    ben.press("^C");
    await server.sees("left", 1);
    await ben.prompt();
    await ben.run(`echo "one thing more" | nc -N localhost 8888`);
    await server.sees("left", 2);
    await ada.sees("one thing more");
    ben.enter("nc -N localhost 8888");
    await server.sees("joined", 4);
    ada.enter("last words");
    await ben.sees("last words");
    ben.press("^D");
    await server.sees("left", 3);
    await ben.prompt();
    ben.enter("nc localhost 8888");
    await server.sees("joined", 5);
    server.press("^C");
    await server.prompt();
    shows("server", server);
    shows("ben", ben);
    shows("ada", ada);

    server.fresh();
    server.enter("npm run chapter -- 06");
    await server.sees("Listening");
    const chatty = await terminal();
    chatty.enter(
      "while sleep 0.3; do echo hi; done | nc localhost 8888 >/dev/null",
    );
    await server.sees("joined");
    server.press("^C");
    await server.sees("closing");
    server.press("^C");
    await server.prompt();
    await server.run("echo $?");
    shows("twice", server);
  },
  chance: {
    // Both are cut off after the same second: either may be the first.
    server: (text) =>
      text.replace(/(?<=closing.*)127\.0\.0\.1:\d+/gs, "somebody"),
  },
};
