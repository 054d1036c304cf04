/**
 * What one write to one client costs, and which part of it is whose: the
 * reference beside the same program with less in it, and beside the C limit. One
 * talks to many in step: a burst goes out, and the next one when all have it,
 * so that every server makes the same number of writes of the same size.
 */
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import { needsFolder, run } from "../command/run.ts";
import { SOLUTIONS } from "../workbook/chapters.ts";
import { machine } from "./measure.ts";
import { LIMIT, PEERS, type Peer, prepare } from "./peers.ts";
import { type Range, rangeOf } from "./results.ts";
import { Served } from "./served.ts";
import { short } from "./table.ts";

/** The clients that hear, lines in a burst, bytes in a line. */
const HEARERS = 100;
const LINES = 128;
const SIZE = 64;
/** Bursts before it is measured, and while it is. */
const WARM_UP = 600;
const BURSTS = 1500;
/** How long a burst may take, in milliseconds. */
const PATIENCE = 10_000;

/** What stands in the place of `send` in the reference. */
const VARIANTS: Record<string, { title: string; send: string }> = {
  "one-immediate": {
    title: "one setImmediate for each turn, and a list of corked sockets",
    send: `const corked: Socket[] = [];
function send(client: Socket, lines: Buffer) {
  if (client.writableCorked === 0) {
    client.cork();
    if (corked.push(client) === 1) setImmediate(uncork);
  }
  client.write(lines);
}
function uncork() {
  for (const client of corked.splice(0)) client.uncork();
}
`,
  },
  "no-batching": {
    title: "write() alone: no cork, one write for each chunk that came",
    send: `function send(client: Socket, lines: Buffer) {
  client.write(lines);
}
`,
  },
  "past-the-stream": {
    title: "Node's own handle, past the stream: a private interface",
    send: `function send(client: Socket, lines: Buffer) {
  const request = { oncomplete() {}, async: false, bytes: 0, buffer: null };
  (client as any)._handle.writeBuffer(request, lines);
}
`,
  },
};

/** CPU of a server for one write to one client, in microseconds. */
export interface Writes {
  readonly version: 1;
  readonly date: string;
  readonly node: string;
  readonly cores: number;
  readonly hearers: number;
  readonly lines: number;
  readonly size: number;
  readonly servers: readonly {
    readonly id: string;
    readonly title: string;
    readonly cpu: Range;
    /** In relation to the C limit in the same repetition. */
    readonly ratio?: Range;
  }[];
}

/** The reference with another `send`, as a program in `folder`. */
function variant(id: string, folder: string): Peer {
  const { title, send } = VARIANTS[id] as (typeof VARIANTS)[string];
  const source = readFileSync(SOLUTIONS.server, "utf8");
  const region = /(?<=\/\/ #region batching\n)[\s\S]*?(?=\/\/ #endregion)/;
  if (!region.test(source)) {
    throw new Error("The solution has no region batching any more.");
  }
  const file = path.join(folder, `${id}.ts`);
  writeFileSync(file, source.replace(region, send));
  return { id, title, file };
}

/** Clients that count bytes: what they hear is verified elsewhere. */
class Listeners {
  #bytes = 0;
  #goal = 0;
  #onGoal: () => void = () => {};
  readonly #sockets: Socket[] = [];

  async join(host: string, port: number): Promise<void> {
    for (let n = 0; n <= HEARERS; n++) {
      const socket = connect({ host, port, noDelay: true });
      await once(socket, "connect");
      socket.on("error", () => {});
      socket.on("data", (chunk: Buffer) => {
        this.#bytes += chunk.length;
        if (this.#bytes >= this.#goal) this.#onGoal();
      });
      this.#sockets.push(socket);
      const [first] = this.#sockets;
      if (n === 0 || !first) continue;
      // Connected is not accepted: who is heard is.
      const isHeard = once(first, "data");
      socket.write("joined\n");
      await isHeard;
    }
  }

  /** The first one says a burst; resolves when all the others have it. */
  burst(bytes: Buffer): Promise<void> {
    this.#bytes = 0;
    this.#goal = bytes.length * HEARERS;
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        reject(new Error("A burst is not heard by all: the server is stuck."));
      }, PATIENCE);
      this.#onGoal = () => {
        clearTimeout(limit);
        resolve();
      };
      this.#sockets[0]?.write(bytes);
    });
  }

  leave(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** CPU microseconds of one server for one write to one client, once. */
async function measureOnce(peer: Peer, folder: string): Promise<number> {
  const served = await Served.start(prepare(peer, folder));
  const listeners = new Listeners();
  try {
    await listeners.join(served.host, served.port);
    const bytes = Buffer.alloc(SIZE * LINES, `${"x".repeat(SIZE - 1)}\n`);
    for (let n = 0; n < WARM_UP; n++) await listeners.burst(bytes);
    const before = await served.usage();
    for (let n = 0; n < BURSTS; n++) await listeners.burst(bytes);
    const after = await served.usage();
    if (!before || !after) throw new Error("The server tells no CPU time.");
    return ((after.cpu - before.cpu) / (BURSTS * HEARERS)) * 1e6;
  } finally {
    listeners.leave();
    await served.close();
  }
}

/** Measures all, in turns. */
async function measureWrites(times: number): Promise<Writes> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "chat-writes-"));
  try {
    const [reference] = PEERS;
    const limit = PEERS.find(({ id }) => id === LIMIT);
    const variants = Object.keys(VARIANTS).map((id) => variant(id, folder));
    const peers = [reference, ...variants, limit].filter((one) => !!one);
    const figures = new Map(peers.map(({ id }) => [id, [] as number[]]));
    for (let n = 0; n < times; n++) {
      for (const peer of n % 2 === 0 ? peers : peers.toReversed()) {
        figures.get(peer.id)?.push(await measureOnce(peer, folder));
      }
    }
    const most = figures.get(LIMIT) ?? [];
    const { node, cores } = machine();
    return {
      version: 1,
      date: new Date().toISOString(),
      ...{ node, cores, hearers: HEARERS, lines: LINES, size: SIZE },
      servers: peers.map(({ id, title }) => {
        const all = figures.get(id) ?? [];
        const ratio = rangeOf(all.map((cpu, n) => cpu / (most[n] ?? cpu)));
        const cpu = rangeOf(all) as Range;
        return { id, title, cpu, ...(ratio && { ratio }) };
      }),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** npm run bench -- writes */
export function command(words: readonly string[]): Promise<void> {
  return run(
    {
      usage: "npm run bench -- writes [--times N] [--json FILE]",
      about:
        "Measures what one write to one client costs the reference, and the same program with less in it.",
      options: {
        times: { type: "string", help: "N measurements of each; 5" },
        json: { type: "string", help: "FILE for the results as data" },
      },
      optionsOnly: true,
    },
    async ({ options, count }) => {
      if (options.json !== undefined) needsFolder(options.json);
      const writes = await measureWrites(count("times") ?? 5);
      for (const { id, title, cpu, ratio } of writes.servers) {
        const of = ratio ? `, ${short(ratio.median)} × the C limit` : "";
        console.log(
          `${id.padEnd(16)} ${short(cpu.median)} µs (${short(cpu.min)}–${short(cpu.max)})${of}: ${title}`,
        );
      }
      if (options.json !== undefined) {
        writeFileSync(options.json, `${JSON.stringify(writes, null, 2)}\n`);
      }
      return 0;
    },
    words,
  );
}
