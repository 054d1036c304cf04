/**
 * Processes that are started before they are needed: Node, the loader and the
 * preload are there, and a program is one message away. Each runs one program
 * and ends with it, so nothing of an earlier version is left in its memory.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile } from "./compile.ts";
import { type Launch, launch } from "./launch.ts";
import { Started } from "./started.ts";

const NOTHING = fileURLToPath(new URL("spare.mjs", import.meta.url));
/** Programs that ask if they are the one that Node was started with. */
const ASKS_FOR_MAIN = /import\.meta\.main|require\.main|process\.argv\[1\]/;

export class Spares {
  readonly #waiting: Started[] = [];
  readonly #wanted: number;
  #closed = false;
  #starting: Promise<void> = Promise.resolve();

  /** Keeps `wanted` processes in reserve. */
  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  /** Resolves when all of the reserve is there. */
  fill(): Promise<void> {
    this.#starting = this.#starting.then(async () => {
      while (!this.#closed && this.#waiting.length < this.#wanted) {
        // No loader but that of compiled programs: with tsx behind it, a
        // program took twice as long from here to listening.
        const how = launch({ file: NOTHING }, { compiled: true });
        const spare = await Started.start(how, { role: "spare" });
        await spare.ready();
        this.#waiting.push(spare);
      }
    });
    return this.#starting;
  }

  /** Takes a process out of the reserve; `undefined` when none will do. */
  async take({ file, redirected }: Launch): Promise<Started | undefined> {
    if (!redirected || this.#waiting.length === 0) return undefined;
    // In a spare process the program is not the main one.
    if (ASKS_FOR_MAIN.test(readFileSync(file, "utf8"))) return undefined;
    const plain = /\.[cm]?js$/.test(file) || (await compile(file));
    return plain ? this.#waiting.shift() : undefined;
  }

  /** Ends all of the reserve. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#starting;
    for (const spare of this.#waiting.splice(0)) await spare.end();
  }
}
