/** Chapter 03: who is online, also when a program stands still or is ended. */
import { opening } from "../opening.ts";
import type { Scene } from "../scene.ts";

export const scene: Scene = {
  async play(stage) {
    const { shows } = stage;
    const people = ["Ada", "Ben", "Cleo"] as const;
    const [server, ada, ben] = await opening(stage, "03", ...people);
    ben.press("^C");
    await server.sees("left");
    shows("server", server);

    server.fresh();
    ada.press("^Z");
    await ada.prompt();
    await ada.run("kill -9 %1");
    shows("killed", ada);
    await server.sees("left");
    shows("killed-server", server);
  },
};
