/** A room with the server under check: Ada, Ben and Cleo join and talk. */
import { stripVTControlCharacters } from "node:util";
import { flood } from "./flood.ts";
import { isNodeProgram } from "./launch.ts";
import { Localhost } from "./localhost.ts";
import { Participant, shown } from "./participant.ts";
import { PORT, Room } from "./room.ts";
import { Failure, Transcript, Unknowable } from "./transcript.ts";

/** Pending bytes that no kernel has taken: the server itself keeps them. */
const ENOUGH_PENDING = 512 * 1024;
/** Floods of half a megabyte until a kernel must have had enough. */
const MOST_FLOODS = 16;
/** How long the right number may follow something else that is printed, in ms. */
const NUMBER = 1000;
/** How long what was queued may take once its time has come, in ms. */
const QUEUED = 1000;
/** After so long, in ms, a print may have another cause than the last event. */
const PROMPT = 300;
/** After so long, in ms, what a newcomer was sent may have been a question. */
const ASKED = 800;
/** How long a server might put off an echo, in milliseconds. */
const PUT_OFF = 450;
/** How long between two tries to connect, in milliseconds. */
const RETRY = 15;

/** The answer of a program about a connection that it has closed. */
const GONE = -1;

/** What is pending for somebody who does not read. */
export interface Pending {
  /** Reads again, and fails unless all of it comes, and then a FIN. */
  isAllBeforeFin(): Promise<void>;
  /** Reads again, and fails unless all of it comes before what is said next. */
  isAllBeforeNextLine(): Promise<void>;
}

/** One line that counts: who said it, and who must hear it. */
export interface Said {
  readonly line: string;
  readonly by: Participant;
  readonly hearers: readonly Participant[];
}

/** The server under check, and those who talk through it. */
export class ServerRoom extends Room {
  protected readonly role = "server";
  /** The lines that are judged; greetings are not. */
  readonly said: Said[] = [];

