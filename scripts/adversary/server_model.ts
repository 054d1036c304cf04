/**
 * The model of a chat: holds a random history with a server, knows at every
 * moment who must have heard what, and fails as soon as it was otherwise.
 *
 * Due to a hearer is each complete line of somebody else that was said while
 * the hearer was connected and known to the server. Of what is due, those who
 * stay hear all; those who break off, or are slow beyond what the server
 * promises to bear, hear a beginning of it.
 */
import { type Participant, shown } from "../room/participant.ts";
import type { ServerRoom } from "../room/server_room.ts";
import { Failure } from "../room/transcript.ts";
import { Ear, type Flaw } from "./ear.ts";
import { alteredStep, gluedStep } from "./flaws.ts";
import type { History, Promises, Step } from "./server_history.ts";
import { content, type Words } from "./words.ts";

const MEGABYTE = 1024 * 1024;
const NEWLINE = 10;
/** The names of those who come first. */
const FIRST = ["Ada", "Ben", "Cleo"] as const;
/** How many are in the room at most: more would show nothing new. */
const MOST = 7;
/** How long a greeting may go unheard before it is said again, in ms. */
const FIRST_WAIT = 400;
/** How long a line that was overtaken may be in coming, in milliseconds. */
const OVERTAKEN = 300;
/** Lines of a flood, in bytes, and how many are on their way at once. */
const FLOOD_LINE = 64 * 1024;
const FLOOD_WINDOW = 8;
/** What is pending for one client in any bounded server, in bytes at most. */
const BOUND = 16 * MEGABYTE;
/** What an unfinished line may cost, and what is sent of it, in bytes. */
const LINE_BOUND = 24 * MEGABYTE;
const DRONE = 48;
/** Dozing for longer than this a server may take for being gone, in ms. */
const DOZE = 500;

/** How long what shows a cause may be in coming, in milliseconds. */
const PROBE = 700;
/** More than a server reads at once, perhaps, in bytes. */
const LONG = 16 * 1024;
/** More than the kernel keeps of what is due to one client, perhaps. */
const MUCH = 64 * 1024;

/** A line that was said. */
interface Said {
  readonly n: number;
  readonly text: string;
  readonly by: Guest;
  readonly heardBy: Set<Hearer>;
  /** In how many writes it was sent. */
  pieces: number;
  /** True when somebody else had half a line on its way at the same time. */
  between: boolean;
  /** The line before it in the same write. */
  behind: Said | undefined;
  /** True when nothing else of the same speaker was on its way. */
  alone: boolean;
}

/** A line as a message quotes it. */
function quoted({ text }: Said): string {
  const readable = Buffer.from(text, "latin1").toString("utf8");
  return shown(readable.replace(/\p{Cc}/gu, "·"));
}

/** Somebody who hears: a guest, or who reads what the server prints. */
class Hearer {
  readonly name: string;
  readonly ear: Ear;
  frozen = false;
  /** What it must hear and has not heard yet, in the order of saying. */
  readonly owed = new Map<number, Said>();
  /** The newest line of each speaker that it has heard. */
  readonly newest = new Map<Guest, number>();

  constructor(name: string, ear: Ear) {
    this.name = name;
    this.ear = ear;
  }
}

class Guest extends Hearer {
  readonly participant: Participant;
  /** True once the server has shown that it serves this guest. */
  known = false;
  /** True until it ends its direction or breaks off. */
  here = true;
  /** True once it has said its name, which some servers ask for first. */
  introduced = false;
  /** What it is about to send, and the lines that end in it. */
  rest: Buffer = Buffer.alloc(0);
  ends: { at: number; said: Said }[] = [];
  /** Bytes that are due to it since it froze, and in all. */
  asleep = 0;
  due = 0;
  /** Lines that were said while it was frozen. */
  readonly missed = new Set<Said>();
  /** Writes that have been sent of its unfinished line. */
  pieces = 0;
  /** How many halves were on their way when that line began. */
  halves = 0;

