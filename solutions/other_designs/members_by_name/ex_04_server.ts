/**
 * A chat server with members. Who connects is a guest, and is asked for a name;
 * whoever has told one that is free is a member. Members alone are printed, and
 * they alone hear and speak: a guest who says nothing is nobody yet.
 */
import { createServer, type Socket } from "node:net";

const members = new Map<string, Socket>();

/** Sends a line to every member but one. */
function tell(text: string, except: string): void {
  for (const [name, socket] of members) {
    if (name !== except && socket.writable) socket.write(`${text}\n`);
  }
}

/** Makes a member of a guest, and returns its name; none if it is taken. */
function admit(socket: Socket, answer: string): string | undefined {
  const name = answer.trim();
  if (name === "" || members.has(name)) {
    socket.write("That name is taken, or none. Another one? ");
    return undefined;
  }
  members.set(name, socket);
  console.log(`${name} has joined`);
  return name;
}

const server = createServer((socket) => {
  let name: string | undefined;
  let typing = "";
  socket.write("Your name? ");
  socket.setEncoding("utf8");
  socket.on("data", (text) => {
    const lines = `${typing}${text}`.split("\n");
    typing = lines.pop() ?? "";
    for (const line of lines) {
      if (name === undefined) name = admit(socket, line);
      else tell(`${name}: ${line}`, name);
    }
  });
  socket.on("error", (error) => console.log(`A client: ${error.message}`));
  socket.on("close", () => {
    if (name === undefined) return;
    members.delete(name);
    console.log(`${name} has left`);
  });
});

server.on("error", (error) => {
  console.error(`No chat: ${error.message}`);
  process.exitCode = 1;
});
server.listen(8888, "localhost");
