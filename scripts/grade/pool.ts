/**
 * Grading processes, kept warm: each has its own network namespace, so that a
 * program can have the real port 8888 in each of them at the same time.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { rmdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { enter } from "../verdict/apart.ts";
import type { Protection } from "./sandbox.ts";
import type { Answer } from "./strand.ts";
import type { AnyJob } from "./worker.ts";

const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

/** How long a grading process may take to start, in milliseconds. */
const STARTING = 60_000;
/** How often a hand-in is tried when the grading process itself fails. */
const TRIES = 2;

type Message =
  | { ready: true; folder: string }
  | { ready: false; why: string }
  | { id: number; answer: Answer };

/** One grading process. */
class Worker {
  readonly #child: ChildProcess;
  /** Where it works; cleared away here when it could not do so itself. */
  #folder: string | undefined;
  readonly #protection: Protection;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #jobs = 0;
  gone = false;
  readonly exited: Promise<void>;

  constructor(protection: Protection) {
    this.#protection = protection;
    const node = [process.execPath, "--import", TSX, WORKER];
    const whole = [...node, protection];
    const [command = "", ...args] =
      protection === "none" ? whole : ["unshare", ...enter("-Urnm"), ...whole];
    this.#child = spawn(command, args, {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      serialization: "advanced",
      // Ctrl-C is for the grader: it ends its processes in order.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    this.exited = new Promise((resolve) => {
      const end = () => {
        this.gone = true;
        for (const answer of this.#waiting.values()) {
          answer({ failed: "the grading process ended" });
        }
        this.#clear();
        resolve();
      };
      this.#child.once("exit", end);
      this.#child.once("error", end);
    });
  }

  /** Resolves to a sentence when it cannot start. */
  ready(): Promise<string | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#child.kill("SIGKILL");
        resolve("the grading process does not start");
      }, STARTING);
      const done = (why?: string) => {
        clearTimeout(timer);
        resolve(why);
      };
      this.#child.once("message", (message: Message) => {
        if ("folder" in message) this.#folder = message.folder;
        done("why" in message ? message.why : undefined);
        this.#child.on("message", (later: Message) => this.#hear(later));
      });
      void this.exited.then(() => done("the grading process ended at once"));
    });
  }

  #hear(message: Message) {
    if (!("id" in message)) return;
    this.#waiting.get(message.id)?.(message.answer);
    this.#waiting.delete(message.id);
  }

  ask(job: AnyJob): Promise<Answer> {
    return new Promise((resolve) => {
      const id = ++this.#jobs;
      this.#waiting.set(id, resolve);
      if (this.gone) resolve({ failed: "the grading process ended" });
      else this.#child.send({ id, job }, () => {});
    });
  }

  /** Ends it, and whatever it has started. */
  async close(): Promise<void> {
    if (!this.gone) {
      if (this.#child.connected) this.#child.disconnect();
      const timer = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
      await this.exited;
      clearTimeout(timer);
    }
  }

  #clear() {
    if (this.#folder === undefined) return;
    try {
      if (this.#protection !== "none") rmdirSync(this.#folder);
      else rmSync(this.#folder, { recursive: true, force: true });
    } catch {
      // It has done so itself.
    }
  }
}

/** Some grading processes, and the jobs that wait for one. */
export class Pool {
  readonly #protection: Protection;
  readonly #free: Worker[] = [];
  readonly #all = new Set<Worker>();
  readonly #queue: ((worker: Worker | undefined) => void)[] = [];
  readonly #most: number;
  #closed = false;

  constructor(protection: Protection, most: number) {
    this.#protection = protection;
    this.#most = most;
  }

  /** A free process; a new one while there are not as many as there may be. */
  async #take(): Promise<Worker> {
    const free = this.#free.pop();
    if (free) return free;
    if (this.#all.size < this.#most) return this.#start();
    const next = await new Promise<Worker | undefined>((resolve) => {
      this.#queue.push(resolve);
    });
    return next ?? this.#start();
  }

  async #start(): Promise<Worker> {
    if (this.#closed) throw new Error("The grader was ended.");
    const worker = new Worker(this.#protection);
    this.#all.add(worker);
    void worker.exited.then(() => this.#all.delete(worker));
    const why = await worker.ready();
    if (why !== undefined) {
      await worker.close();
      this.#give(undefined);
      throw new Error(`Grading cannot start: ${why.replace(/\.$/, "")}.`);
    }
    return worker;
  }

  #give(worker: Worker | undefined) {
    const next = this.#queue.shift();
    if (next) next(worker);
    else if (worker) this.#free.push(worker);
  }

  /** Has one program graded; by another process when the first one fails. */
  async run(job: AnyJob): Promise<Answer> {
    let answer: Answer = { failed: "it was not tried" };
    for (let times = 0; times < TRIES; times++) {
      const worker = await this.#take();
      answer = await worker.ask(job);
      if (worker.gone || "failed" in answer) {
        await worker.close();
        this.#give(undefined);
      } else {
        this.#give(worker);
        return answer;
      }
    }
    return answer;
  }

  /** Ends all processes. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const next of this.#queue.splice(0)) next(undefined);
    await Promise.all([...this.#all].map((worker) => worker.close()));
  }
}
