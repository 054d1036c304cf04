/** Chapter 03: who is online, also when a program stands still or is ended. */
import type { Scene } from "../scene.ts";

export const scene: Scene = {
  async play({ terminal, shows }) {
    const server = await terminal();
    server.enter("npm run chapter -- 03");
    await server.sees("Listening");
    const clients = [];
    for (const _ of ["Ada", "Ben", "Cleo"]) {
      const one = await terminal();
      one.enter("nc localhost 8888");
      clients.push(one);
      await server.sees("joined", clients.length);
    }
    const [ada, ben] = clients;
    ben?.press("^C");
    await server.sees("left");
    shows("server", server);

    server.fresh();
    ada?.press("^Z");
    await ada?.prompt();
    await ada?.run("kill -9 %1");
    if (ada) shows("killed", ada);
    await server.sees("left");
    shows("killed-server", server);
  },
};
