/**
 * A chat server on both of localhost's addresses: two listening sockets, one
 * for 127.0.0.1 and one for ::1, and one set of clients that they share. A
 * machine without IPv6 has the first one only.
 */
import { createServer, type Socket } from "node:net";

const PORT = 8888;
const clients = new Set<Socket>();

function welcome(client: Socket): void {
  const { remoteFamily, remoteAddress, remotePort } = client;
  // A client that was reset before it got in has lost its address.
  const label = remoteAddress
    ? `${remoteFamily} [${remoteAddress}]:${remotePort}`
    : "somebody who is gone already";
  clients.add(client);
  console.log(`in:  ${label}`);

  let line = "";
  client.setEncoding("utf8");
  client.on("data", (text) => {
    // The newline stays with its line, so that it goes out as it came.
    for (const piece of text.toString().split(/(?<=\n)/)) {
      line += piece;
      if (!line.endsWith("\n")) continue;
      toOthers(client, line);
      line = "";
    }
  });
  client.on("error", (error) => console.log(`bad: ${label}, ${error.message}`));
  client.on("close", () => {
    clients.delete(client);
    console.log(`out: ${label}`);
  });
}

/** Whether a client came by IPv4 or by IPv6 makes no difference here. */
function toOthers(speaker: Socket, line: string): void {
  for (const client of clients) {
    if (client !== speaker && client.writable) client.write(line);
  }
}

function listen(host: string, isOptional: boolean): void {
  const server = createServer(welcome);
  server.on("listening", () => console.log(`open on ${host}`));
  server.on("error", (error: NodeJS.ErrnoException) => {
    const { code = "" } = error;
    if (isOptional && /^(EADDRNOTAVAIL|EAFNOSUPPORT)$/.test(code)) return;
    console.error(`not open on ${host}: ${error.message}`);
    process.exit(1);
  });
  server.listen({ port: PORT, host });
}

listen("127.0.0.1", false);
listen("::1", true);
