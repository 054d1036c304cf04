/**
 * The record of one conversation: who did what to whom, when, in which bytes,
 * and what was printed. Everything that is said about a run is read from here.
 */

/** What happened, without the time. Names are those of the actors. */
export type Happening =
  | { kind: "start"; who: string; text: string }
  | { kind: "listen"; who: string; port: number; text: string }
  | { kind: "connect"; who: string; port: number; text: string }
  | { kind: "join"; who: string }
  /** Bytes over TCP: one write of a participant, or one chunk that it got. */
  | { kind: "send"; from: string; to: string; bytes: Buffer }
  | { kind: "fin"; from: string; to: string }
  | { kind: "reset"; from: string; to: string }
  /** The program's standard output or standard error. */
  | { kind: "print"; who: string; stream: "stdout" | "stderr"; bytes: Buffer }
  /** The program's standard input. */
  | { kind: "type"; who: string; bytes: Buffer }
  | { kind: "eof"; who: string }
  | { kind: "signal"; who: string; text: string }
  | { kind: "exit"; who: string; code: number | null; signal: string | null }
  | { kind: "note"; who: string; text: string };

/** One entry of a transcript. */
export type Entry = Happening & {
  /** Milliseconds since the conversation began. */
  readonly at: number;
  /** Bytes in all, where `bytes` holds only the first of them. */
  length?: number;
  /** Why this entry is what went wrong; the diagram shows it with a ✗. */
  mark?: string;
};

/** The bytes of one entry that are kept; the rest is only counted. */
const KEPT_BYTES = 512;
/** The entries that are kept: a flood is told by its beginning. */
const KEPT_ENTRIES = 5000;

/** How long after a program's end its last bytes may come, in milliseconds. */
const LAST_WORDS = 100;

/** A program that did not do what a check expects of it. */
export class Failure extends Error {
  override readonly name = "Failure";
  /** Which step of the check failed, one word for each kind. */
  readonly step: string;
  /** The line that it is about, if it is about one. */
  readonly line: string | undefined;
  /** The participant that it is about, if it is about one. */
  readonly who: string | undefined;
  /** What was awaited in vain, when that is what failed. */
  readonly awaited: string | undefined;

  constructor(
    step: string,
    message: string,
    about: { line?: string; who?: string; awaited?: string } = {},
  ) {
    super(message);
    this.step = step;
    this.line = about.line;
    this.who = about.who;
    this.awaited = about.awaited;
  }
}

/** What a check needs and this system or this program cannot give. */
export class Unknowable extends Error {
  override readonly name = "Unknowable";
}

/** What a wait is for, and what ends it without success. */
export interface Awaited {
  /** What is awaited, so that it reads after "waited for": "Ben to hear …". */
  what: string;
  /** The failure when it does not come. */
  step: string;
  line?: string;
  who?: string;
  /** Milliseconds to wait; the transcript's own deadline when left out. */
  limit?: number;
  /** True when the end of the program is no reason to give up. */
  evenAfterExit?: boolean;
}

/** A transcript that is being written. Waits end with the entry they are for. */
export class Transcript {
  readonly entries: Entry[] = [];
  /** How long a wait lasts at most, in milliseconds. */
  readonly deadline: number;
  /** Entries that were not kept. */
  omitted = 0;
  /** Called with every entry as it is added; for who wants to look on. */
  onEntry: ((entry: Entry) => void) | undefined;
  /** The end of the program, once it has ended. */
  exit: (Entry & { kind: "exit" }) | undefined;
  #ended = false;
  readonly #began = performance.now();
  readonly #waits = new Set<() => void>();

  constructor(deadline: number) {
    this.deadline = deadline;
  }

  /** Ends the record: what comes now is the clearing away. */
  end(): void {
    this.#ended = true;
  }

  /** Writes down what happened and lets the waits look. */
  add(happening: Happening): Entry {
    const entry: Entry = {
      ...happening,
      at: Math.round((performance.now() - this.#began) * 100) / 100,
    };
    if ("bytes" in entry) {
      entry.length = entry.bytes.length;
      // A copy: a part of a chunk would keep the whole chunk in memory.
      entry.bytes = Buffer.from(entry.bytes.subarray(0, KEPT_BYTES));
    }
    if (entry.kind === "exit") this.exit = entry;
    if (this.#ended) return entry;
    this.onEntry?.(entry);
    if (this.entries.length < KEPT_ENTRIES || entry.kind === "exit") {
      this.entries.push(entry);
    } else {
      this.omitted++;
    }
    this.look();
    return entry;
  }

  /** Lets the waits look; for what changed without an entry. */
  look(): void {
    for (const wait of [...this.#waits]) wait();
  }

  /**
   * Waits until `holds` is true, looking at every entry that is added.
   *
   * @param count as long as it grows, however slowly, the deadline begins anew
   * @throws {Failure} when the deadline has passed, or the program has ended
   */
  until(
    holds: () => boolean,
    awaited: Awaited,
    count = () => 0,
  ): Promise<void> {
    const limit = awaited.limit ?? this.deadline;
    let counted = count();
    const hasGrown = () => {
      const before = counted;
      counted = count();
      return counted > before;
    };
    return new Promise((resolve, reject) => {
      const settle = (failure?: Failure) => {
        clearTimeout(timer);
        clearTimeout(ended);
        this.#waits.delete(look);
        if (failure) reject(failure);
        else resolve();
      };
      const { step, what } = awaited;
      const fail = (why: string, about = {}) =>
        settle(new Failure(step, `${why} ${what}`, { ...awaited, ...about }));
      const look = () => {
        if (holds()) return settle();
        if (hasGrown()) timer.refresh();
        if (!this.exit || awaited.evenAfterExit || ended) return;
        // What it sent or printed last may still be on its way to the checker.
        ended = setTimeout(() => {
          fail("The program ended while the check waited for");
        }, LAST_WORDS);
      };
      let ended: NodeJS.Timeout | undefined;
      const seconds = limit / 1000;
      const timer = setTimeout(() => {
        // What changes without an entry is seen here for the first time.
        if (holds()) settle();
        else if (hasGrown()) timer.refresh();
        else fail(`Nothing in ${seconds} s of waiting for`, { awaited: what });
      }, limit);
      this.#waits.add(look);
      look();
    });
  }

  /**
   * Waits until `count` has reached `goal`. The deadline is for standing still.
   *
   * @throws {Failure} when it has not grown for as long as a wait may last
   */
  untilCounted(
    count: () => number,
    goal: number,
    awaited: Awaited,
  ): Promise<void> {
    return this.until(() => count() >= goal, awaited, count);
  }
}