  constructor(participant: Participant, ear: Ear) {
    super(participant.name, ear);
    this.participant = participant;
  }
}

/** Holds one history in a room, from joining to an empty room. */
export class ServerModel {
  readonly #room: ServerRoom;
  readonly #promises: Promises;
  readonly #word: string;
  readonly #said: Said[] = [];
  readonly #guests: Guest[] = [];
  /** Who reads what the server prints. */
  readonly #reader: Hearer;
  #joined = 0;
  /** Who has sent a part of a line, in order. */
  readonly #halves: Guest[] = [];
  #problem: Failure | undefined;
  /** A hearer who heard a line before an earlier one of the same speaker. */
  #overtaken: { hearer: Hearer; said: Said } | undefined;

  constructor(room: ServerRoom, promises: Promises) {
    this.#room = room;
    this.#promises = promises;
    this.#word = room.line();
    this.#reader = new Hearer("the log", new Ear(this.#word, this.#said));
  }

  /**
   * Holds the history.
   *
   * @throws {Failure} when the server does not do what the model says
   */
  async hold(history: History): Promise<void> {
    const lets = this.#promises.shows === "lets in";
    await this.#joins(FIRST.length, !lets);
    if (lets) return;
    for (const step of history) await this.#take(step);
    await this.#ends();
  }

