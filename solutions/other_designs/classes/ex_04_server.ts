/**
 * A chat server in two classes: a Session turns the chunks of one client into
 * lines, the ChatServer knows who is there and who hears what.
 */
import { createServer, type Server, type Socket } from "node:net";
import { StringDecoder } from "node:string_decoder";

/** One client, from its coming to its going. */
class Session {
  readonly name: string;
  readonly #socket: Socket;
  readonly #decoder = new StringDecoder("utf8");
  #unfinished = "";

  constructor(name: string, socket: Socket) {
    this.name = name;
    this.#socket = socket;
  }

  /** Calls back with each whole line, and once when the client is gone. */
  start(onLine: (line: string) => void, onGone: () => void): void {
    this.#socket.on("data", (chunk) => {
      const lines = this.#take(chunk);
      for (const line of lines) onLine(line);
    });
    this.#socket.on("error", (error) => console.warn(this.name, error.message));
    this.#socket.on("close", onGone);
  }

  tell(line: string): void {
    if (this.#socket.writable) this.#socket.write(`${line}\n`);
  }

  #take(chunk: Buffer): string[] {
    this.#unfinished += this.#decoder.write(chunk);
    const lines = this.#unfinished.split("\n");
    this.#unfinished = lines.pop() ?? "";
    return lines;
  }
}

class ChatServer {
  readonly #sessions: Set<Session> = new Set();
  readonly #server: Server = createServer((socket) => this.#welcome(socket));
  #count = 0;

  listen(port: number, host: string): void {
    this.#server.on("error", (error) => {
      console.error(`Cannot start: ${error.message}`);
      process.exitCode = 1;
    });
    this.#server.listen(port, host, () => console.log("The chat is open."));
  }

  #welcome(socket: Socket): void {
    const session = new Session(`session ${++this.#count}`, socket);
    this.#sessions.add(session);
    console.log(`${session.name} begins`);
    session.start(
      (line) => this.#broadcast(line, session),
      () => this.#forget(session),
    );
  }

  #broadcast(line: string, from: Session): void {
    for (const session of this.#sessions) {
      if (session !== from) session.tell(line);
    }
  }

  #forget(session: Session): void {
    this.#sessions.delete(session);
    console.log(`${session.name} ends`);
  }
}

new ChatServer().listen(8888, "localhost");
