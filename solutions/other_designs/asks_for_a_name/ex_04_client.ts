/**
 * A chat client that asks nothing itself and knows no lines: it is two pipes.
 * What the server sends is printed as it comes, so that a question without a
 * newline shows at once. What is typed is sent as typed, newline included; the
 * terminal hands it over at each Enter.
 */
import { createConnection } from "node:net";
import { stderr, stdin, stdout } from "node:process";

const server = createConnection({ port: 8888, host: "localhost" });

// A pipe stops reading while the other end takes no more. The output is not
// ended with the connection: a program cannot close its own stdout.
server.pipe(stdout, { end: false });
stdin.pipe(server);

server.on("error", (error) => {
  stderr.write(`The connection failed: ${error.message}\n`);
  process.exitCode = 1;
});
server.on("close", () => {
  stderr.write("The connection is closed.\n");
  // Nothing that is typed has anywhere to go any more.
  stdin.destroy();
});
