/**
 * A chat server that asks for a name: "Your name? " is the first thing that a
 * client reads, and the first line that it sends is the answer. All that it
 * says from then on goes to the others as "name: message".
 */
import { createServer, type Socket } from "node:net";

/** A client. Without a name, it has not answered yet; it hears all the same. */
interface Client {
  readonly socket: Socket;
  name?: string;
}

const clients = new Set<Client>();

/** Makes of one line what it is: the answer, or a message. */
function handle(client: Client, line: string): void {
  if (client.name === undefined) {
    client.name = line.trim() || "nobody";
    console.log(`port ${client.socket.remotePort} is ${client.name}`);
    return;
  }
  for (const other of clients) {
    if (other === client || !other.socket.writable) continue;
    other.socket.write(`${client.name}: ${line}\n`);
  }
}

const server = createServer((socket) => {
  const client: Client = { socket };
  // A client that is gone before it gets in has lost its port.
  const port = socket.remotePort ?? "unknown";
  clients.add(client);
  console.log(`port ${port} has connected`);
  socket.write("Your name? ");

  let typing = "";
  socket.setEncoding("utf8");
  socket.on("data", (text) => {
    typing += text;
    for (;;) {
      const end = typing.indexOf("\n");
      if (end === -1) return;
      handle(client, typing.slice(0, end));
      typing = typing.slice(end + 1);
    }
  });
  socket.on("error", (error) => console.log(`port ${port}: ${error.message}`));
  socket.on("close", () => {
    clients.delete(client);
    console.log(`${client.name ?? `port ${port}`} has disconnected`);
  });
});

server.on("error", (error) => {
  console.error(`No chat: ${error.message}`);
  process.exit(1);
});
server.listen(8888, "localhost", () => console.log("Chat on localhost:8888"));