  /** True when what is said to the server comes out of it anywhere. */
  get #speaks(): boolean {
    const { shows } = this.#promises;
    return shows === "heard" || shows === "printed";
  }

  // Who is there

  get #here(): Guest[] {
    return this.#guests.filter(({ here }) => here);
  }

  /** Those who hear what is said now, and show it. */
  get #awake(): Guest[] {
    return this.#here.filter(({ known, frozen }) => known && !frozen);
  }

  #pick(who: number, from: readonly Guest[]): Guest | undefined {
    return from[who % from.length];
  }

  /** True when a server may have cut the guest off, who is too slow. */
  #maybeCut(guest: Guest): boolean {
    return guest.asleep > this.#promises.patience;
  }

  async #joins(count: number, greets: boolean): Promise<void> {
    const { shows, counts } = this.#promises;
    const tells = shows === "told";
    const fresh: Guest[] = [];
    for (let times = 0; times < count; times++) {
      const name = FIRST[this.#joined] ?? `G${this.#joined - 2}`;
      this.#joined++;
      const join = () => this.#room.join(name);
      if (!tells) await join();
      else if (counts) {
        await this.#room.tellsOnline(this.#here.length + 1, "coming", join);
      } else {
        const before = this.#room.started ? this.#room.program.output.mark : 0;
        await join();
        const about = `a line for ${name}`;
        await this.#room.printsSince(before, "logs a join", about);
      }
      const participant = this.#room.participants.at(-1) as Participant;
      const guest = new Guest(participant, new Ear(this.#word, this.#said));
      participant.into = (chunk) =>
        guest.ear.take(chunk, (n, flaw) => this.#hears(guest, n, flaw));
      this.#guests.push(guest);
      fresh.push(guest);
      if (this.#promises.asksNames) this.#send(guest, Buffer.alloc(0));
    }
    if (shows === "printed") {
      this.#room.program.onOutput = (chunk) =>
        this.#reader.ear.take(chunk, (n, flaw) =>
          this.#hears(this.#reader, n, flaw),
        );
    }
    // The newest first: when it is heard, all before it are accepted, too.
    if (greets) for (const one of fresh.reverse()) await this.#greets(one);
  }

  /** Makes a guest known: what it says is heard by those who are known. */
  async #greets(guest: Guest): Promise<void> {
    const { shows } = this.#promises;
    const others = this.#here.filter((one) => one !== guest && !one.frozen);
    const known = others.filter((one) => one.known);
    const hearers: Hearer[] =
      shows === "printed" ? [this.#reader] : known.length > 0 ? known : others;
    if (hearers.length === 0) return;
    if (this.#speaks) {
      const { deadline } = this.#room.setup;
      for (let limit = FIRST_WAIT; ; limit *= 2) {
        const said = this.#line(guest, { size: 0, alphabet: "ascii" });
        this.#send(guest, Buffer.from(`${said.text}\n`));
        const heard = () => hearers.every((one) => said.heardBy.has(one));
        const what = `everyone to hear ${guest.name}'s greeting`;
        const about = { line: this.#mark(said), who: hearers[0]?.name ?? "" };
        try {
          await this.#until(heard, { what, step: "greets", ...about, limit });
          break;
        } catch (error) {
          const vain = (error as Failure).awaited !== undefined;
          if (!vain) throw error;
          if (limit < deadline) continue;
          if (this.#said.every((one) => one.heardBy.size === 0)) {
            const stuck = hearers.some((one) =>
              one.ear.unfinished.includes(this.#mark(said)),
            );
            if (!stuck) throw await this.#whoIsServed(error as Failure, guest);
          }
          const deaf = hearers.find((one) => !said.heardBy.has(one));
          if (!deaf) throw error;
          throw await this.#explains(error as Failure, said, deaf);
        }
      }
    }
    guest.known = true;
  }

  // What is said

  #mark({ n }: { n: number }): string {
    return `${this.#word}${n}.`;
  }

  /** Makes a line, which is not said yet. */
  #line(by: Guest, words: Omit<Words, "crlf">): Said {
    const n = this.#said.length;
    const mark = this.#mark({ n });
    const inside = content({ ...words, crlf: false }, n).toString("latin1");
    const text = `${mark}${inside}${mark}`;
    const own = [this.#reader, ...this.#guests].flatMap((hearer) => [
      ...hearer.owed.values(),
    ]);
    const alone = !own.some((one) => one.by === by);
    const heardBy = new Set<Hearer>();
    const sent = { pieces: 1, between: false, behind: undefined, alone };
    const said: Said = { n, text, by, heardBy, ...sent };
    this.#said.push(said);
    return said;
  }

  /** From now on `said` is due to all who hear. */
  #counts(said: Said): void {
    const { shows } = this.#promises;
    // Who may have been cut off speaks to nobody.
    if (this.#maybeCut(said.by)) return;
    if (shows === "printed") this.#reader.owed.set(said.n, said);
    if (shows !== "heard") return;
    for (const guest of this.#here) {
      if (guest === said.by) continue;
      // Whom nobody has heard yet the server may know all the same.
      if (guest.frozen) {
        guest.asleep += said.text.length;
        guest.missed.add(said);
      }
      guest.due += said.text.length;
      if (guest.known) guest.owed.set(said.n, said);
    }
  }

  #send(guest: Guest, bytes: Buffer): void {
    if (!guest.introduced) guest.participant.send(`${guest.name}\n`);
    guest.introduced = true;
    if (bytes.length === 0) return;
    const isWhole = bytes.at(-1) === NEWLINE && bytes.length < LONG;
    if (!isWhole) this.#halves.push(guest);
    guest.participant.send(bytes);
  }

  /** Sends the next `length` bytes of what a guest is about to say. */
  #sendRest(guest: Guest, length: number): void {
    const complete = guest.ends.filter(({ at }) => at <= length);
    for (const [at, { said }] of complete.entries()) {
      said.behind = complete[at - 1]?.said;
      if (at === 0) {
        said.pieces = guest.pieces + 1;
        const since = this.#halves.slice(guest.halves);
        said.between = since.some((one) => one !== guest);
        guest.pieces = 0;
      }
      this.#counts(said);
    }
    const part = guest.rest.subarray(0, length);
    if (guest.pieces === 0) guest.halves = this.#halves.length;
    if (part.length > 0 && part.at(-1) !== NEWLINE) guest.pieces++;
    guest.rest = guest.rest.subarray(length);
    guest.ends = guest.ends
      .filter(({ at }) => at > length)
      .map(({ at, said }) => ({ at: at - length, said }));
    this.#send(guest, part);
  }

  async #says(step: Step & { does: "says" }, guest: Guest): Promise<void> {
    const parts = [guest.rest];
    let length = guest.rest.length;
    for (const words of step.lines) {
      const said = this.#line(guest, words);
      const text = `${said.text}${words.crlf ? "\r\n" : "\n"}`;
      const bytes = Buffer.from(text, "latin1");
      length += bytes.length;
      parts.push(bytes);
      guest.ends.push({ at: length, said });
    }
    guest.rest = Buffer.concat(parts);
    const cuts = step.cuts.map((cut) => Math.floor(cut * length));
    const places = [...new Set(cuts)].filter((at) => at > 0 && at < length);
    places.sort((a, b) => a - b);
    let sent = 0;
    for (const place of places) {
      this.#sendRest(guest, place - sent);
      sent = place;
      if (step.apart) await this.#nudge(guest);
    }
    if (!step.keeps || places.length === 0)
      this.#sendRest(guest, length - sent);
    if (step.settles) await this.#settle();
  }

  /**
   * Somebody else speaks and is heard, twice: what `guest` has sent before, the
   * server has read by now, in a chunk of its own.
   */
  async #nudge(guest: Guest): Promise<void> {
    const other = this.#awake.find(
      (one) => one !== guest && one.rest.length === 0,
    );
    if (!other) return;
    if (this.#awake.length < 2 && this.#promises.shows === "heard") return;
    await this.#round(other);
    await this.#round(other);
  }

  /** Somebody says a line, and all who are awake hear it. */
  async #round(speaker: Guest): Promise<void> {
    this.#sendRest(speaker, speaker.rest.length);
    const said = this.#line(speaker, { size: 0, alphabet: "ascii" });
    this.#counts(said);
    this.#send(speaker, Buffer.from(`${said.text}\n`));
    await this.#settle();
  }

  // What is heard

  #hears(hearer: Hearer, n: number, flaw: Flaw | undefined): void {
    const said = this.#said[n];
    if (!said) return;
    const { by } = said;
    const whose = `${by.name}'s "${quoted(said)}"`;
    const wrong = (step: string, message: string, more = {}) => {
      const about = { line: this.#mark(said), who: hearer.name, ...more };
      this.#problem ??= new Failure(step, message, about);
    };
    const who = hearer.name;
    if (flaw?.step === "glued") {
      const joined = flaw.numbers.flatMap((one) => this.#said[one] ?? []);
      const printed = this.#promises.shows === "printed";
      const step = gluedStep(joined, flaw, printed);
      wrong(step, `${who} heard two messages in one line.`);
    } else if (flaw?.step === "altered") {
      const step = alteredStep(said, flaw.heard);
      // Not in the transcript, which has only the beginning of each chunk.
      if (hearer instanceof Guest) {
        hearer.participant.heard.add(Buffer.from(`${flaw.heard}\n`, "latin1"));
      }
      const line = Buffer.from(said.text, "latin1").toString();
      const about = step === "special characters" ? { line } : {};
      wrong(step, `${who} heard ${whose} cut or altered.`, about);
    } else if (flaw) {
      wrong("stray CR", `${whose} has a carriage return at its end.`);
    }
    if (hearer === by) {
      wrong("echo", `${who} heard the own line "${quoted(said)}".`);
    }
    if (said.heardBy.has(hearer)) {
      // Where every line is heard twice, the first one was.
      const always = hearer.newest.size === 1 && hearer.newest.get(by) === n;
      wrong(
        always ? "twice" : "twice for once",
        `${who} heard ${whose} twice.`,
      );
    }
    const newest = hearer.newest.get(by) ?? -1;
    if (n < newest) {
      wrong("order", `${who} heard ${by.name}'s lines in another order.`);
    }
    said.heardBy.add(hearer);
    hearer.newest.set(by, Math.max(n, newest));
    hearer.owed.delete(n);
    // What is due is in the order of saying: the first ones are the oldest.
    for (const earlier of hearer.owed.values()) {
      if (earlier.n > n) break;
      if (earlier.by === by) this.#overtaken ??= { hearer, said: earlier };
    }
  }

  /** Waits, as long as nothing is wrong. */
  async #until(
    holds: () => boolean,
    awaited: { what: string; step: string } & Record<string, unknown>,
  ): Promise<void> {
    const wrong = () =>
      this.#problem !== undefined ||
      this.#overtaken !== undefined ||
      this.#cutOff() !== undefined;
    await this.#room.transcript.until(() => wrong() || holds(), awaited);
    if (this.#overtaken && !this.#problem) await this.#isLost(this.#overtaken);
    if (this.#problem) throw this.#problem;
    const cut = this.#cutOff();
    if (!cut) return;
    const message = `${cut.name}'s connection was ended by the server.`;
    throw new Failure(this.#cutOffStep(cut), message, { who: cut.name });
  }

  /** A line that was overtaken is late or lost: a moment tells. */
  async #isLost({ hearer, said }: { hearer: Hearer; said: Said }) {
    const late = () => this.#problem !== undefined;
    const about = { line: this.#mark(said), who: hearer.name };
    const awaited = { what: "a late line", step: "lost", limit: OVERTAKEN };
    await this.#room.transcript.until(late, awaited).catch(() => {});
    const message = `${hearer.name} did not hear ${said.by.name}'s "${quoted(said)}".`;
    if (this.#problem) return;
    this.#problem = await this.#explains(
      new Failure("lost", message, about),
      said,
      hearer,
    );
  }

  /**
   * A line was not heard: tries out what shows why, and gives the failure the
   * step of a check that fails for the same reason.
   */
  async #explains(
    failure: Failure,
    said: Said,
    hearer: Hearer,
  ): Promise<Failure> {
    const { by } = said;
    const { line = "", awaited } = failure;
    const as = (step: string, who = hearer.name) =>
      new Failure(step, failure.message, {
        ...{ line, who },
        ...(awaited !== undefined && { awaited }),
      });
    if (this.#promises.shows === "printed") {
      if (said.behind?.heardBy.has(hearer)) return as("joined lines");
      return as(said.alone ? "surfaces" : "unclear", by.name);
    }
    if (hearer.ear.unfinished.includes(line)) return as("glued");
    if (hearer instanceof Guest && hearer.missed.has(said)) {
      return as("missed asleep");
    }
    const asleep = this.#here.filter(
      (one) => one.frozen && one.asleep > MUCH && one !== hearer,
    );
    if (asleep.length > 0) {
      for (const one of asleep) this.#wakes(one);
      const isHeard = await this.#happens(() => said.heardBy.has(hearer));
      return as(isHeard ? "stands still" : "unclear", asleep[0]?.name);
    }
    return failure;
  }

  /** True when it comes true within a moment. */
  async #happens(holds: () => boolean): Promise<boolean> {
    const awaited = { what: "what shows a cause", step: "probe", limit: PROBE };
    const { transcript } = this.#room;
    return transcript.until(holds, awaited).then(
      () => true,
      () => false,
    );
  }

  /**
   * Nothing that was said has come out of the server yet: finds out whom it
   * does serve, by letting the others speak, and the first of them leave.
   */
  async #whoIsServed(failure: Failure, guest: Guest): Promise<Failure> {
    const { message, line = "", awaited = "" } = failure;
    const says = (one: Guest): Promise<boolean> => {
      const said = this.#line(one, { size: 0, alphabet: "ascii" });
      this.#send(one, Buffer.from(`${said.text}\n`));
      return this.#happens(() => said.heardBy.size > 0);
    };
    const others = this.#here.filter((one) => one !== guest);
    const served: Guest[] = [];
    for (const one of others) if (await says(one)) served.push(one);
    const printed = this.#promises.shows === "printed";
    const [first] = served;
    let step = printed ? "surfaces" : "greets";
    if (first) {
      first.participant.halfCloses();
      this.#gone(first);
      step = "surfaces";
      for (const one of this.#here) if (await says(one)) step = "is served";
      if (served.length > 1) step = "unclear";
    }
    return new Failure(step, message, { line, awaited, who: guest.name });
  }

  /** Somebody whom the server has cut off without a reason. */
  #cutOff(): Guest | undefined {
    return this.#guests.find(
      (guest) =>
        guest.here && !guest.participant.connected && !this.#maybeCut(guest),
    );
  }

  /** How a check calls it that `guest` was cut off. */
  #cutOffStep(guest: Guest): string {
    const isMuch = guest.due >= 8 * MEGABYTE;
    if (guest.missed.size > 0) return isMuch ? "unclear" : "cut off early";
    if (isMuch) return "cut off";
    const isLong = this.#said.some(
      ({ by, text, heardBy }) =>
        by === guest && text.length > LONG && heardBy.size === 0,
    );
    if (isLong) return "long line";
    return guest.known ? "cut off" : "turned away";
  }

  /** Waits until all who are awake have heard what is due to them. */
  async #settle(): Promise<void> {
    const hearers: Hearer[] = [...this.#here, this.#reader];
    const deaf = () => hearers.find((one) => this.#listens(one));
    let before = -1;
    for (;;) {
      const waiting = deaf();
      if (!waiting && !this.#problem && !this.#overtaken) break;
      const [said] = waiting?.owed.values() ?? [];
      const left = hearers.reduce((sum, { owed }) => sum + owed.size, 0);
      const what = `${waiting?.name} to hear "${said ? quoted(said) : ""}"`;
      const line = said && this.#mark(said);
      const about = { line: line ?? "", who: waiting?.name ?? "" };
      try {
        await this.#until(() => !deaf(), { what, step: "hears", ...about });
      } catch (error) {
        // The deadline is for standing still.
        const vain = (error as Failure).awaited !== undefined;
        if (!vain || !said || !waiting) throw error;
        if (left === before) {
          throw await this.#explains(error as Failure, said, waiting);
        }
        before = left;
      }
    }
    for (const guest of this.#here) {
      if (!guest.participant.connected) this.#gone(guest);
      else if (this.#hasAll(guest)) guest.asleep = 0;
    }
  }

  /** True when a guest has heard all that is due: it was not cut off. */
  #hasAll({ known, frozen, owed }: Guest): boolean {
    return known && !frozen && owed.size === 0;
  }

  /** True when somebody is awake and has something to hear yet. */
  #listens(hearer: Hearer): boolean {
    if (hearer.frozen || hearer.owed.size === 0) return false;
    return !(hearer instanceof Guest) || hearer.participant.connected;
  }

  // Who goes

  /** Nothing is due to a guest any more. */
  #gone(guest: Guest): void {
    guest.here = false;
    guest.owed.clear();
    guest.rest = Buffer.alloc(0);
    guest.ends = [];
  }

  /** What a guest has said and nobody has heard yet may be lost with it. */
  #breaksOff(guest: Guest): void {
    for (const hearer of [...this.#guests, this.#reader]) {
      for (const said of [...hearer.owed.values()]) {
        if (said.by === guest && said.heardBy.size === 0) {
          hearer.owed.delete(said.n);
        }
      }
    }
    this.#gone(guest);
  }

  /** Ends a guest's direction, and reads until the server ends the other. */
  async #leaves(guest: Guest): Promise<void> {
    const { participant } = guest;
    this.#wakes(guest);
    // Somebody has heard it, so the server has sent it to all before the end.
    const due = [...guest.owed.values()].filter(
      ({ heardBy }) => heardBy.size > 0,
    );
    this.#gone(guest);
    await this.#isTold(guest, async () => {
      participant.halfCloses();
      await this.#isLeft(guest);
    });
    const lost = due.find(({ heardBy }) => !heardBy.has(guest));
    if (lost && this.#promises.delivers && !this.#maybeCut(guest)) {
      const { name } = guest;
      const message = `${name} left, and did not get all that was said before.`;
      const about = { line: this.#mark(lost), who: name };
      throw new Failure("pending lost", message, about);
    }
    participant.discard();
  }

  async #isLeft({ name, participant }: Guest): Promise<void> {
    const left = () => participant.ended || participant.broken !== undefined;
    const what = `the server to end ${name}'s connection`;
    await this.#until(left, { what, step: "is left", who: name });
  }

  /** Does what makes a guest leave and, where that is all, is told of it. */
  async #isTold(guest: Guest, leave: () => Promise<unknown>): Promise<void> {
    const { shows, counts } = this.#promises;
    const { program } = this.#room;
    const before = program.output.mark;
    if (shows !== "told") {
      await leave();
      return;
    }
    if (counts) {
      await this.#room.tellsOnline(this.#here.length, "going", leave);
    } else {
      await leave();
      const about = `a line about ${guest.name}'s leaving`;
      await this.#room.printsSince(before, "logs a leave", about);
    }
    // Two turns of its event loop: what it has to tell, it has told.
    const { port } = guest.participant;
    await program.ask({ ask: "pending", peer: port });
    await program.ask({ ask: "pending", peer: port });
    this.#room.expectToldOnce(before);
  }

  #freezes(guest: Guest): void {
    guest.frozen = true;
    guest.participant.stopsReading();
  }

  #wakes(guest: Guest): void {
    if (!guest.frozen) return;
    guest.frozen = false;
    guest.participant.readsAgain();
  }

  // The steps

  async #take(step: Step): Promise<void> {
    if (this.#problem) throw this.#problem;
    if (step.does === "joins") {
      if (this.#here.length < MOST) await this.#joins(1, step.greets);
      return;
    }
    if (step.does === "knocks") {
      if (!this.#speaks) return;
      const [knocker] = await this.#room.join("Guest");
      knocker.resets();
      return;
    }
    const frozen = step.does === "thaws";
    const among = this.#here.filter((one) => one.frozen === frozen);
    const guest = this.#pick(step.who, among);
    if (!guest) return;
    switch (step.does) {
      case "says":
        return this.#says(step, guest);
      case "says nothing":
        this.#sendRest(guest, guest.rest.length);
        return this.#send(guest, Buffer.from("\n"));
      case "freezes":
        return this.#freezes(guest);
      case "thaws":
        this.#wakes(guest);
        return this.#settle();
      case "leaves":
        return this.#leaves(guest);
      case "hangs up":
        this.#breaksOff(guest);
        return this.#isTold(guest, async () => guest.participant.leaves());
      case "resets":
        this.#breaksOff(guest);
        return this.#isTold(guest, async () => guest.participant.resets());
      case "breaks off": {
        const { text } = this.#line(guest, { size: 40, alphabet: "emoji" });
        const bytes = Buffer.from(text, "latin1");
        this.#send(guest, bytes.subarray(0, bytes.length >> 1));
        await this.#nudge(guest);
        this.#breaksOff(guest);
        return this.#isTold(guest, async () => guest.participant.resets());
      }
      case "floods":
        return this.#floods(guest, step.megabytes);
      case "dozes":
        return this.#dozes(guest);
      case "drones":
        return this.#drones(guest);
    }
  }

  async #floods(guest: Guest, megabytes: number): Promise<void> {
    // Somebody must set the pace, or the flood is one for those who come next.
    if (!this.#awake.some((one) => one !== guest)) return;
    this.#sendRest(guest, guest.rest.length);
    const lines = (megabytes * MEGABYTE) / FLOOD_LINE;
    const size = FLOOD_LINE - 32;
    for (let times = 0; times < lines; times += FLOOD_WINDOW) {
      for (let n = 0; n < FLOOD_WINDOW; n++) {
        const said = this.#line(guest, { size, alphabet: "ascii" });
        this.#counts(said);
        this.#send(guest, Buffer.from(`${said.text}\n`, "latin1"));
      }
      await this.#settle();
    }
    if (!this.#promises.boundsPending) return;
    for (const { frozen, participant, name } of this.#here) {
      if (!frozen) continue;
      const question = { ask: "pending", peer: participant.port } as const;
      const pending = (await this.#room.program.ask(question)) ?? 0;
      const message = `The server keeps ${Math.round(pending / MEGABYTE)} MB more, because of a client that never reads.`;
      this.#room.expect(pending <= BOUND, "memory", message, { who: name });
    }
  }

  /** Leaves with bytes pending, which the server must still deliver. */
  async #dozes(guest: Guest): Promise<void> {
    const others = this.#awake.filter((one) => one !== guest);
    const [speaker, hearer] = others;
    if (!guest.known || !speaker || !hearer) return;
    this.#freezes(guest);
    await this.#floods(speaker, 6);
    const { port } = guest.participant;
    const pending = await this.#room.program.ask({
      ask: "pending",
      peer: port,
    });
    const due = [...guest.owed.values()];
    this.#gone(guest);
    const began = performance.now();
    guest.participant.halfCloses();
    await this.#nudge(guest);
    await this.#round(hearer);
    const dozed = performance.now() - began;
    this.#wakes(guest);
    await this.#isLeft(guest);
    const lost = due.filter(({ heardBy }) => !heardBy.has(guest));
    const { name } = guest;
    const message = `${name} got ${due.length - lost.length} of ${due.length} lines that were said before.`;
    const holds = lost.length === 0 || dozed > DOZE;
    const bytes = lost.reduce((sum, { text }) => sum + text.length, 0);
    // A closed connection has -1; what never was pending was left out before.
    let step = "pending lost";
    if (pending !== undefined && bytes > pending + 2 * FLOOD_LINE) {
      step = pending < 0 ? "cut off early" : "missed asleep";
    }
    this.#room.expect(holds, step, message, { who: name });
    guest.participant.discard();
  }

  async #drones(guest: Guest): Promise<void> {
    const { participant } = guest;
    this.#sendRest(guest, guest.rest.length);
    // A server may end it for that.
    this.#breaksOff(guest);
    this.#halves.push(guest);
    await this.#room.growsAtMost(LINE_BOUND, "an endless line", async () => {
      const chunk = Buffer.alloc(MEGABYTE, "endless ");
      for (let sent = 0; sent < DRONE && participant.connected; sent++) {
        participant.send(chunk);
        await participant.flushed();
      }
      await this.#nudge(guest);
    });
    participant.resets();
  }

  // The end

  /** Proves that the server still works, and leaves it empty. */
  async #ends(): Promise<void> {
    const { counts } = this.#promises;
    for (const guest of this.#here) this.#wakes(guest);
    await this.#settle();
    for (const guest of this.#here) this.#sendRest(guest, guest.rest.length);
    await this.#settle();
    const lacking = 2 - this.#awake.length;
    if (lacking > 0) await this.#joins(2, true);
    if (this.#speaks) {
      for (const guest of this.#awake.slice(0, 3)) {
        await this.#round(guest);
      }
    }
    const leave = async () => {
      for (const guest of this.#here) await this.#leaves(guest);
    };
    if (counts && this.#speaks) {
      await this.#room.tellsOnline(0, "going", leave);
    } else await leave();
    this.#room.expectNoStackTrace();
    if (this.#problem) throw this.#problem;
  }
}