  /**
   * Joins under these names, starting the server if need be. The first one to
   * get in is the probe: no other connection is made to see if there is a
   * server. Connected is not accepted: see `meet`.
   *
   * @throws {Failure} when the server lets nobody in before the deadline
   */
  async join<N extends string[]>(
    ...names: N
  ): Promise<{ [K in keyof N]: Participant }> {
    if (!this.started) {
      await this.expectFreePort();
      await this.start();
    }
    const joined: Participant[] = [];
    for (const name of names) joined.push(await this.#connect(name));
    return joined as { [K in keyof N]: Participant };
  }

  /**
   * Joins under these names and greets, until everyone has heard everyone:
   * then all are accepted, and known to the server. What is said then counts.
   *
   * @throws {Failure} when somebody stays unheard until the deadline
   */
  async meet<N extends string[]>(
    ...names: N
  ): Promise<{ [K in keyof N]: Participant }> {
    const joined = await this.join(...names);
    await this.greet(...(joined as Participant[]));
    return joined;
  }

  /**
   * Joins under these names, one after the other, and waits each time until the
   * server has printed something: what it prints from now on is about others.
   */
  async joinAndBeTold<N extends string[]>(
    ...names: N
  ): Promise<{ [K in keyof N]: Participant }> {
    for (const name of names) {
      const before = this.started ? this.program.output.mark : 0;
      await this.join(name);
      await this.#tells(before, "logs a join", `a line for ${name}`, true);
    }
    await this.quiet();
    return this.present.slice(-names.length) as {
      [K in keyof N]: Participant;
    };
  }

  /**
   * Joins under these names, and each says something until it has surfaced:
   * then all are accepted, and a first line that a server takes for a name has
   * been said. Unlike `meet` it asks for no broadcast.
   */
  async known<N extends string[]>(
    ...names: N
  ): Promise<{ [K in keyof N]: Participant }> {
    const joined = await this.join(...names);
    const received: Participant[] = [];
    for (const one of joined) received.push(await this.isReceived(one));
    return received as typeof joined;
  }

  /**
   * Each of `people` says something until all the others in the room have heard
   * it. It is said again when it goes unheard: a server may take the first line
   * for a name, or be slow to know a newcomer.
   */
  async greet(...people: Participant[]): Promise<void> {
    // The newest first: when it is heard, all before it are accepted, too.
    for (const speaker of people.reverse()) {
      let again = false;
      await this.patiently(async (limit) => {
        if (again) this.#introduce(speaker);
        again = true;
        const greeting = this.line();
        speaker.send(`${greeting}\n`);
        for (const other of this.online) {
          if (other !== speaker) {
            await this.hears(other, greeting, "greets", limit);
          }
        }
      });
      this.#known.add(speaker);
    }
  }

  /**
   * Everybody but `speaker` of whom nothing was heard yet says a line that does
   * not count: a server may send to those alone who have told their name.
   */
  #introduce(speaker: Participant): void {
    for (const one of this.online) {
      if (one === speaker || this.#known.has(one)) continue;
      if (!this.#received.has(one)) one.send(`${this.line()}\n`);
    }
  }

  /**
   * Somebody says something that does not count, and it turns up somewhere: what
   * the server was sent before, by anybody, it has read by now. Twice, because
   * two connections that are readable at once are read in no certain order.
   */
  async nudge(speaker: Participant): Promise<void> {
    for (let times = 0; times < 2; times++) {
      const line = this.line();
      speaker.send(`${line}\n`);
      await this.surfaces(line, speaker);
    }
  }

  /**
   * Somebody sends `text` byte by byte, and each byte has been read before the
   * next one is sent. To a server that takes its time the rest goes in one piece,
   * once half of the deadline is over.
   */
  async sendsInPieces(
    speaker: Participant,
    text: string,
    other: Participant,
  ): Promise<void> {
    const bytes = Buffer.from(text);
    const end = performance.now() + this.setup.deadline / 2;
    let sent = 0;
    while (sent < bytes.length && performance.now() < end) {
      speaker.send(bytes.subarray(sent, ++sent));
      await this.nudge(other);
    }
    if (sent < bytes.length) speaker.send(bytes.subarray(sent));
  }

  /** Those who are connected now. */
  get online(): Participant[] {
    return this.present.filter((one) => one.connected && !this.#left.has(one));
  }

  readonly #left = new Set<Participant>();
  /** Those who were heard: what is said from now on must reach them. */
  readonly #known = new Set<Participant>();

  /** Somebody leaves politely, and is not spoken to from now on. */
  leaves(participant: Participant): void {
    this.#left.add(participant);
    participant.leaves();
  }

  /** Somebody breaks the connection, and is not spoken to from now on. */
  resets(participant: Participant): void {
    this.#left.add(participant);
    participant.resets();
  }

  /** Somebody is not spoken to from now on: it does not read, or is leaving. */
  without(participant: Participant): void {
    this.#left.add(participant);
  }

  /**
   * Says a new line that counts. All others who are online must hear it.
   * Returns the line; nothing is waited for.
   */
  says(speaker: Participant, line = this.line()): string {
    this.counts(speaker, line);
    speaker.says(line);
    return line;
  }

  /** Counts a line that is sent in some other way, in pieces perhaps. */
  counts(speaker: Participant, line: string): void {
    const hearers = this.online.filter(
      (other) => other !== speaker && this.#known.has(other),
    );
    this.said.push({ line, by: speaker, hearers });
  }

  /** Waits until everyone who must hear `line` has heard it. */
  async othersHear(line: string): Promise<void> {
    const said = this.said.find((one) => one.line === line);
    for (const hearer of said?.hearers ?? []) {
      await this.hears(hearer, line, "hears");
    }
  }

  /** Somebody says `line`, and all others hear it with nothing altered in it. */
  async allHearWhole(speaker: Participant, line: string): Promise<void> {
    this.says(speaker, line);
    for (const hearer of this.said.at(-1)?.hearers ?? []) {
      const step = "special characters";
      await this.turnsUpWhole(
        () => hearer.heard.lines,
        line,
        speaker.name,
        step,
      );
    }
  }

  /**
   * Says a line and waits until all others have heard it: whatever the server
   * did before, for anybody, it has done by now. Order proves silence.
   */
  async round(...speakers: Participant[]): Promise<void> {
    for (const speaker of speakers) {
      await this.othersHear(this.says(speaker));
    }
  }

  /**
   * Fails unless every line that counts was heard by everyone once, whole, on a
   * line of its own and in the order of its speaker, and never by its speaker.
   */
  expectEachLineHeardOnce(): void {
    for (const { line, by, hearers } of this.said) {
      const about = { line, who: by.name };
      const own = by.heard.count(line);
      const quoted = `"${shown(line)}"`;
      const echo = `${by.name} heard the own line ${quoted}.`;
      this.expect(own === 0, "echo", echo, about);
      for (const hearer of hearers) {
        const who = hearer.name;
        const times = hearer.heard.count(line);
        const lost = `${who} did not hear ${by.name}'s ${quoted}.`;
        // Who has left may have gone before the line came.
        const gone = this.#left.has(hearer);
        this.expect(times > 0 || gone, "lost", lost, { line, who });
        const twice = `${who} heard ${by.name}'s ${quoted} ${times} times.`;
        this.expect(times <= 1, "twice", twice, { line, who });
      }
    }
    for (const participant of this.present) this.#expectWholeLines(participant);
  }

  #expectWholeLines(hearer: Participant) {
    const due = this.said.filter(
      ({ line, hearers }) =>
        hearers.includes(hearer) && hearer.heard.includes(line),
    );
    const who = hearer.name;
    const last = new Map<Participant, number>();
    const lines = hearer.heard.lines;
    for (const { line, by } of due) {
      const at = lines.findIndex((heard) => heard.includes(line));
      const heard = lines[at] ?? "";
      const joined = due.find(
        (other) => other.line !== line && heard.includes(other.line),
      );
      const glued = `${who} heard two messages in one line.`;
      this.expect(!joined, "glued", glued, { line, who });
      const order = `${who} heard ${by.name}'s lines in another order.`;
      this.expect(at > (last.get(by) ?? -1), "order", order, { line, who });
      last.set(by, at);
    }
  }

  /** Waits until `hearer` has heard `line`, or is cut off. */
  async hears(
    hearer: Participant,
    line: string,
    step: string,
    limit?: number,
  ): Promise<void> {
    const who = hearer.name;
    await this.transcript.until(
      () => hearer.heard.includes(line) || !hearer.connected,
      {
        what: `${who} to hear "${shown(line)}"`,
        step,
        line,
        who,
        ...(limit !== undefined && { limit }),
      },
    );
    const gone = `${who}'s connection was ended by the server.`;
    const heard = hearer.heard.includes(line);
    this.expect(heard, "cut off", gone, { who, line });
  }

  /**
   * Where `line` has turned up whole, if anywhere: with a participant or in what the server printed. Which of them is the server's own choice.
   */
  surfaced(line: string): boolean {
    return (
      this.program.output.includes(line) ||
      // Who hears the own line was received, whatever else is wrong.
      this.present.some((one) => one.heard.includes(line))
    );
  }

  /** Waits until `line` has surfaced. */
  surfaces(line: string, by: Participant, limit?: number): Promise<void> {
    return this.transcript.until(() => this.surfaced(line), {
      what: `${by.name}'s "${shown(line)}" to be printed or heard by anyone`,
      step: "surfaces",
      line,
      who: by.name,
      ...(limit !== undefined && { limit }),
    });
  }

  /**
   * Waits for a sign that the server serves `newcomer`, who talks: what it says
   * turns up anywhere or, where nothing ever does, the server prints something
   * or greets. `before` is a mark of its output, before the newcomer joined.
   */
  async isServed(newcomer: Participant, before: number): Promise<void> {
    const { output } = this.program;
    const greetings: string[] = [];
    const who = newcomer.name;
    const heard = () => greetings.find((greeting) => this.surfaced(greeting));
    const noticed = () =>
      output.since(before).trim() !== "" || newcomer.heard.length > 0;
    await this.patiently(async (limit) => {
      const greeting = this.line();
      greetings.push(greeting);
      newcomer.send(`${greeting}\n`);
      const awaited = {
        what: `a sign that the server serves ${who}`,
        step: "is served",
        who,
        limit,
      };
      const done = () =>
        heard() !== undefined ||
        !newcomer.connected ||
        (this.hasty && noticed());
      await this.transcript.until(done, awaited).catch((failure: Failure) => {
        if (failure.awaited === undefined || !noticed()) throw failure;
      });
    });
    const away = `The server ended ${who}'s connection at once.`;
    this.expect(newcomer.connected, "turned away", away, { who });
    if (heard() === undefined) this.#unheard.push([newcomer, greetings]);
  }

  /** Those of whom the server has taken notice, and no word was heard. */
  readonly #unheard: [Participant, readonly string[]][] = [];

  /**
   * Fails when somebody of whom the server took notice was only put in a queue:
   * then what was said turns up as soon as Ada has left. A server that does not
   * receive at all is no such case.
   */
  async nobodyWaitedForAda(): Promise<void> {
    const [ada] = this.present;
    const unheard = this.#unheard.filter(
      ([, said]) => !said.some((line) => this.surfaced(line)),
    );
    if (unheard.length === 0 || !ada || this.hasty) return;
    const late = () =>
      unheard.find(([, said]) => said.some((line) => this.surfaced(line)));
    // A server that sends now and then sends while Ada is still there.
    const open = { what: "nothing", step: "is served", limit: 2 * QUEUED };
    const heard = (line: string) => this.surfaced(line);
    const all = () => unheard.every(([, said]) => said.some(heard));
    await this.transcript.until(all, open).catch(() => {});
    if (late()) return;
    this.leaves(ada);
    await this.transcript
      .until(() => late() !== undefined, {
        what: "what was said to turn up when Ada has left",
        step: "is served",
        limit: QUEUED,
      })
      .catch(() => {});
    const who = late()?.[0].name ?? "";
    const message = `What ${who} had said was received when Ada had left, and not before.`;
    this.expect(who === "", "is served", message, { who });
  }

  /**
   * Does `action` and waits until the server has printed something about it.
   * What it prints all the time, whatever happens, does not count.
   *
   * @param asked true when the newest may be asked for a name first
   * @returns what was said for a name, if it was
   */
  async logs(
    step: string,
    what: string,
    action: () => Promise<unknown>,
    asked = false,
  ): Promise<string | undefined> {
    await this.quiet();
    const { output } = this.program;
    const mark = output.mark;
    const began = performance.now();
    const [name] = await Promise.all([
      this.#tells(mark, step, what, asked),
      action(),
    ]);
    const took = performance.now() - began;
    if (took < PROMPT) return name;
    // So late that it may be something else, that comes again by itself.
    const after = output.mark;
    const awaited = { what: "nothing", step, limit: 2 * took };
    const again = () => this.#shapes(after).length > 0;
    await this.transcript.until(again, awaited).catch(() => {});
    const repeated = this.#shapes(after);
    const told = this.#shapes(mark).filter((one) => !repeated.includes(one));
    const message = `The server prints "${repeated[0]}" by itself, and not ${what}.`;
    this.expect(told.length > 0 || !again(), step, message);
    return name;
  }

  /**
   * Somebody joins, and the server prints something about it: at once or, where
   * it asks who that is, when it has been told. What it prints of any line that
   * is said does not count.
   */
  async logsJoin(name: string): Promise<Participant> {
    const [step, what] = ["logs a join", `a line for ${name}, who joins`];
    const { output } = this.program;
    const before = output.mark;
    const join = () => this.join(name);
    const told = await this.logs(step, what, join, true);
    const newcomer = this.present.at(-1) as Participant;
    if (told === undefined) return newcomer;
    const printed = this.#shapes(before, told);
    const after = output.mark;
    const line = this.line();
    newcomer.says(line);
    await this.quiet();
    const ofAny = this.#shapes(after, line);
    const message = `The server prints what ${name} says, and nothing about ${name}'s coming.`;
    const own = printed.some((one) => !ofAny.includes(one));
    this.expect(own, step, message);
    return newcomer;
  }

  /**
   * Waits until the server has printed something since `mark`. When nothing
   * comes, and the newest participant was sent something, that may be a question
   * for a name: it is answered, with what is returned.
   */
  async #tells(
    mark: number,
    step: string,
    what: string,
    asked: boolean,
  ): Promise<string | undefined> {
    if (!asked) {
      await this.printsSince(mark, step, what);
      return undefined;
    }
    const limit = Math.min(ASKED, this.setup.deadline);
    try {
      await this.printsSince(mark, step, what, limit);
      return undefined;
    } catch (failure) {
      if ((failure as Failure).awaited === undefined) throw failure;
    }
    const newest = this.present.at(-1);
    const name = newest && newest.heard.length > 0 ? this.line() : undefined;
    if (name !== undefined) newest?.says(name);
    await this.printsSince(mark, step, what);
    return name;
  }

