// @ts-check
/**
 * Loaded into a Node program under check, before the program itself: redirects
 * its port 8888 and reports what it asked for, so that many checks can run side
 * by side, and beside a server that the student has running on 8888.
 *
 * It also turns Nagle's algorithm off: with it, a short write behind another one
 * waits for the other side's delayed acknowledgement, some 40 ms each time (RFC
 * 896; RFC 1122, 4.2.3.4), and checks are made of short writes.
 *
 * What it does not do: change what the program sends, reads or prints. It talks
 * to `control.ts` over a loopback connection that does not keep the program
 * alive, one JSON object a line. In a spare process it also loads the program,
 * once it is told which.
 *
 * CommonJS, because `--require` is the earliest moment on every Node, and
 * because it must run where no TypeScript loader does.
 */
"use strict";
const { subscribe } = require("node:diagnostics_channel");
const net = require("node:net");
const { isMainThread } = require("node:worker_threads");
// What few programs are asked for is loaded when they are: each start counts.

/** @typedef {{ port?: unknown, host?: string }} Address */

const [controlPort, key] = (process.env.ROOM_CONTROL ?? "").split(":");

/** The answer about a connection that the program has closed. */
const GONE = -1;
/** How many connections that are closed are known as such. */
const MOST_GONE = 1024;

if (controlPort && key) {
  let role = process.env.ROOM_ROLE;
  let port = Number(process.env.ROOM_PORT ?? 0);
  const connect = net.Socket.prototype.connect;
  const listen = net.Server.prototype.listen;

  const link = new net.Socket();
  link.on("error", () => {});
  /** @param {object} message */
  const tell = (message) => link.write(`${JSON.stringify(message)}\n`);
  let open = false;
  const openLink = () => {
    open = true;
    connect.apply(
      link,
      /** @type {any} */ ([Number(controlPort), "127.0.0.1"]),
    );
    // A spare has nothing else to live for until it is told what to run.
    if (role !== "spare" || !isMainThread) link.unref();
    tell({ event: "hello", key });
  };
  // Other threads only report, and only if they do listen or connect: the main
  // one is the program, which is asked.
  if (isMainThread) openLink();
  /** @param {object} message */
  const report = (message) => {
    if (!open) openLink();
    tell(message);
  };

  /**
   * The address in the arguments of `listen` or `connect`, and the arguments
   * with another port in its place.
   *
   * @param {any[]} args
   * @returns {{ asked: number, host: string | undefined, with(port: number): any[] } | undefined}
   */
  const address = (args) => {
    // `net.connect` hands its own, normalized list of arguments on.
    if (Array.isArray(args[0])) {
      const inner = address(args[0]);
      if (!inner) return undefined;
      return {
        ...inner,
        with(other) {
          args[0][0] = inner.with(other)[0];
          return args;
        },
      };
    }
    const [first, ...rest] = args;
    const options = typeof first === "object" && first !== null;
    const given = options ? first.port : first;
    const asked = typeof given === "string" ? Number(given || NaN) : given;
    if (!Number.isInteger(asked) || asked < 0 || asked > 65535) return;
    const host = options ? first.host : rest[0];
    return {
      asked,
      host: typeof host === "string" ? host : undefined,
      with: (other) => [options ? { ...first, port: other } : other, ...rest],
    };
  };

  net.Server.prototype.listen = function (/** @type {any[]} */ ...args) {
    const place = role === "server" ? address(args) : undefined;
    if (!place) return listen.apply(this, /** @type {any} */ (args));
    const { asked, host } = place;
    // What `createServer({ noDelay: true })` sets.
    /** @type {any} */ (this).noDelay = true;
    this.once("listening", () => {
      report({ event: "listening", asked, host, address: this.address() });
    });
    return listen.apply(this, /** @type {any} */ (place.with(port)));
  };
  net.Socket.prototype.connect = function (/** @type {any[]} */ ...args) {
    const place = role === "client" ? address(args) : undefined;
    if (!place) return connect.apply(this, /** @type {any} */ (args));
    const { asked, host } = place;
    report({ event: "connecting", asked, host });
    this.setNoDelay(true);
    return connect.apply(
      this,
      /** @type {any} */ (asked === 8888 ? place.with(port) : args),
    );
  };

  subscribe("room:spare", () => report({ event: "ready" }));

  /**
   * Becomes the program: what a spare process is kept for.
   *
   * @param {{ file: string, cwd: string, role: string, port?: number, env: object }} what
   */
  const become = (what) => {
    link.unref();
    role = what.role;
    port = what.port ?? 0;
    const ROOM_PORT = String(port);
    Object.assign(process.env, what.env, { ROOM_ROLE: role, ROOM_PORT });
    process.chdir(what.cwd);
    process.argv[1] = what.file;
    const { pathToFileURL } = require("node:url");
    import(pathToFileURL(what.file).href).catch((error) => {
      // As it would be for the program itself: uncaught, and the end.
      setImmediate(() => {
        throw error;
      });
    });
  };

  // How often each socket was written to: one `_write` or `_writev` is one
  // system call, and nothing outside of the process can count them.
  /** @type {Map<number, { socket: import("node:net").Socket, writes: number }>} */
  const peers = new Map();
  // The ports of those whose connections have closed last: who is asked about is
  // one of them, and a program that is watched for hours must not grow by it.
  /** @type {Set<number>} */
  const gone = new Set();
  for (const name of /** @type {const} */ (["_write", "_writev"])) {
    const method = /** @type {any} */ (net.Socket.prototype)[name];
    /** @type {any} */ (net.Socket.prototype)[name] = function (
      /** @type {any[]} */ ...args
    ) {
      const peer = this.remotePort;
      if (peer !== undefined) {
        const known = peers.get(peer);
        if (known && known.socket === this) known.writes++;
        else {
          peers.set(peer, { socket: this, writes: 1 });
          gone.delete(peer);
          this.once("close", () => {
            if (peers.get(peer)?.socket !== this) return;
            peers.delete(peer);
            gone.add(peer);
            const [oldest] = gone;
            if (gone.size > MOST_GONE && oldest) gone.delete(oldest);
          });
        }
      }
      return method.apply(this, args);
    };
  }

  /** Bytes in use by the program once all garbage is gone. */
  const memory = () => {
    require("node:v8").setFlagsFromString("--expose-gc");
    const gc = require("node:vm").runInNewContext("gc");
    gc();
    // The first one leaves the memory of Buffers to be freed by another thread;
    // the second one waits for that.
    gc();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };

  let rest = "";
  link.setEncoding("utf8");
  link.on("data", (/** @type {string} */ chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const { id, ask, peer, ...what } = JSON.parse(line);
      let answer = null;
      if (ask === "memory") answer = memory();
      if (ask === "writes") answer = peers.get(peer)?.writes ?? 0;
      if (ask === "pending") {
        answer = peers.get(peer)?.socket.writableLength ?? 0;
        if (gone.has(peer)) answer = GONE;
      }
      if (ask === "coverage") require("node:v8").takeCoverage();
      if (ask === "run") become(what);
      report({ event: "answer", id, answer });
    }
  });
}
