/**
 * Recordings: conversations that were held for the guide. One that was held
 * with the same program, by the same checker, is not held again.
 */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { type Check, collectChecks } from "../room/check.ts";
import type { Entry } from "../room/transcript.ts";
import { hold, type Result } from "../verdict/hold.ts";
import { CHAPTERS, ROOT, shortPath } from "../workbook/chapters.ts";
import { readMistakes } from "../workbook/mistakes.ts";

/** The conversation of one check with one program. */
export interface Recording
  extends Pick<Result, "verdict" | "message" | "cause" | "check" | "skipped"> {
  readonly entries: readonly Entry[];
  readonly program: string;
}

/** The same random lines in every recording. */
export const SEED = 1;
/** How long a wrong program is waited for, in milliseconds: try after try. */
const IMPATIENT = [1500, 5000, 15_000];
/** The same for a program that is right: a wait ends with its event. */
const PATIENT = [10_000, 10_000];
/** Conversations at the same time: a wrong program is mostly waited for. */
const AT_ONCE = 10;
/** How much of what a participant sends or hears is kept, in bytes. */
const KEPT = 512;
/** The least bytes of a chunk that is part of a flood. */
export const FLOOD = 4096;
/** What is said in place of what is not kept. */
export const GAP = "goes on like this";
/** How many entries of a conversation are kept. */
const KEPT_ENTRIES = 1000;
/** Where conversations are kept that need not be held again. */
export const CACHE = path.join(ROOT, "node_modules", ".cache", "chat-guide");

/** Everything that a conversation follows from, but for the program. */
const checker = (() => {
  const hash = createHash("sha256").update(process.version);
  const folders = ["room", "verdict", "causes"];
  for (const folder of folders.map((one) => path.join(ROOT, "scripts", one))) {
    for (const name of readdirSync(folder).sort()) {
      if (!name.endsWith(".test.ts")) {
        hash.update(readFileSync(path.join(folder, name)));
      }
    }
  }
  return hash.digest("hex");
})();

/** Where the conversation of a check with a program is remembered. */
function cacheOf(check: Check, program: string): string {
  const hash = createHash("sha256").update(`${checker} ${check.id} ${SEED}`);
  for (const file of [...check.chapter.checks, program, import.meta.filename]) {
    hash.update(readFileSync(file));
  }
  return path.join(CACHE, `${hash.digest("hex").slice(0, 32)}.json`);
}

function restore(text: string): Recording {
  return JSON.parse(text, (_, value) =>
    value?.type === "Buffer" ? Buffer.from(value.data) : value,
  ) as Recording;
}

/** The first bytes of an entry: more is never drawn. */
function short(entry: Entry): Entry {
  return "bytes" in entry
    ? { ...entry, bytes: entry.bytes.subarray(0, KEPT) }
    : entry;
}

/** A flood is told by its beginning and by its end, and the gap is named. */
function brief(entries: readonly Entry[], who: string): Entry[] {
  if (entries.length <= KEPT_ENTRIES) return entries.map(short);
  const begin = entries.slice(0, 100);
  const end = entries.slice(100 - KEPT_ENTRIES);
  const at = end[0]?.at ?? 0;
  // What somebody does meanwhile is no part of the flood.
  const meanwhile = entries
    .slice(begin.length, entries.length - end.length)
    .filter((entry) => !("bytes" in entry && entry.bytes.length >= KEPT));
  const gap: Entry = { kind: "note", who, text: GAP, at };
  return [...begin, gap, ...meanwhile, ...end].map(short);
}

/**
 * Holds a conversation. A wrong program is not waited for long, but a busy
 * machine must not be taken for its mistake: then once more, with patience.
 */
async function holdOnce(check: Check, program: string): Promise<Recording> {
  const mistake = readMistakes().find(({ file }) => file === program);
  const isRight = program === check.chapter.program;
  let result: Result | undefined;
  for (const deadline of isRight ? PATIENT : IMPATIENT) {
    result = await hold(check, {
      program: { file: program },
      seed: SEED,
      deadline,
    });
    const { verdict, cause } = result;
    const expected = mistake?.caughtBy === check.id ? mistake.cause : undefined;
    const isExpected = mistake
      ? verdict !== "infrastructure" && cause?.id === expected
      : verdict === (isRight ? "pass" : "fail");
    if (result.skipped || isExpected) break;
  }
  const { verdict, message, cause, skipped, transcript } = result as Result;
  return {
    verdict,
    message,
    check: (result as Result).check,
    ...(cause && { cause }),
    ...(skipped && { skipped }),
    entries: brief(transcript, check.strand),
    program: shortPath(program),
  };
}

/** Holds conversations, several at once, or remembers them. */
export class Recorder {
  readonly #recordings = new Map<string, Recording>();
  readonly #tell: (key: string, recording: Recording) => void;
  #waiting: { check: Check; program: string; key: string }[] = [];
  #checks: Check[] | undefined;
  /** How many conversations were held, and not remembered. */
  held = 0;

  /** `tell` hears of each recording as soon as there is one. */
  constructor(tell: (key: string, recording: Recording) => void = () => {}) {
    this.#tell = tell;
  }

  /** Takes a recording that another process has told. */
  take(key: string, recording: Recording): void {
    this.#recordings.set(key, recording);
    this.#tell(key, recording);
  }

  /**
   * Asks for a conversation; `holdAll` holds it.
   *
   * @throws {Error} with a sentence, when check or program is unknown
   */
  async want(id: string | Check, program: string): Promise<void> {
    const check = typeof id === "string" ? await this.#checkOf(id) : id;
    if (!existsSync(program)) {
      throw new Error(`There is no program ${shortPath(program)}.`);
    }
    const key = `${check.id} ${program}`;
    const known = this.#waiting.some((one) => one.key === key);
    if (!known && !this.#recordings.has(key)) {
      this.#waiting.push({ check, program, key });
    }
  }

  /** Holds all conversations that were asked for. */
  async holdAll(): Promise<void> {
    mkdirSync(CACHE, { recursive: true });
    const queue = this.#waiting.values();
    const work = async () => {
      for (const { check, program, key } of queue) {
        const file = cacheOf(check, program);
        if (existsSync(file)) {
          this.take(key, restore(readFileSync(file, "utf8")));
        } else {
          await this.#hold(check, program);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    this.#waiting = [];
  }

  /** Holds a conversation once more, in place of the one that is known. */
  async holdAgain(id: string, program: string): Promise<void> {
    await this.#hold(await this.#checkOf(id), program);
  }

  async #checkOf(id: string): Promise<Check> {
    this.#checks ??= await collectChecks(CHAPTERS);
    const check = this.#checks.find((one) => one.id === id);
    if (!check) throw new Error(`There is no check "${id}".`);
    return check;
  }

  async #hold(check: Check, program: string): Promise<void> {
    const recording = await holdOnce(check, program);
    this.held++;
    this.take(`${check.id} ${program}`, recording);
    if (recording.verdict === "infrastructure") return;
    // Two builds at once must not read half a file.
    const file = cacheOf(check, program);
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(recording));
    renameSync(`${file}.${process.pid}`, file);
  }

  /** A conversation that was held. */
  get(id: string, program: string): Recording {
    const found = this.#recordings.get(`${id} ${program}`);
    if (!found) throw new Error(`"${id}" was not held with ${program}.`);
    return found;
  }
}
