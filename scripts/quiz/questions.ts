/**
 * The questions of the chapters: read from each `quiz.yaml`, and held against
 * what they name. A mistake in such a file is one sentence with its place.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { CHAPTERS, type Chapter, shortPath } from "../workbook/chapters.ts";

/** One answer that can be chosen, and why it is right or wrong. */
export interface Answer {
  readonly text: string;
  readonly because: string;
  readonly right: boolean;
}

/** A multiple-choice question. */
export interface Choice {
  /** Unique in the workbook, the same in every language: "03.splice-twice". */
  readonly id: string;
  readonly ask: string;
  /** The code that the question is about; empty when there is none. */
  readonly code: string;
  /** How many answers are right. */
  readonly choose: number;
  /** Right and wrong ones, mixed in an order that never changes. */
  readonly answers: readonly Answer[];
  /** The heading of the chapter to read again. */
  readonly read: string;
}

/** A small change to the code, made on the spot, and how to see that it works. */
export interface Change {
  /** What to do, as the instructor says it. */
  readonly task: string;
  /** A model answer: parts of the chapter's program, and what replaces them. */
  readonly edit: readonly { readonly replace: string; readonly by: string }[];
  /** The id of the check that shows it. */
  readonly check: string;
  /** What the check says of the changed program. */
  readonly verdict: "pass" | "fail";
  /** What is to be seen, and why. */
  readonly see: string;
}

/** A question that is asked and answered aloud. */
export interface Oral {
  /** Unique in the workbook, the same in every language. */
  readonly id: string;
  readonly ask: string;
  /** The answer that is expected. */
  readonly expect: string;
  /** What a listener should wait for. */
  readonly listen: readonly string[];
  readonly change: Change;
  /** The heading of the chapter to read again. */
  readonly read: string;
}

/** All questions of one chapter. */
export interface Quiz {
  readonly chapter: Chapter;
  readonly choices: readonly Choice[];
  readonly oral: readonly Oral[];
}

/** Reads values out of a parsed file, and collects what is wrong with them. */
class Reader {
  readonly problems: string[] = [];
  readonly file: string;
  constructor(file: string) {
    this.file = file;
  }
  wrong(place: string, sentence: string): void {
    const where = place === "" ? "" : `, ${place}`;
    this.problems.push(`${this.file}${where}: ${sentence}`);
  }
  /** An object with exactly these keys; those with a `?` may be left out. */
  record(value: unknown, place: string, keys: string): Record<string, unknown> {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.wrong(place, `Here a block with the keys ${keys} is needed.`);
      return {};
    }
    const known = keys.split(", ");
    for (const key of Object.keys(value)) {
      if (!known.includes(key) && !known.includes(`${key}?`)) {
        this.wrong(place, `There is no key "${key}". There are: ${keys}.`);
      }
    }
    for (const key of known) {
      if (!key.endsWith("?") && !(key in value)) {
        this.wrong(place, `The key "${key}" is missing.`);
      }
    }
    return value as Record<string, unknown>;
  }
  list(value: unknown, place: string): unknown[] {
    if (Array.isArray(value)) return value;
    if (value !== undefined) this.wrong(place, "Here a list is needed.");
    return [];
  }
  text(value: unknown, place: string): string {
    if (typeof value === "string" && value.trim() !== "") return value.trim();
    if (value !== undefined) this.wrong(place, "Here a text is needed.");
    return "";
  }
  /** Code keeps its indentation; only the newline at its end goes. */
  code(value: unknown, place: string): string {
    const text = typeof value === "string" ? value.replace(/\n+$/, "") : value;
    if (typeof text === "string" && text !== "") return text;
    if (text !== undefined) this.wrong(place, "Here code is needed.");
    return "";
  }
}

/**
 * Mixes a list by a word: always the same order for the same word. Authors
 * write the right answers first; nobody is to learn that.
 */
export function mix<T>(list: readonly T[], word: string): T[] {
  // FNV-1a over the word, then a linear congruence for each step.
  let state = 2166136261;
  for (const char of word) {
    state = Math.imul(state ^ (char.codePointAt(0) as number), 16777619);
  }
  const mixed = [...list];
  for (let last = mixed.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    const kept = mixed[last] as T;
    mixed[last] = mixed[other] as T;
    mixed[other] = kept;
  }
  return mixed;
}

function readId(
  reader: Reader,
  value: unknown,
  place: string,
  number: string,
): string {
  const id = reader.text(value, `${place}.id`);
  if (id !== "" && !/^[a-z]+(-[a-z0-9]+)*$/.test(id)) {
    reader.wrong(place, `"${id}" is no id: small letters, digits and hyphens.`);
  }
  return `${number}.${id}`;
}

function readAnswers(
  reader: Reader,
  value: unknown,
  place: string,
  right: boolean,
): Answer[] {
  return reader.list(value, place).map((item, n) => {
    const here = `${place}[${n + 1}]`;
    const { text, because } = reader.record(item, here, "text, because");
    return {
      text: reader.text(text, `${here}.text`),
      because: reader.text(because, `${here}.because`),
      right,
    };
  });
}

const CHOICE = "id, ask, code?, choose, right, wrong, read";

