/** Chapter 02: two clients at once, a server that stands still, a reset. */
import { opening } from "../opening.ts";
import type { Scene } from "../scene.ts";

const RESET = `node -e 'net.connect(8888, "localhost", function () { setTimeout(() => this.resetAndDestroy(), 300); })'`;

export const scene: Scene = {
  async play(stage) {
    const { shows } = stage;
    const [server, ada, ben] = await opening(stage, "02", "Ada", "Ben");
    ada.enter("is anybody here?");
    await ada.sees("is anybody here?");
    ben.press("^C");
    await server.sees("left", 1);
    ada.press("^C");
    await server.sees("left", 2);
    await ada.prompt();
    shows("ada", ada);
    shows("server", server);

    server.fresh();
    server.press("^Z");
    await server.prompt();
    ada.fresh();
    ada.enter("nc -v localhost 8888");
    await ada.sees("succeeded");
    ada.enter("can you hear me?");
    await ada.sees("can you hear me?");
    shows("stopped-ada", ada);
    server.enter("fg");
    await server.sees("joined");
    ada.press("^C");
    await server.sees("left");
    await ada.prompt();
    shows("stopped-server", server);

    server.fresh();
    ada.fresh();
    await ada.run(RESET);
    shows("reset-client", ada);
    await server.sees("left");
    shows("reset-server", server);
  },
};
