/** Chapter 10: two who read and write at once, and three who do not. */
import type { Scene } from "../scene.ts";

const MISTAKES = "chapters/10_concurrent_io/mistakes";
const THINKING = `node -e 'net.createServer({ allowHalfOpen: true }, (s) => s.on("data", (d) => setTimeout(() => s.end(\`you said \${d}\`), 500))).listen(8888, "localhost")'`;

export const scene: Scene = {
  async play({ terminal, shows }) {
    const server = await terminal();
    server.enter("npm run solution:server");
    await server.sees("Listening");
    const ada = await terminal();
    ada.enter("npm run solution:client");
    await server.sees("joined", 1);
    await ada.sees("\n>");
    const ben = await terminal();
    ben.enter("npm run solution:client");
    await server.sees("joined", 2);
    await ben.sees("\n>");
    ada.enter("hello, Ben");
    await ben.sees("hello, Ben");
    ben.enter("hello, Ada");
    await ada.sees("hello, Ada");
    ada.type("I am in the mid");
    await ada.sees("in the mid");
    shows("ada", ada);
    ben.enter("do not wait for me");
    await ada.sees("do not wait for me");
    await ada.sees("in the mid");
    ada.enter("dle of a line");
    await ben.sees("of a line");
    ada.press("^D");
    await ada.prompt();
    shows("ada-later", ada);
    ben.press("^C");
    await ben.prompt();
    await ben.run("echo $?");
    shows("ben", ben);

    ada.fresh();
    ada.enter(`node --import tsx ${MISTAKES}/reads_and_sends_in_turn.ts`);
    await server.sees("joined", 3);
    await ada.sees("\n>");
    ben.fresh();
    ben.enter("nc localhost 8888");
    await server.sees("joined", 4);
    // She hears what Ada's kernel has: the server sends to Ada first.
    const cleo = await terminal();
    cleo.enter("nc localhost 8888");
    await server.sees("joined", 5);
    ben.enter("Ada, are you there?");
    ben.enter("Ada?");
    await cleo.sees("Ada?");
    shows("in-turn", ada);
    ada.fresh();
    ada.enter("yes");
    await ada.sees("Ada?");
    await ada.sees("Ada?\n>");
    shows("in-turn-later", ada);
    ada.press("^C");
    await ada.prompt();

    ada.fresh();
    ada.enter(`node --import tsx ${MISTAKES}/prints_over_typed_line.ts`);
    await server.sees("joined", 6);
    await ada.sees("\n>");
    ada.type("I am in the mid");
    await ada.sees("in the mid");
    ben.enter("do not wait for me");
    await ada.sees("do not wait for me");
    ada.type("dle");
    await ada.sees("\ndle");
    shows("torn", ada);
    ada.press("^C");
    await ada.prompt();
    server.press("^C");
    await server.prompt();

    server.fresh();
    server.enter(THINKING);
    await server.sees("8888");
    shows("thinking", server);
    const asks = await terminal();
    await asks.run(
      "until [ $(grep -c ':22B8 .* 0A' /proc/net/tcp) -gt 0 ]; do :; done",
    );
    asks.fresh();
    await asks.run(
      "echo hello | node --import tsx solutions/ex_04_client.ts; echo $?",
    );
    await asks.run(
      `echo hello | node --import tsx ${MISTAKES}/ends_at_end_of_input.ts; echo $?`,
    );
    shows("asks", asks);
  },
};
