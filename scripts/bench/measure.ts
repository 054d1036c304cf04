/** Measures servers in scenarios: interleaved, repeated, one at a time. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import os from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Start } from "./peers.ts";
import type { Run } from "./results.ts";
import type { Scenario } from "./scenarios.ts";
import { Served } from "./served.ts";
import type { Answer, Order } from "./task.ts";

/** Part of the time of a scenario that is spoken before it is measured. */
const WARM_UP = 0.3;
/** Lines that must be heard while it is measured, on a slow machine, too. */
const ENOUGH = 4000;
/**
 * CPU seconds that a server must have used before it is measured: else the
 * compiler of a young process would be measured. One that has little to do does
 * not use so much; it gets only so many rounds.
 */
const WARM_CPU = 0.15;
const WARM_ROUNDS = 6;
/** How long silence is measured, in milliseconds. */
const SILENCE = 400;
/** How long one order may take, in milliseconds: more than any patience. */
const ORDER_LIMIT = 60_000;

const TSX = createRequire(import.meta.url).resolve("tsx");
const LOAD = fileURLToPath(new URL("load.ts", import.meta.url));

/** A wrong thing about the server, in words that follow its name. */
class Fails extends Error {}

/** The process with all the clients. */
export class Load {
  #child: ChildProcess | undefined;

  #start(): ChildProcess {
    const child = fork(LOAD, {
      execArgv: ["--import", pathToFileURL(TSX).href],
    });
    child.on("exit", () => {
      if (this.#child === child) this.#child = undefined;
    });
    this.#child = child;
    return child;
  }

  /**
   * Gives an order.
   *
   * @throws {Fails} when the server does not do what it should
   */
  async obey(order: Order) {
    const child = this.#child ?? this.#start();
    const limit = AbortSignal.timeout(ORDER_LIMIT);
    const over = new AbortController();
    const signal = AbortSignal.any([limit, over.signal]);
    try {
      const heard = once(child, "message", { signal });
      const gone = once(child, "exit", { signal }).then(() => {
        throw new Error("The load process has ended.");
      });
      gone.catch(() => {});
      child.send(order);
      const [answer] = (await Promise.race([heard, gone])) as [Answer];
      if ("fails" in answer) throw new Fails(answer.fails);
      return answer.spoken;
    } catch (error) {
      if (!limit.aborted) throw error;
      this.close();
      throw new Fails(`is not done after ${ORDER_LIMIT / 1000} s`);
    } finally {
      over.abort();
    }
  }

  close(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }
}

/** What silence costs, once the garbage of what was said has been cleared. */
async function silence(served: Served) {
  await pause(SILENCE);
  const before = await served.usage();
  await pause(SILENCE);
  const after = await served.usage();
  if (!before || !after) return {};
  return { idleCpu: (after.cpu - before.cpu) / (SILENCE / 1000) };
}

/** Measures one server in one scenario, once. */
export async function measure(
  scenario: Scenario,
  server: { id: string; start: Start },
  repetition: number,
  load: Load,
): Promise<Run> {
  const about = { scenario: scenario.id, server: server.id, repetition };
  let served: Served;
  try {
    served = await Served.start(server.start);
  } catch (error) {
    return { ...about, fails: (error as Error).message };
  }
  try {
    const { host, port } = served;
    const empty = await served.usage();
    await load.obey({ order: "connect", host, port, scenario });
    let silent = {};
    if (scenario.silent) {
      const full = await served.usage();
      if (empty && full) {
        silent = {
          idleBytes: (full.memory - empty.memory) / scenario.clients,
        };
      }
    }
    const cold = await served.usage();
    let before = cold;
    for (let round = 0; round < WARM_ROUNDS; round++) {
      await load.obey({
        order: "speak",
        seconds: scenario.seconds * WARM_UP,
        deliveries: ENOUGH,
      });
      before = await served.usage();
      // At a fixed rate more rounds would bring no more.
      if (!cold || !before || scenario.rate !== undefined) break;
      if (before.cpu - cold.cpu >= WARM_CPU) break;
    }
    const spoken = await load.obey({
      order: "speak",
      seconds: scenario.seconds,
      deliveries: ENOUGH,
    });
    const after = await served.usage();
    if (scenario.silent) silent = { ...silent, ...(await silence(served)) };
    return {
      ...about,
      ...spoken,
      ...(before && after && { cpu: after.cpu - before.cpu, peak: after.peak }),
      ...silent,
    };
  } catch (error) {
    if (!(error instanceof Fails)) throw error;
    return { ...about, fails: served.ended ?? error.message };
  } finally {
    await load.obey({ order: "leave" }).catch(() => {});
    await served.close();
  }
}

/** Files that a process keeps open besides its connections. */
const OTHER_FILES = 64;

/** Files that a process of this system may open; the children inherit it. */
export function openFiles(): number {
  const report = process.report.getReport() as unknown as {
    userLimits?: { open_files?: { soft: number | "unlimited" } };
  };
  const limit = report.userLimits?.open_files?.soft;
  return typeof limit === "number" ? limit : Number.POSITIVE_INFINITY;
}

/** The scenario, and why it is smaller where the system allows no more. */
export function fit(
  scenario: Scenario,
  files = openFiles(),
): { scenario: Scenario; reduced?: string } {
  const most = files - OTHER_FILES;
  if (scenario.clients <= most) return { scenario };
  if (most < 2 * scenario.talkers) {
    throw new Error(
      `This system allows ${files} open files, too few for a bench. Allow more: ulimit -n 4096`,
    );
  }
  return {
    scenario: { ...scenario, clients: most },
    reduced: `${most} clients in place of ${scenario.clients}: the system allows ${files} open files (ulimit -n)`,
  };
}

/** The machine, for whoever reads the figures. */
export function machine() {
  return {
    node: process.versions.node,
    system: `${os.platform()} ${os.arch()}`,
    cores: os.availableParallelism(),
  };
}
