/** A process that was started, before anybody wants to know what it does. */
import { type Line, openLine, type Report } from "./control.ts";
import { endAll, endMarked, guard } from "./guard.ts";
import type { Launch } from "./launch.ts";
import {
  type Listener,
  onPipes,
  onTerminal,
  type Size,
  type Transport,
} from "./transport.ts";

/** What is heard from a process: its output, its end, its own reports. */
export interface Hearer extends Listener {
  report(report: Report): void;
}

/** What matters of how a program is started, to the process itself. */
export interface Manner {
  readonly role: "server" | "client" | "spare";
  readonly port?: number;
  readonly env?: Record<string, string>;
  readonly terminal?: Size;
}

/** The environment variable that marks what a process has started. */
const MARK = "ROOM_MARK";
let started = 0;

export class Started {
  readonly transport: Transport;
  /** The line to its preload, where it has one. */
  readonly line: Line | undefined;
  /** What stands in the environment of all that it starts. */
  readonly mark: string;
  readonly #told: Told;

  private constructor(
    transport: Transport,
    line: Line | undefined,
    told: Told,
    mark: string,
  ) {
    this.transport = transport;
    this.line = line;
    this.mark = mark;
    this.#told = told;
  }

  /**
   * Starts a process.
   *
   * @throws {Error} with a sentence, when it cannot be started
   */
  static async start(how: Launch, manner: Manner): Promise<Started> {
    const told = new Told();
    const line = how.redirected
      ? await openLine((report) => told.tell((to) => to.report(report)))
      : undefined;
    const mark = `${process.pid}-${++started}`;
    const env: Record<string, string> = { ...how.env, ...manner.env };
    // A sandbox ends all that is in it, and shows nothing of who made it.
    if (!how.around) env[MARK] = mark;
    if (line) {
      env.ROOM_CONTROL = line.address;
      env.ROOM_ROLE = manner.role;
      if (manner.port !== undefined) env.ROOM_PORT = String(manner.port);
    }
    const listener: Listener = {
      output: (stream, chunk) => told.tell((to) => to.output(stream, chunk)),
      exit: (code, signal) => told.tell((to) => to.exit(code, signal)),
    };
    try {
      const transport = manner.terminal
        ? await onTerminal(how, env, listener, manner.terminal)
        : await onPipes(how, env, listener);
      guard("+", transport.pid);
      return new Started(transport, line, told, `${MARK}=${mark}`);
    } catch (error) {
      line?.close();
      throw error;
    }
  }

  /** Resolves when a spare process has loaded what it needs, or has ended. */
  ready(): Promise<void> {
    return new Promise((resolve) => {
      this.tell({
        output: () => {},
        exit: () => resolve(),
        report: ({ event }) => event === "ready" && resolve(),
      });
    });
  }

  /** Ends the process and all that it started; resolves when it is gone. */
  async end(): Promise<void> {
    const { transport } = this;
    const orphans = transport.gone;
    // The group may have members left when the process itself is gone.
    endAll(transport.pid);
    if (orphans) endMarked(this.mark);
    await transport.ended();
    guard("-", transport.pid);
    transport.close();
    this.line?.close();
  }

  /** Tells `hearer` all that has happened so far, and all that will. */
  tell(hearer: Hearer): void {
    this.#told.to(hearer);
  }
}

/** Keeps what happens until there is somebody to tell it to. */
class Told {
  #hearer: Hearer | undefined;
  readonly #early: ((to: Hearer) => void)[] = [];

  tell(what: (to: Hearer) => void) {
    if (this.#hearer) what(this.#hearer);
    else this.#early.push(what);
  }

  to(hearer: Hearer) {
    this.#hearer = hearer;
    for (const what of this.#early.splice(0)) what(hearer);
  }
}
