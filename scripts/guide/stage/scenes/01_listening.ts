/** Chapter 01: a server that can be reached, and reasons why there is none. */
import type { Scene } from "../scene.ts";

export const scene: Scene = {
  async play({ terminal, shows }) {
    const server = await terminal();
    server.enter("npm run chapter -- 01");
    await server.sees("Listening");
    shows("server", server);

    const ada = await terminal();
    await ada.run("nc -v -d localhost 8888");
    shows("knock", ada);

    const second = await terminal();
    await second.run("npm run chapter -- 01");
    await second.run("echo $?");
    shows("taken", second);
    second.fresh();
    await second.run("PORT=http npm run chapter -- 01");
    await second.run("HOST=nowhere npm run chapter -- 01");
    shows("refused", second);
    second.fresh();
    await second.run(`node -e 'net.createServer().listen(8888, "localhost")'`);
    shows("uncaught", second);

    server.press("^C");
    await server.prompt();
    server.fresh();
    server.enter("HOST=::1 npm run chapter -- 01");
    await server.sees("Listening");
    shows("six", server);
    ada.fresh();
    await ada.run("nc -v -d 127.0.0.1 8888");
    await ada.run("nc -v -d ::1 8888");
    shows("four", ada);
  },
  chance: {
    // How a version of Node prints its own code, and where that stands.
    uncaught: (text) =>
      text
        .replace(/:\d+(:\d+)?(?=\)?$)/gm, ":N")
        .replace(/v[\d.]+$/m, "v")
        .replace(/^ +/gm, ""),
  },
};