  /** What was printed since `mark`: each kind of line once, without numbers. */
  #shapes(mark: number, said?: string): string[] {
    const lines = this.program.output.since(mark).split(/[\r\n]+/);
    const shapes = lines
      .map((line) => (said ? line.replaceAll(said, "…") : line))
      .map((line) => line.replace(/\d+/g, "#").trim());
    return [...new Set(shapes)].filter((shape) => shape !== "");
  }

  /**
   * Somebody says lines until one of them has surfaced: a server may take the
   * first line for a name, or send only to some of the clients. So somebody new
   * listens, too, and in the end the speaker comes anew. Resolves to whoever was
   * received: the speaker, or the speaker's new connection.
   */
  async isReceived(speaker: Participant): Promise<Participant> {
    let by = speaker;
    let tries = 0;
    await this.patiently(async (limit) => {
      const isNew = !this.#received.has(speaker);
      if (isNew && ++tries === 3) await this.join("Guest");
      if (isNew && tries > 1) this.#introduce(by);
      if (isNew && tries === 4) {
        this.leaves(speaker);
        [by] = await this.join(speaker.name);
      }
      const line = this.line();
      by.says(line);
      await this.surfaces(line, by, limit);
    });
    this.#received.add(by);
    return by;
  }

  /** Those of whom something was received. */
  readonly #received = new Set<Participant>();

  /** Rounds, one now and then, for as long as an echo may be put off. */
  async roundsOfPatience(...speakers: Participant[]): Promise<void> {
    const end = performance.now() + (this.hasty ? 0 : PUT_OFF);
    do {
      await this.round(...speakers);
      await this.quiet();
    } while (performance.now() < end);
    await this.round(...speakers);
  }

  /**
   * Waits until `line` has surfaced whole, on a line of its own: not cut, not
   * altered, not on one line with `apart`.
   */
  async surfacesWhole(
    line: string,
    by: Participant,
    step: string,
    apart?: string,
  ): Promise<void> {
    const lines = () => [
      ...this.program.output.lines,
      ...this.present.flatMap((one) => (one === by ? [] : one.heard.lines)),
    ];
    await this.turnsUpWhole(lines, line, by.name, step, apart);
  }

  /** Fails when a carriage return was taken for a part of the message. */
  expectNoStrayReturn(line: string): void {
    const texts = [
      this.program.output.text,
      ...this.present.map((one) => one.heard.text),
    ];
    for (const text of texts) {
      const after = text.slice(text.indexOf(line) + line.length);
      this.expect(
        !text.includes(line) || !/^(\r(?!\n)|\\r)/.test(after),
        "stray CR",
        `The message "${line}" has a carriage return at its end.`,
        { line },
      );
    }
  }

  /** True once the server has told how many are online, more than one. */
  #hasCounted = false;

  /**
   * Does `action` and fails unless the last line that the server prints then
   * has the number `online` in it. A coming must be printed; a going may be
   * told by the next line only.
   */
  async tellsOnline(
    online: number,
    kind: "coming" | "going",
    action: () => Promise<unknown>,
  ): Promise<void> {
    const before = this.started ? this.program.output.mark : 0;
    await action();
    const fresh = () =>
      stripVTControlCharacters(this.program.output.since(before)).trim();
    const last = () => fresh().split("\n").at(-1) ?? "";
    // Addresses and times are numbers, too, and not meant.
    const numbers = () =>
      last()
        .replace(/\d+-\d+-\d+T?|[\da-f]*[.:][\da-f.:]*\d/g, "")
        .match(/(?<![\d.:])\d+(?![\d.:])/g);
    const right = () => numbers()?.includes(String(online)) ?? false;
    await this.transcript
      .until(() => fresh() !== "", {
        what: `a line with the number online, ${online}`,
        step: "counts",
      })
      .catch((failure) => {
        if (kind === "coming" || this.transcript.exit) throw failure;
      });
    if (fresh() === "") return;
    // What was printed first may be about something earlier.
    const what = `the number online, ${online}`;
    await this.transcript
      .until(right, { what, step: "counts", limit: NUMBER })
      .catch(() => {});
    await this.quiet();
    const found = numbers();
    const told = found ? `tells ${found.join(", ")}` : "tells no number";
    // Who has never told the right number tells another one.
    const counted = found && this.#hasCounted;
    this.expect(
      right(),
      counted ? "count" : "counts",
      `The server ${told}, and ${online} are online.`,
    );
    this.#hasCounted ||= online > 1;
  }

  /**
   * Fails when what was printed since `before` tells the same thing twice. What
   * is printed of `said`, a line that somebody said, is not meant.
   */
  expectToldOnce(before: number, said?: string): void {
    const told = this.program.output.since(before).split("\n");
    const shapes = told
      .filter((line) => line.trim() !== "" && !(said && line.includes(said)))
      .map((line) => line.replace(/\d+/g, "#"));
    const twice = shapes.find((shape, at) => shapes.indexOf(shape) !== at);
    const message = `The server tells twice that a client has left.`;
    this.expect(twice === undefined, "told twice", message);
  }

  /** Waits until the server listens, or has ended. */
  async comesUp(): Promise<void> {
    if (!this.program.redirected) {
      await this.#connect("Ada").catch((failure) => {
        if (!this.transcript.exit) throw failure;
      });
      return;
    }
    const up = () => this.program.listening.length > 0;
    await this.transcript.until(() => up() || !!this.transcript.exit, {
      what: "the server to listen or to end",
      step: "listens",
      evenAfterExit: true,
    });
  }

  #taken: Localhost | undefined;

  /** Takes a port, so that the server cannot have it. Resolves to the port. */
  async takePort(): Promise<number> {
    const port = isNodeProgram(this.setup.program) ? 0 : PORT;
    this.#taken = await Localhost.listen(port, (socket) => socket.destroy());
    return this.#taken.port;
  }

  override async close(): Promise<void> {
    await super.close();
    this.#taken?.close();
  }

  /**
   * Makes `sleeper` stop reading and `speaker` say so much that bytes are
   * pending for the sleeper in the server itself, not only in the kernel.
   *
   * @throws {Failure} when the server ends the sleeper's connection for that
   */
  async leavesPending(
    speaker: Participant,
    sleeper: Participant,
    hearer: Participant,
  ): Promise<Pending> {
    const word = this.line();
    const size = 4096;
    const lines = 128;
    let floods = 0;
    let pending: number | undefined = 0;
    const who = sleeper.name;
    sleeper.stopsReading();
    this.without(sleeper);
    while (floods < MOST_FLOODS && (pending ?? 0) < ENOUGH_PENDING) {
      const part = { from: speaker, to: hearer, lines, size, window: lines };
      await flood({ ...part, word: `${word}${floods++}` }, this.transcript);
      pending = await this.#pendingFor(sleeper);
      const kilobytes = (floods * lines * size) / 1024;
      const early = `The server ended the connection of ${who}, who had not read the last ${kilobytes} KB.`;
      this.expect(pending !== GONE, "cut off early", early, { who });
    }
    const next = this.line();
    const due = floods * lines;
    let heard = 0;
    let heardNext = false;
    const readsAgain = () => {
      let tail = "";
      sleeper.into = (chunk) => {
        const parts = (tail + chunk.toString("latin1")).split("\n");
        tail = parts.pop() ?? "";
        heard += parts.filter((part) => part.includes(word)).length;
        heardNext ||= parts.some((part) => part.includes(next));
      };
      sleeper.readsAgain();
    };
    const expectAll = () => {
      const lost = `${who} got ${heard} of ${due} lines that were said before.`;
      this.expect(heard === due, "pending lost", lost, { who });
    };
    return {
      isAllBeforeFin: async () => {
        readsAgain();
        await sleeper.isLeft();
        expectAll();
      },
      isAllBeforeNextLine: async () => {
        readsAgain();
        // Who leaves lines out may do so for as long as anything is pending.
        const end = performance.now() + this.setup.deadline;
        while (
          ((await this.#pendingFor(sleeper)) ?? 0) > 0 &&
          performance.now() < end
        ) {
          await new Promise((resolve) => setTimeout(resolve, RETRY));
        }
        speaker.send(`${next}\n`);
        await this.transcript.until(() => heardNext || !sleeper.connected, {
          what: `${who}, who reads again, to hear "${next}"`,
          step: "pending lost",
          who,
        });
        expectAll();
      },
    };
  }

  /** Bytes pending for somebody in a Node program, or `GONE`. */
  #pendingFor({ port }: Participant): Promise<number | undefined> {
    return this.program.ask({ ask: "pending", peer: port });
  }

  /**
   * How many times the server has written to somebody.
   *
   * @throws {Unknowable} when it is not a Node program
   */
  async writesTo({ port }: Participant): Promise<number> {
    const writes = await this.program.ask({ ask: "writes", peer: port });
    if (writes === undefined) {
      throw new Unknowable("Only a Node program can be asked for its writes.");
    }
    return writes;
  }

  /** The addresses where the server may be. */
  addresses(): { port: number; host: string }[] {
    if (!this.program.redirected) {
      return ["127.0.0.1", "::1"].map((host) => ({ port: PORT, host }));
    }
    return this.program.listening.map(({ address }) => ({
      port: address.port,
      host: address.family === "IPv6" ? "::1" : "127.0.0.1",
    }));
  }

  /** Throws when a program that takes the real port 8888 would not get it. */
  protected async expectFreePort(): Promise<void> {
    if (isNodeProgram(this.setup.program)) return;
    for (const host of ["127.0.0.1", "::1"]) {
      const probe = await Participant.join(
        "probe",
        "server",
        [{ port: PORT, host }],
        // Somebody else's conversation: not a word of it is ours.
        new Transcript(0),
      );
      probe?.discard();
      if (probe) {
        throw new Error(
          `Port ${PORT} is taken by another program. End it and try again.`,
        );
      }
    }
  }

  async #connect(name: string): Promise<Participant> {
    const patience =
      this.present.length === 0 ? this.startingTime : this.setup.deadline;
    const end = performance.now() + patience;
    for (;;) {
      const participant = await Participant.join(
        name,
        "server",
        this.addresses(),
        this.transcript,
      );
      if (participant) {
        this.present.push(participant);
        return participant;
      }
      const { exit } = this.transcript;
      if (exit) {
        throw new Failure("listens", "The program ended and listens nowhere.");
      }
      if (performance.now() > end) {
        this.program.lookForPorts();
        const seconds = patience / 1000;
        throw new Failure(
          "listens",
          `Nobody could connect to the server within ${seconds} s.`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
  }
}
