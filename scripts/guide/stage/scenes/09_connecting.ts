/** Chapter 09: a client that listens. */
import type { Scene } from "../scene.ts";

const CLIENT = "node --import tsx chapters/09_connecting/client.ts; echo $?";
const CONTROL = String.raw`printf 'look: \033[2J\033[31mred\007\n' | nc -N localhost 8888`;
const CUT = `node -e 'net.createServer((s) => { s.write(Buffer.from([103, 114, 195])); setTimeout(() => s.end(Buffer.from([188, 195, 159, 101])), 500); }).listen(8888, "localhost")'`;

export const scene: Scene = {
  async play({ terminal, shows }) {
    const ada = await terminal();
    await ada.run(CLIENT);
    const server = await terminal();
    server.enter("npm run solution:server");
    await server.sees("Listening");
    ada.enter(CLIENT);
    await server.sees("joined", 1);
    const ben = await terminal();
    ben.enter("nc localhost 8888");
    await server.sees("joined", 2);
    ben.enter("hello, Ada");
    await ada.sees("hello, Ada");
    ben.enter("grüß dich");
    await ada.sees("grüß dich");
    ada.enter("can you hear me?");
    await ada.sees("can you hear me?");
    ben.press("^C");
    await server.sees("left", 1);
    await ben.prompt();
    ben.fresh();
    await ben.run(CONTROL);
    shows("control", ben);
    await ada.sees("look:");
    server.press("^C");
    await ada.sees("not found");
    await server.prompt();
    shows("ada", ada);

    server.fresh();
    server.enter(CUT);
    await server.sees("8888");
    shows("cut-server", server);
    await ben.run(
      "until [ $(grep -c ':22B8 .* 0A' /proc/net/tcp) -gt 0 ]; do :; done",
    );
    ada.fresh();
    await ada.run(CLIENT);
    shows("cut", ada);
  },
};
