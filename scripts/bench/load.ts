/**
 * The load process: all clients of a scenario. It lives beside the bench, so
 * that reading, comparing and counting is no work of the server's process, and
 * says how busy it was, so that nobody takes its limit for the server's.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { build, type Histogram } from "hdr-histogram-js";
import { Hearing, PROBER, Wrong } from "./hearing.ts";
import { SHORTEST, Speech } from "./lines.ts";
import type { Scenario } from "./scenarios.ts";
import type { Answer, Order, Spoken } from "./task.ts";

/** How much longer than planned it may take to hear enough lines. */
const LONGEST = 6;
/** Connections that are opened at the same time. */
const AT_ONCE = 100;
/** How long nothing may be heard before the server is given up, in ms. */
const PATIENCE = 4000;
/** How long after each other the prober's lines are said, in ms. */
const PROBE_EVERY = 100;
/** A talker's lines before they begin again, in bytes, at most about this. */
const SPEECH = 4 * 1024 * 1024;
const MOST_LINES = 4096;

const PROBE = new Speech(PROBER, SHORTEST, 1);

/** All the clients of one scenario, connected to one server. */
class Crowd {
  readonly #scenario: Scenario;
  readonly #sockets: Socket[] = [];
  readonly #hearings: Hearing[] = [];
  readonly #speeches: Speech[];
  #frozen: Socket | undefined;
  /** Of each talker: lines said, and how often they were heard in all. */
  readonly #said: number[];
  readonly #heard: number[];
  #deliveries = 0;
  #heardAt = 0;
  /** What the server has done wrong, or what went wrong with it. */
  #fails: string | undefined;
  /** Called when something was heard or has failed. */
  #onNews: () => void = () => {};
  #onLines: (speaker: number, first: number, count: number) => void = () => {};

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    const { talkers, size, window } = scenario;
    const count = Math.max(
      8 * window,
      Math.min(MOST_LINES, Math.floor(SPEECH / (size * talkers))),
      8,
    );
    this.#speeches = Array.from(
      { length: talkers },
      (_, speaker) => new Speech(speaker, size, count),
    );
    this.#said = this.#speeches.map(() => 0);
    this.#heard = this.#speeches.map(() => 0);
  }

  #fail(reason: string) {
    this.#fails ??= reason;
    this.#onNews();
  }

  /** Opens one connection. */
  async #open(host: string, port: number): Promise<Socket> {
    const socket = connect({ host, port, noDelay: true });
    try {
      await once(socket, "connect");
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new Error(`refuses a connection (${code ?? message})`);
    }
    return socket;
  }

  #join(socket: Socket, number: number) {
    const own = number < this.#speeches.length ? number : -1;
    const hearing = new Hearing(this.#speeches, PROBE, own, (who, first, n) =>
      this.#onLines(who, first, n),
    );
    const who = own >= 0 ? "somebody who talks" : "somebody who reads";
    socket.on("error", ({ message }) =>
      this.#fail(`cuts off ${who} (${message})`),
    );
    socket.on("end", () => this.#fail(`ends the connection of ${who}`));
    socket.on("data", (chunk: Buffer) => {
      this.#heardAt = performance.now();
      try {
        hearing.take(chunk);
      } catch (error) {
        if (!(error instanceof Wrong)) throw error;
        this.#fail(error.message);
        socket.destroy();
        return;
      }
      this.#onNews();
    });
    this.#sockets[number] = socket;
    this.#hearings[number] = hearing;
  }

  /** Connects everybody; resolves when the server is known to serve all. */
  async connect(host: string, port: number): Promise<void> {
    const { clients, frozen } = this.#scenario;
    if (frozen) {
      this.#frozen = await this.#open(host, port);
      this.#frozen.pause();
      this.#frozen.on("error", () => {});
    }
    for (let from = 0; from < clients; from += AT_ONCE) {
      const some = Math.min(AT_ONCE, clients - from);
      const opened = await Promise.all(
        Array.from({ length: some }, () => this.#open(host, port)),
      );
      for (const [n, socket] of opened.entries()) this.#join(socket, from + n);
    }
    // Connected is not accepted. Who speaks last shows that all are heard, and
    // who speaks first that the last one hears.
    await this.#probe(clients - 1);
    await this.#probe(0);
  }

  async #probe(prober: number): Promise<void> {
    for (const hearing of this.#hearings) hearing.probed = false;
    const say = () => this.#sockets[prober]?.write(PROBE.bytes);
    const timer = setInterval(say, PROBE_EVERY);
    say();
    try {
      const others = this.#hearings.filter((_, n) => n !== prober);
      let reached = 0;
      await this.#until(() => {
        while (others[reached]?.probed) reached++;
        return reached === others.length;
      });
    } finally {
      clearInterval(timer);
    }
  }

  /** Waits for what hearing something may bring about. */
  #until(done: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      let newsAt = performance.now();
      const end = (error?: Error) => {
        clearInterval(timer);
        this.#onNews = () => {};
        if (error) reject(error);
        else resolve();
      };
      this.#onNews = () => {
        newsAt = performance.now();
        if (this.#fails !== undefined) end(new Error(this.#fails));
        else if (done()) end();
      };
      const timer = setInterval(() => {
        if (performance.now() - newsAt <= PATIENCE) return;
        this.#fails = this.#stands();
        end(new Error(this.#fails));
      }, PATIENCE / 8);
      this.#onNews();
    });
  }

  /** What to say of a server from which nothing more comes. */
  #stands(): string {
    const said = this.#said.reduce((sum, lines) => sum + lines, 0);
    const due = said * (this.#scenario.clients - 1);
    if (due === 0) {
      return `lets nobody be heard within ${PATIENCE / 1000} s`;
    }
    const share = Math.floor((100 * this.#deliveries) / due);
    return `stands still: after ${share} % of what was said nothing comes for ${PATIENCE / 1000} s`;
  }

  /**
   * Has lines said for some seconds, and longer where fewer than `enough` were
   * heard; resolves when all were heard.
   */
  async speak(seconds: number, enough: number): Promise<Spoken> {
    const { clients, talkers, timed, rate } = this.#scenario;
    const hearers = clients - 1;
    this.#said.fill(0);
    this.#heard.fill(0);
    for (const { next } of this.#hearings) next.fill(0);
    this.#deliveries = 0;
    const times = timed ? newTimes() : undefined;
    const late = rate === undefined ? undefined : newTimes();
    const cpu = process.cpuUsage();
    const began = performance.now();
    this.#heardAt = began;
    const saying =
      rate === undefined
        ? this.#asFastAsHeard(began, seconds * 1000, enough, times)
        : this.#atFixedTimes(
            rate,
            seconds,
            times as Histogram,
            late as Histogram,
          );
    const said = () => {
      for (let n = 0; n < talkers; n++) {
        if (this.#heard[n] !== (this.#said[n] as number) * hearers)
          return false;
      }
      return true;
    };
    await this.#until(() => saying.over && said());
    const { user, system } = process.cpuUsage(cpu);
    const took = (this.#heardAt - began) / 1000;
    for (const hearing of this.#hearings) hearing.finish(this.#said);
    return {
      lines: this.#said.reduce((sum, lines) => sum + lines, 0),
      deliveries: this.#deliveries,
      seconds: took,
      busy: (user + system) / 1e6 / took,
      ...(times && {
        times: {
          p50: times.getValueAtPercentile(50) / 1000,
          p99: times.getValueAtPercentile(99) / 1000,
          p999: times.getValueAtPercentile(99.9) / 1000,
          most: times.getValueAtPercentile(100) / 1000,
        },
      }),
      ...(late && { late: late.getValueAtPercentile(99) / 1000 }),
    };
  }

  /** Counts lines that were heard. */
  #count(speaker: number, count: number): number {
    const heard = (this.#heard[speaker] as number) + count;
    this.#heard[speaker] = heard;
    this.#deliveries += count;
    return heard;
  }

  /** Each talker keeps its window full until the time is over. */
  #asFastAsHeard(
    began: number,
    duration: number,
    enough: number,
    times: Histogram | undefined,
  ) {
    const { window, bytewise, clients } = this.#scenario;
    const hearers = clients - 1;
    const state = { over: false };
    const saidAt: number[] = [];
    const pump = (speaker: number) => {
      const now = performance.now();
      const all = this.#deliveries >= enough;
      if (now - began >= duration * (all ? 1 : LONGEST)) {
        state.over = true;
        return;
      }
      const said = this.#said[speaker] as number;
      const heard = Math.floor((this.#heard[speaker] as number) / hearers);
      const upTo = heard + window;
      saidAt[speaker] = now;
      this.#said[speaker] = upTo;
      this.#say(speaker, said, upTo, bytewise);
    };
    this.#onLines = (speaker, _first, count) => {
      const heard = this.#count(speaker, count);
      if (times) {
        const took = this.#heardAt - (saidAt[speaker] as number);
        times.recordValue(Math.round(took * 1000));
      }
      const open = (this.#said[speaker] as number) - heard / hearers;
      if (open <= window / 2) pump(speaker);
    };
    for (const speaker of this.#speeches.keys()) pump(speaker);
    return state;
  }

  /**
   * Lines are said at the planned times, whatever was heard, and a line's time
   * counts from its plan: a server that stands still for a moment pays for all
   * the lines that would have been said meanwhile.
   */
  #atFixedTimes(
    rate: number,
    seconds: number,
    times: Histogram,
    late: Histogram,
  ) {
    const { talkers } = this.#scenario;
    const state = { over: false };
    const all = Math.round(rate * seconds);
    const every = 1000 / rate;
    const began = performance.now() + every;
    let said = 0;
    this.#onLines = (speaker, first, count) => {
      this.#count(speaker, count);
      const now = this.#heardAt;
      for (let n = first; n < first + count; n++) {
        const planned = began + (n * talkers + speaker) * every;
        times.recordValue(Math.round(Math.max(0, now - planned) * 1000));
      }
    };
    const turn = () => {
      const now = performance.now();
      while (said < all && began + said * every <= now) {
        const speaker = said % talkers;
        const number = Math.floor(said / talkers);
        late.recordValue(Math.round((now - began - said * every) * 1000));
        said++;
        this.#said[speaker] = number + 1;
        this.#say(speaker, number, number + 1);
      }
      if (said === all || this.#fails !== undefined) {
        state.over = true;
        this.#onNews();
      } else {
        // A timer would be late by a millisecond, more than a line takes.
        setImmediate(turn);
      }
    };
    turn();
    return state;
  }

  #say(speaker: number, from: number, to: number, bytewise = false) {
    const socket = this.#sockets[speaker] as Socket;
    const speech = this.#speeches[speaker] as Speech;
    for (const lines of speech.slices(from, to)) {
      if (bytewise) bitByBit(socket, lines);
      else socket.write(lines);
    }
  }

  /** Resets all connections: it leaves no port waiting. */
  leave(): void {
    this.#onNews = () => {};
    for (const socket of [...this.#sockets, this.#frozen]) {
      socket?.removeAllListeners("end");
      socket?.resetAndDestroy();
    }
  }
}

/** Writes one byte, and the next one in the next turn of the event loop. */
function bitByBit(socket: Socket, bytes: Buffer, at = 0) {
  if (at === bytes.length || socket.destroyed) return;
  socket.write(bytes.subarray(at, at + 1));
  setImmediate(bitByBit, socket, bytes, at + 1);
}

/** For microseconds from 1 to a minute, three digits of each. */
function newTimes(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000_000,
    numberOfSignificantValueDigits: 3,
  });
}

let crowd: Crowd | undefined;

async function obey(order: Order): Promise<Answer> {
  try {
    if (order.order === "connect") {
      crowd?.leave();
      crowd = new Crowd(order.scenario);
      await crowd.connect(order.host, order.port);
    } else if (order.order === "speak" && crowd) {
      return { spoken: await crowd.speak(order.seconds, order.deliveries) };
    } else {
      crowd?.leave();
      crowd = undefined;
    }
    return {};
  } catch (error) {
    return { fails: (error as Error).message };
  }
}

process.on("message", async (order: Order) => {
  process.send?.(await obey(order));
});
// Whoever started it is gone, and so is the reason to go on.
process.on("disconnect", () => process.exit());
