/** Somebody at one end of a TCP connection, whose other end is the program. */
import { Socket } from "node:net";
import { Heard } from "./heard.ts";
import type { Entry, Transcript } from "./transcript.ts";

/** Ada, Ben or Cleo at a server; in a client's room, the server. */
export class Participant {
  readonly name: string;
  /** Everything that came over the connection. */
  readonly heard = new Heard();
  /** True when the program has ended its direction (FIN). */
  ended = false;
  /** The error code when the program has reset the connection. */
  broken: string | undefined;
  /** Where chunks go instead of `heard`; for floods. */
  into: ((chunk: Buffer) => void) | undefined;
  readonly #program: string;
  readonly #transcript: Transcript;
  readonly #socket: Socket;

  constructor(
    name: string,
    program: string,
    socket: Socket,
    transcript: Transcript,
  ) {
    this.name = name;
    this.#program = program;
    this.#socket = socket;
    this.#transcript = transcript;
    socket.setNoDelay(true);
    const ends = { from: program, to: name };
    socket.on("data", (bytes: Buffer) => {
      if (this.into) this.into(bytes);
      else this.heard.add(bytes);
      transcript.add({ kind: "send", ...ends, bytes });
    });
    socket.on("end", () => {
      this.ended = true;
      transcript.add({ kind: "fin", ...ends });
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      this.broken = error.code ?? error.message;
      transcript.add({ kind: "reset", ...ends });
    });
  }

  /**
   * Connects to the program, on the first of the addresses that answers.
   * Resolves to `undefined` when none does.
   */
  static async join(
    name: string,
    program: string,
    addresses: readonly { port: number; host: string }[],
    transcript: Transcript,
  ): Promise<Participant | undefined> {
    for (const address of addresses) {
      // Half-open is allowed, or Node would answer the program's FIN itself.
      const socket = new Socket({ allowHalfOpen: true });
      const connected = await new Promise<boolean>((resolve) => {
        socket.once("connect", () => resolve(true));
        socket.once("error", () => resolve(false));
        socket.connect(address);
      });
      if (!connected) continue;
      socket.removeAllListeners("error");
      transcript.add({ kind: "join", who: name });
      return new Participant(name, program, socket, transcript);
    }
    return undefined;
  }

  /** This end's port, by which the program knows the participant. */
  get port(): number {
    return this.#socket.localPort ?? 0;
  }

  /** True while neither side has ended the connection. */
  get connected(): boolean {
    return !this.ended && this.broken === undefined && !this.#socket.destroyed;
  }

  /** Bytes that the kernel has not taken yet. */
  get unsent(): number {
    return this.#socket.writableLength;
  }

  /** Sends bytes in one write. Returns the entry of the transcript. */
  send(bytes: Buffer | string): Entry {
    const buffer = Buffer.from(bytes as string);
    const entry = this.#transcript.add({
      kind: "send",
      from: this.name,
      to: this.#program,
      bytes: buffer,
    });
    if (this.#socket.writable) {
      this.#socket.write(buffer, () => this.#transcript.look());
    }
    return entry;
  }

  /** Resolves when the kernel has taken all that was sent, or never will. */
  flushed(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#socket.writable) resolve();
      else this.#socket.write("", () => resolve());
    });
  }

  /** Says one line, newline included, in one write. */
  says(line: string): void {
    this.send(`${line}\n`);
  }

  /** Waits until `line` is heard, with whatever stands around it. */
  hears(line: string, limit?: number): Promise<void> {
    return this.#transcript.until(() => this.heard.includes(line), {
      what: `${this.name} to hear "${shown(line)}"`,
      step: "hears",
      line,
      who: this.name,
      ...(limit !== undefined && { limit }),
    });
  }

  /** Waits until the program has ended the connection, by FIN or by reset. */
  isLeft(limit?: number): Promise<void> {
    return this.#transcript.until(
      () => this.ended || this.broken !== undefined,
      {
        what: `the ${this.#program} to end ${this.name}'s connection`,
        step: "is left",
        who: this.name,
        evenAfterExit: true,
        ...(limit !== undefined && { limit }),
      },
    );
  }

  /** Stops reading: what the program sends stays in the kernel. */
  stopsReading(): void {
    this.#note("stops reading");
    this.#socket.pause();
  }

  /** Reads again. */
  readsAgain(): void {
    this.#note("reads again");
    this.#socket.resume();
  }

  /** Ends this direction (FIN) and goes on reading. */
  halfCloses(): void {
    this.#transcript.add({
      kind: "fin",
      from: this.name,
      to: this.#program,
    });
    this.#socket.end();
  }

  /** Leaves politely: ends this direction, and closes when that is done. */
  leaves(): void {
    this.halfCloses();
    this.#socket.destroySoon();
  }

  /** Breaks the connection (RST). */
  resets(): void {
    this.#transcript.add({
      kind: "reset",
      from: this.name,
      to: this.#program,
    });
    this.#socket.resetAndDestroy();
  }

  /** Gives the connection up, without a word in the transcript. */
  discard(): void {
    this.#socket.on("error", () => {});
    this.#socket.destroy();
  }

  #note(text: string) {
    this.#transcript.add({ kind: "note", who: this.name, text });
  }
}

/** A line as a message quotes it: its beginning, when it is long. */
export function shown(line: string): string {
  return line.length > 60 ? `${line.slice(0, 40)}… (${line.length})` : line;
}
