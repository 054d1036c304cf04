/**
 * Processes that are started before they are needed: Node, the loader and the
 * preload are there, and a program is one message away. Each runs one program
 * and ends with it, so nothing of an earlier version is left in its memory.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { transform } from "esbuild";
import { compiledFile } from "./compiled.mjs";
import { guard, killGroup } from "./guard.ts";
import { type Launch, launch } from "./launch.ts";
import { Started } from "./started.ts";

const NOTHING = fileURLToPath(new URL("spare.mjs", import.meta.url));
const LOADER = new URL("compiled.mjs", import.meta.url).href;
/** Programs that ask if they are the one that Node was started with. */
const ASKS_FOR_MAIN = /import\.meta\.main|require\.main|process\.argv\[1\]/;
/** Programs of several files: only the first of them is compiled here. */
const IS_ONE_OF_MANY = /["'`]\.{1,2}\//;

export class Spares {
  readonly #waiting: Started[] = [];
  /** Where compiled programs are. */
  readonly #folder = mkdtempSync(path.join(os.tmpdir(), "chat-compiled-"));
  #compiled: { file: string; text: string; done: Promise<boolean> } | undefined;
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
        // No loader but this one: with tsx behind it, a program took twice as
        // long from here to listening.
        const { args, ...how } = launch({ file: NOTHING });
        const spare = await Started.start(
          { ...how, args: ["--import", LOADER, ...args] },
          { role: "spare", env: { ROOM_COMPILED: this.#folder } },
        );
        await spare.ready();
        this.#waiting.push(spare);
      }
    });
    return this.#starting;
  }

  /** Takes a process out of the reserve; `undefined` when none will do. */
  async take({ file, redirected }: Launch): Promise<Started | undefined> {
    if (!redirected || this.#waiting.length === 0) return undefined;
    const text = readFileSync(file, "utf8");
    // In a spare process the program is not the main one.
    if (ASKS_FOR_MAIN.test(text) || IS_ONE_OF_MANY.test(text)) return undefined;
    if (/\.[cm]?ts$/.test(file)) {
      // What is wrong with it, its own loader says best, in a new process.
      const compiles = isModule(file) && (await this.#compile(file, text));
      if (!compiles) return undefined;
    }
    return this.#waiting.shift();
  }

  /**
   * Compiles a program, once for all processes that will run it. False when it
   * cannot be compiled.
   */
  #compile(file: string, text: string): Promise<boolean> {
    if (this.#compiled?.text !== text || this.#compiled.file !== file) {
      const done = this.#transform(file, text);
      this.#compiled = { file, text, done };
    }
    return this.#compiled.done;
  }

  async #transform(file: string, text: string): Promise<boolean> {
    const url = pathToFileURL(file).href;
    const into = compiledFile(this.#folder, url);
    try {
      const { code } = await transform(text, {
        loader: "ts",
        format: "esm",
        target: "es2023",
        sourcemap: "inline",
        sourcefile: file,
        logLevel: "silent",
      });
      writeFileSync(into, code);
      return true;
    } catch {
      rmSync(into, { force: true });
      return false;
    }
  }

  /** Ends all of the reserve. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#starting;
    for (const { transport, line } of this.#waiting.splice(0)) {
      killGroup(transport.pid);
      await transport.ended();
      guard("-", transport.pid);
      transport.close();
      line?.close();
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** True when `.ts` in this folder means a module, by the nearest package. */
function isModule(file: string): boolean {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    try {
      const text = readFileSync(path.join(folder, "package.json"), "utf8");
      return (JSON.parse(text) as { type?: unknown }).type === "module";
    } catch {
      if (folder === path.dirname(folder)) return false;
    }
  }
}
