/** A room with the client under check: the checker is the server. */
import type { Socket } from "node:net";
import { isNodeProgram } from "./launch.ts";
import { Localhost } from "./localhost.ts";
import { Participant } from "./participant.ts";
import type { Options } from "./process.ts";
import { PORT, Room } from "./room.ts";

/** How long a first line may go unanswered before another is typed, in ms. */
const GREETING = 400;

export class ClientRoom extends Room {
  protected readonly role = "client";
  #localhost: Localhost | undefined;
  readonly #accepted: Socket[] = [];

  /**
   * Listens as the server, on both families of localhost, and starts the
   * client. Nothing is waited for; `accepts` does that.
   *
   * @throws {Error} with a sentence, when the port is taken
   */
  async open(
    options: Partial<Omit<Options, "program" | "role" | "port">> = {},
  ): Promise<void> {
    await this.start({ ...options, port: await this.listen() });
  }

  /** Starts the client where nobody listens. */
  async openAlone(): Promise<void> {
    const port = await this.listen();
    this.stopListening();
    await this.start({ port });
  }

  /** Listens on both families of localhost; resolves to the port. */
  async listen(): Promise<number> {
    const port = isNodeProgram(this.setup.program) ? 0 : PORT;
    this.#localhost = await Localhost.listen(port, (socket) => {
      socket.on("error", () => {});
      this.#accepted.push(socket);
      this.transcript.add({ kind: "join", who: "client" });
    });
    return this.#localhost.port;
  }

  /** Stops listening; connections stay. */
  stopListening(): void {
    this.#localhost?.close();
  }

  /**
   * Waits for the client's connection. Returns the server's end of it.
   *
   * @throws {Failure} when the client does not connect before the deadline
   */
  async accepts(): Promise<Participant> {
    await this.transcript.until(() => this.#accepted.length > 0, {
      what: `the client to connect to localhost:${PORT}`,
      step: "connects",
    });
    const socket = this.#accepted.shift() as Socket;
    socket.removeAllListeners("error");
    const server = new Participant("server", "client", socket, this.transcript);
    this.present.push(server);
    return server;
  }

  /**
   * Types lines until one of them arrives: a client may take its first line for
   * a name. These lines are not judged.
   *
   * @throws {Failure} when none arrives before the deadline
   */
  async warmUp(server: Participant): Promise<void> {
    const end = performance.now() + this.setup.deadline;
    for (let limit = GREETING; ; limit *= 2) {
      const line = this.line();
      this.types(line);
      try {
        await server.hears(line, limit);
        return;
      } catch (failure) {
        if (performance.now() > end || this.transcript.exit) throw failure;
      }
    }
  }

  /** Types a line, and Enter. */
  types(line: string): void {
    this.program.type(`${line}\n`);
  }

  override async close(): Promise<void> {
    await super.close();
    for (const socket of this.#accepted.splice(0)) socket.destroy();
    this.stopListening();
  }
}
