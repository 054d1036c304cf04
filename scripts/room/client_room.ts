/** A room with the client under check: the checker is the server. */
import type { Socket } from "node:net";
import { isNodeProgram } from "./launch.ts";
import { Localhost } from "./localhost.ts";
import { Participant } from "./participant.ts";
import type { Options } from "./process.ts";
import { PORT, Room } from "./room.ts";
import { Screen } from "./screen.ts";
import type { Size } from "./transport.ts";

/** How long a message may take before it counts as not printed, in ms. */
const PRINTED = 800;

/** More than any kernel keeps for a client that does not read, in bytes. */
const BEYOND_KERNEL = 16 * 1024 * 1024;
/** How often it is looked if the input stands still, in milliseconds. */
const STANDS = 100;
/** How many times in a row nothing must have changed. */
const STOOD = 4;

/** How long the answer to a client's question may take to arrive, in ms. */
const ANSWERED = 2000;

/** A terminal on which nothing is wrapped. */
const WIDE = { columns: 400, rows: 50 };

/** The client under check, its user, and the server that it talks to. */
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
    const terminal = this.setup.byHand ? { terminal: WIDE } : {};
    await this.start({ ...terminal, ...options, port: await this.listen() });
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
   * Waits for the client's connection. Returns the server's end of it. A user
   * who is to answer a question has answered it then.
   *
   * @throws {Failure} when the client does not connect before the deadline
   */
  async accepts(): Promise<Participant> {
    await this.transcript.until(() => this.#accepted.length > 0, {
      what: `the client to connect to localhost:${PORT}`,
      step: "connects",
      limit: this.startingTime,
    });
    const socket = this.#accepted.shift() as Socket;
    socket.removeAllListeners("error");
    const server = new Participant("server", "client", socket, this.transcript);
    this.present.push(server);
    if (this.setup.answers) {
      await this.quiet();
      this.types(this.line());
      // Sent or kept, it is known to the client; what it does next has begun.
      const heard = { what: "the answer", step: "hears", limit: ANSWERED };
      await this.transcript
        .until(() => server.heard.length > 0, heard)
        .catch(() => {});
      await this.quiet();
    }
    return server;
  }

  /**
   * Types lines until one of them arrives: a client may take its first line for
   * a name. These lines are not judged.
   *
   * @throws {Failure} when none arrives before the deadline
   */
  async warmUp(server: Participant): Promise<void> {
    await this.patiently(async (limit) => {
      const line = this.line();
      this.types(line);
      await server.hears(line, limit);
    });
  }

  /** Types a line, and Enter. */
  types(line: string): void {
    // The key sends a CR; a terminal makes a newline of it, if it is to.
    this.program.type(`${line}${this.setup.byHand ? "\r" : "\n"}`);
  }

  /** Types a line, and waits until it has arrived with nothing altered in it. */
  async typesAndArrives(server: Participant, line: string): Promise<void> {
    this.types(line);
    const lines = () => server.heard.lines;
    await this.turnsUpWhole(lines, line, "the user", "typed line");
  }

  /** Starts the client on a terminal, and returns what is seen there. */
  async openOnTerminal(size: Size): Promise<Screen> {
    await this.open({ terminal: size });
    return new Screen(this.program, size, this.transcript);
  }

  /** Waits until the client has connected, or has ended. */
  async connectsOrEnds(): Promise<void> {
    await this.transcript.until(
      () => this.#accepted.length > 0 || this.transcript.exit !== undefined,
      {
        what: "the client to connect or to end",
        step: "connects",
        evenAfterExit: true,
      },
    );
  }

  /**
   * Waits until the client has printed `line` whole, on one line, and not on one
   * with the message `apart`.
   */
  async printsWhole(line: string, step: string, apart?: string): Promise<void> {
    const lines = () => this.program.output.lines;
    await this.turnsUpWhole(lines, line, "the server", step, apart);
  }

  /** Waits until the kernel has taken all that the server has sent. */
  async isTaken(server: Participant, step = "reads"): Promise<void> {
    const what = "the client to take what the server sends";
    // What is sent to a connection that has broken is gone, not taken.
    const isTaken = () => !server.connected || server.unsent === 0;
    await this.transcript.until(isTaken, { what, step });
  }

  /**
   * Sends more than the kernel keeps for a client that does not read, part by
   * part, and waits until it is gone: then somebody has read it.
   */
  async expectTaken(server: Participant, step: string): Promise<void> {
    const lines = `${"flood ".repeat(1365)}\n`.repeat(32);
    for (let sent = 0; sent < BEYOND_KERNEL && server.connected; ) {
      server.send(lines);
      sent += lines.length;
      await this.isTaken(server, step);
    }
    const broken = "The client ended the connection, and has not read it all.";
    this.expect(server.connected, step, broken);
  }

  /**
   * Fails unless the client goes on reading: all that is sent is taken, and a
   * client that prints the first message prints the second, too.
   */
  async expectReading(server: Participant): Promise<void> {
    const [first, second] = [this.line(), this.line()];
    server.says(first);
    if (await this.#isPrinted(first)) {
      server.says(second);
      await this.transcript.until(() => this.program.output.includes(second), {
        what: "the second message to be printed, as the first one was",
        step: "reads once",
        line: second,
      });
    }
    await this.expectTaken(server, "reads");
  }

  /**
   * Waits until the client has taken a message: printed it or, where it prints
   * none, at least read it.
   */
  async takesMessage(server: Participant): Promise<void> {
    // What it does between two things is over: now it waits for the next one.
    await this.quiet();
    const line = this.line();
    server.says(line);
    if (await this.#isPrinted(line)) return;
    await this.expectTaken(server, "message waits");
  }

  /** True when `line` is printed soon; false says nothing. */
  async #isPrinted(line: string): Promise<boolean> {
    return this.program.prints(line, PRINTED).then(
      () => true,
      (failure) => {
        if (this.transcript.exit) throw failure;
        return false;
      },
    );
  }

  /** Fails unless each of `lines` arrived once, whole and in order. */
  expectEachLineOnce(server: Participant, lines: readonly string[]): void {
    let before = -1;
    for (const line of lines) {
      const about = { line, who: "server" };
      const times = server.heard.count(line);
      const twice = `"${line}" was typed once and arrived ${times} times.`;
      this.expect(times === 1, "twice", twice, about);
      const at = server.heard.lines.findIndex((one) => one.includes(line));
      const heard = server.heard.lines[at] ?? "";
      const joined = lines.some((two) => two !== line && heard.includes(two));
      const glued = "Two typed lines arrived as one.";
      this.expect(!joined, "glued", glued, about);
      const order = `"${line}" arrived before a line that was typed earlier.`;
      this.expect(at > before, "order", order, about);
      before = at;
    }
  }

  /**
   * Waits until the client has noticed the end of its input, as far as that can
   * be seen: it ends its direction of the connection, or all of it.
   */
  async noticesEnd(server: Participant): Promise<void> {
    await server.isLeft(1000).catch(() => {});
  }

  /**
   * Waits until the client takes no more of what was typed: it has taken all of
   * it, or it stands still, with bytes pending for a server that does not read.
   */
  async typingStands(server: Participant): Promise<void> {
    const { program } = this;
    let before = "";
    for (let stood = 0; stood < STOOD && program.unread > 0; ) {
      await new Promise((resolve) => setTimeout(resolve, STANDS));
      const pending = await program.ask({ ask: "pending", peer: server.port });
      const now = `${program.unread} ${pending}`;
      stood = now === before && pending !== 0 ? stood + 1 : 0;
      before = now;
    }
  }

  /** A control character of a stranger that the client printed as it came. */
  strangeControls(): string | undefined {
    const { text } = this.program.output;
    const names = {
      "\x1b[2J": "ESC [2J, which clears the screen,",
      "\x1b]0;": "ESC ]0;, which sets the window's title,",
      "\x07": "BEL",
      "\b": "a backspace",
      "\x7f": "DEL",
      "\u009b": "CSI, an ESC [ in one character,",
      "\u009d": "OSC, an ESC ] in one character,",
    };
    return Object.entries(names).find(([bytes]) => text.includes(bytes))?.[1];
  }

  override async close(): Promise<void> {
    await super.close();
    for (const socket of this.#accepted.splice(0)) socket.destroy();
    this.stopListening();
  }
}
