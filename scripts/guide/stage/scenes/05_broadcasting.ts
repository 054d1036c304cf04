/** Chapter 05: who hears a line, and what a half-typed one looks like. */
import { opening } from "../opening.ts";
import type { Scene } from "../scene.ts";

export const scene: Scene = {
  async play(stage) {
    const { terminal, shows } = stage;
    const [server, ada, ben] = await opening(stage, "05", "Ada", "Ben");
    ada.enter("hello, Ben");
    await ben.sees("hello, Ben");
    ben.enter("hello, Ada");
    await ada.sees("hello, Ada");
    const cleo = await terminal();
    cleo.enter("nc localhost 8888");
    await server.sees("joined", 3);
    cleo.enter("am I late?");
    await ada.sees("am I late?");
    await ben.sees("am I late?");
    ben.enter("you missed nothing");
    await ada.sees("nothing");
    await cleo.sees("nothing");
    shows("ada", ada);
    shows("cleo", cleo);

    ada.fresh();
    cleo.fresh();
    cleo.type("half a line, ");
    cleo.press("^D");
    await cleo.sees("half a line,");
    ada.enter("where is Ben?");
    await cleo.sees("where is Ben?");
    cleo.enter("and the rest");
    await ada.sees("and the rest");
    shows("half-cleo", cleo);
    shows("half-ada", ada);
  },
};
