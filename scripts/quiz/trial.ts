/** The trial in the terminal: a few questions, a clock, and the reasons. */
import { createInterface } from "node:readline";
import colors from "picocolors";
import { wrap } from "../command/wrap.ts";
import { howMany } from "./page.ts";
import { type Choice, mix, type Quiz } from "./questions.ts";

/** How a trial is held. */
export interface Trial {
  readonly questions: readonly Choice[];
  /** How long it takes at most, in milliseconds. */
  readonly time: number;
  /** The reasons come after each answer, or all of them at the end. */
  readonly reasons: "each" | "end";
  readonly columns: number;
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** The time now, in milliseconds. */
  now(): number;
}

/** What came of a trial. */
export interface Outcome {
  readonly right: number;
  readonly answered: number;
  readonly end: "done" | "time" | "input ended" | "interrupted";
}

/** Some questions of these chapters, the same ones for the same seed. */
export function chooseQuestions(
  quizzes: readonly Quiz[],
  count: number,
  seed: number,
): Choice[] {
  const all = quizzes.flatMap(({ choices }) => choices);
  return mix(all, `seed ${seed}`).slice(0, count);
}

const LETTERS = "abcdefghij";

/** Backticks are for pages; a terminal shows the code between them in bold. */
function plain(text: string): string {
  return text.replaceAll("`", "");
}

/** A text with something in front of its first line, indented as far. */
function item(mark: string, text: string, columns: number): string {
  const width = mark.length + 1;
  return wrap(plain(text), columns - width)
    .split("\n")
    .map((line, n) => `${n === 0 ? mark : " ".repeat(mark.length)} ${line}`)
    .join("\n");
}

/** "9:05" of a number of milliseconds. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** A question as it is asked. */
export function asked(choice: Choice, columns: number): string {
  const code = choice.code === "" ? [] : ["", indent(choice.code), ""];
  return [
    wrap(plain(choice.ask), columns),
    ...code,
    colors.dim(howMany(choice.choose)),
    ...choice.answers.map(({ text }, n) =>
      item(`  ${LETTERS[n]})`, text, columns),
    ),
  ].join("\n");
}

function indent(code: string): string {
  return code.replace(/^/gm, "    ");
}

/**
 * The answers that somebody means by "b", "a c" or "ac".
 *
 * @returns positions from 0; `undefined` when it is no answer to this question
 */
export function parseAnswer(
  text: string,
  choice: Choice,
): Set<number> | undefined {
  const letters = [...text.toLowerCase().replace(/[\s,;)]/g, "")];
  const chosen = letters.map((letter) => LETTERS.indexOf(letter));
  const known = (n: number) => n >= 0 && n < choice.answers.length;
  return chosen.length > 0 && chosen.every(known) ? new Set(chosen) : undefined;
}

/** True when all right answers are chosen and no wrong one is. */
export function isRight(choice: Choice, chosen: ReadonlySet<number>): boolean {
  return choice.answers.every(({ right }, n) => right === chosen.has(n));
}

/** What was chosen and what is right, with the reasons. */
export function explained(
  choice: Choice,
  chosen: ReadonlySet<number>,
  columns: number,
): string {
  const lines = choice.answers.flatMap(({ text, because, right }, n) => {
    if (!right && !chosen.has(n)) return [];
    const mark = right ? colors.green("✓") : colors.red("✗");
    const missed = right && !chosen.has(n) ? " (not chosen)" : "";
    const body = item(" ", `${LETTERS[n]}) ${text}${missed}`, columns);
    return [`${mark}${body.slice(1)}`, item("    ", because, columns)];
  });
  const chapter = choice.id.slice(0, 2);
  const read = `Read again: chapter ${chapter}, "${choice.read}".`;
  return [...lines, colors.dim(wrap(read, columns))].join("\n");
}

/**
 * Holds a trial. It ends with the last question, when the time is over, when
 * the input ends, or by Ctrl-C; the score is printed each time.
 */
export async function holdTrial(trial: Trial): Promise<Outcome> {
  const { questions, time, reasons, columns, input, output, now } = trial;
  const begin = now();
  const left = () => time - (now() - begin);
  const say = (text: string) => output.write(`${text}\n`);
  const lines = createInterface({ input, output, terminal: isTerminal(input) });
  let end: Outcome["end"] = "done";
  let waiting: ((line: string | undefined) => void) | undefined;
  const stop = (why: Outcome["end"]) => {
    if (end === "done") end = why;
    waiting?.(undefined);
  };
  const ahead: string[] = [];
  lines.on("line", (line) => {
    if (waiting) waiting(line);
    else ahead.push(line);
  });
  lines.on("close", () => stop("input ended"));
  lines.on("SIGINT", () => stop("interrupted"));
  const timer = setTimeout(() => stop("time"), time);

  const line = () =>
    new Promise<string | undefined>((resolve) => {
      waiting = (text) => {
        waiting = undefined;
        resolve(text);
      };
      lines.prompt();
      const first = ahead.shift();
      if (first !== undefined) waiting(first);
      else if (end !== "done") waiting(undefined);
    });
  const answerTo = async (choice: Choice) => {
    for (;;) {
      lines.setPrompt(`${clock(left())} left, your answer: `);
      const text = await line();
      if (text === undefined) return undefined;
      const chosen = parseAnswer(text, choice);
      if (chosen) return chosen;
      const last = LETTERS[choice.answers.length - 1];
      say(
        wrap(
          `Answer with letters from a to ${last}, as in "a" or "ac".`,
          columns,
        ),
      );
    }
  };

  const later: string[] = [];
  let right = 0;
  let answered = 0;
  for (const [n, choice] of questions.entries()) {
    const title = `Question ${n + 1} of ${questions.length}`;
    say(`\n${colors.bold(title)}  ${colors.dim(`${clock(left())} left`)}\n`);
    say(`${asked(choice, columns)}\n`);
    const chosen = await answerTo(choice);
    if (!chosen) break;
    answered++;
    const good = isRight(choice, chosen);
    if (good) right++;
    const verdict = good ? colors.green("Right.") : colors.red("Not right.");
    const why = `${verdict}\n${explained(choice, chosen, columns)}`;
    if (reasons === "each") say(`\n${why}`);
    else
      later.push(
        `${colors.bold(title)}\n${wrap(plain(choice.ask), columns)}\n${why}`,
      );
  }
  clearTimeout(timer);
  const why = end;
  lines.close();
  if (why !== "done") say("");
  if (later.length > 0) say(`\n${later.join("\n\n")}`);
  const ENDS = {
    done: "",
    time: "The time is over. ",
    "input ended": "The input has ended. ",
    interrupted: "Interrupted. ",
  };
  say(
    `\n${wrap(`${ENDS[why]}${right} of ${questions.length} right, ${answered} answered, in ${clock(time - left())}.`, columns)}`,
  );
  return { right, answered, end: why };
}

function isTerminal(input: NodeJS.ReadableStream): boolean {
  return "isTTY" in input && input.isTTY === true;
}
