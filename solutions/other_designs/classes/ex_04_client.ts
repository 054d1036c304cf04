/**
 * A chat client in one class with private fields: methods for what comes from
 * the server, methods for what comes from the keyboard.
 */
import { Socket } from "node:net";
import { createInterface, type Interface } from "node:readline";

class Participant {
  readonly #socket = new Socket();
  readonly #keyboard: Interface;
  #unfinished = "";

  constructor(input: NodeJS.ReadableStream) {
    this.#keyboard = createInterface({ input });
    this.#keyboard.pause();
    this.#socket.setEncoding("utf8");
  }

  connect(port: number, host: string): void {
    this.#socket.on("data", (text) => this.#receive(String(text)));
    this.#socket.on("error", (error) => this.#complain(error));
    this.#socket.on("close", () => this.#stop());
    this.#keyboard.on("line", (line) => this.#send(line));
    this.#keyboard.on("close", () => this.#socket.end());
    this.#socket.connect(port, host, () => this.#keyboard.resume());
  }

  /** Prints whole lines only, so that two messages never share one. */
  #receive(text: string): void {
    const [first = "", ...more] = text.split("\n");
    this.#unfinished += first;
    for (const next of more) {
      console.log(this.#unfinished);
      this.#unfinished = next;
    }
  }

  #send(line: string): void {
    if (this.#socket.writable) this.#socket.write(`${line}\n`);
  }

  #complain(error: Error): void {
    console.error(`Network: ${error.message}`);
    process.exitCode = 1;
  }

  #stop(): void {
    if (this.#unfinished !== "") console.log(this.#unfinished);
    this.#keyboard.close();
  }
}

new Participant(process.stdin).connect(8888, "localhost");