function readChoice(
  reader: Reader,
  value: unknown,
  place: string,
  number: string,
): Choice {
  const raw = reader.record(value, place, CHOICE);
  const id = readId(reader, raw.id, place, number);
  const right = readAnswers(reader, raw.right, `${place}.right`, true);
  const wrong = readAnswers(reader, raw.wrong, `${place}.wrong`, false);
  const choose = typeof raw.choose === "number" ? raw.choose : 0;
  if (choose !== right.length || choose < 1) {
    reader.wrong(
      place,
      `"choose" says that ${raw.choose} answers are right; ${right.length} are.`,
    );
  }
  if (wrong.length === 0) reader.wrong(place, "No answer is wrong.");
  const answers = [...right, ...wrong];
  const texts = new Set(answers.map(({ text }) => text));
  if (texts.size < answers.length) reader.wrong(place, "An answer is twice.");
  return {
    id,
    ask: reader.text(raw.ask, `${place}.ask`),
    code: reader.code(raw.code, `${place}.code`),
    choose,
    answers: mix(answers, id),
    read: reader.text(raw.read, `${place}.read`),
  };
}

const CHANGE = "task, edit, check, verdict, see";

function readChange(reader: Reader, value: unknown, place: string): Change {
  const raw = reader.record(value, place, CHANGE);
  const edit = reader.list(raw.edit, `${place}.edit`).map((item, n) => {
    const here = `${place}.edit[${n + 1}]`;
    const { replace, by } = reader.record(item, here, "replace, by");
    return {
      replace: reader.code(replace, `${here}.replace`),
      by: reader.code(by, `${here}.by`),
    };
  });
  if (raw.edit !== undefined && edit.length === 0) {
    reader.wrong(place, "A change needs one edit at least.");
  }
  const { verdict } = raw;
  if (verdict !== undefined && verdict !== "pass" && verdict !== "fail") {
    reader.wrong(place, `"verdict" is pass or fail, not "${verdict}".`);
  }
  return {
    task: reader.text(raw.task, `${place}.task`),
    edit,
    check: reader.text(raw.check, `${place}.check`),
    verdict: verdict === "fail" ? "fail" : "pass",
    see: reader.text(raw.see, `${place}.see`),
  };
}

const ORAL = "id, ask, expect, listen, change, read";

function readOral(
  reader: Reader,
  value: unknown,
  place: string,
  number: string,
): Oral {
  const raw = reader.record(value, place, ORAL);
  const listen = reader
    .list(raw.listen, `${place}.listen`)
    .map((item, n) => reader.text(item, `${place}.listen[${n + 1}]`));
  if (raw.listen !== undefined && listen.length === 0) {
    reader.wrong(place, "There is nothing to listen for.");
  }
  return {
    id: readId(reader, raw.id, place, number),
    ask: reader.text(raw.ask, `${place}.ask`),
    expect: reader.text(raw.expect, `${place}.expect`),
    listen,
    change: readChange(reader, raw.change, `${place}.change`),
    read: reader.text(raw.read, `${place}.read`),
  };
}

/**
 * Reads the questions of a chapter from the text of its file.
 *
 * @param name what the file is called in messages
 * @throws {Error} with one sentence a line, each with the file and the place
 */
export function parseQuiz(text: string, chapter: Chapter, name: string): Quiz {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [broken] = document.errors;
  if (broken) {
    const { line } = lineCounter.linePos(broken.pos[0]);
    throw new Error(`${name}, line ${line}: ${broken.message}`);
  }
  const reader = new Reader(name);
  const raw = reader.record(document.toJS(), "", "choices, oral");
  const choices = reader
    .list(raw.choices, "choices")
    .map((one, n) =>
      readChoice(reader, one, `choices[${n + 1}]`, chapter.number),
    );
  const oral = reader
    .list(raw.oral, "oral")
    .map((one, n) => readOral(reader, one, `oral[${n + 1}]`, chapter.number));
  const seen = new Set<string>();
  for (const { id } of [...choices, ...oral]) {
    if (seen.has(id)) reader.wrong("", `The id "${id}" stands twice.`);
    seen.add(id);
  }
  if (reader.problems.length > 0) throw new Error(reader.problems.join("\n"));
  return { chapter, choices, oral };
}

/**
 * The questions of one chapter.
 *
 * @throws {Error} with one sentence a line, each with the file and the place
 */
export function readQuiz(chapter: Chapter): Quiz {
  const file = path.join(chapter.folder, "quiz.yaml");
  const name = shortPath(file);
  if (!existsSync(file)) {
    throw new Error(`There is no ${name}: each chapter has its questions.`);
  }
  return parseQuiz(readFileSync(file, "utf8"), chapter, name);
}

/** The questions of these chapters, in their order; of all by default. */
export function readQuizzes(chapters: readonly Chapter[] = CHAPTERS): Quiz[] {
  return chapters.map(readQuiz);
}

/**
 * The changed program of an oral question. An edit replaces whole lines; how
 * far they are indented is taken from the program.
 *
 * @throws {Error} when the lines that are to be replaced do not stand there once
 */
export function applyChange(source: string, { edit }: Change): string {
  let lines = source.split("\n");
  for (const { replace, by } of edit) {
    const wanted = replace.split("\n").map((line) => line.trim());
    const found = lines.flatMap((_, at) =>
      wanted.every((line, n) => lines[at + n]?.trim() === line) ? [at] : [],
    );
    const [at] = found;
    if (at === undefined || found.length > 1) {
      throw new Error(
        `The program has these lines ${found.length} times, not once: ${replace}`,
      );
    }
    const indent = /^ */.exec(lines[at] as string)?.[0] ?? "";
    lines = [
      ...lines.slice(0, at),
      ...by.split("\n").map((line) => indent + line),
      ...lines.slice(at + wanted.length),
    ];
  }
  return lines.join("\n");
}
