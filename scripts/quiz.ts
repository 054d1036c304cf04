/**
 * npm run quiz -- [chapter …] [--seed N] [--export FORMAT --out FILE]
 *
 * A trial of ten minutes with random questions of the chapters; or the same
 * questions in the formats of learning platforms, and oral cards to print.
 */
import { existsSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { run, UsageError } from "./command/run.ts";
import { cardsOf } from "./quiz/cards.ts";
import { giftOf } from "./quiz/gift.ts";
import { POOL_NAME, poolName, poolOf } from "./quiz/ilias.ts";
import { moodleOf } from "./quiz/moodle.ts";
import { type Quiz, readQuizzes } from "./quiz/questions.ts";
import { chooseQuestions, holdTrial } from "./quiz/trial.ts";
import { newSeed } from "./room/tokens.ts";
import { CHAPTERS, findChapter } from "./workbook/chapters.ts";

const FORMATS = ["ilias", "moodle", "gift", "cards"] as const;
type Format = (typeof FORMATS)[number];

function formatOf(text: string): Format {
  const format = FORMATS.find((one) => one === text);
  if (format) return format;
  throw new UsageError(
    `There is no format "${text}". There are: ${FORMATS.join(", ")}.`,
  );
}

/** The file to write: in a folder, it gets a name of its own. */
function fileFor(out: string, format: Format): string {
  const folder = existsSync(out) && statSync(out).isDirectory();
  const names: Record<Format, string> = {
    ilias: poolName(new Date()),
    moodle: "quiz_moodle.xml",
    gift: "quiz_gift.txt",
    cards: "oral_cards.html",
  };
  const file = folder ? path.join(out, names[format]) : out;
  if (format === "ilias" && !POOL_NAME.test(path.basename(file))) {
    throw new UsageError(
      `ILIAS finds the questions by the name of the zip. Give a folder, or a name like ${names.ilias}.`,
    );
  }
  if (existsSync(file)) {
    throw new UsageError(`There is already a file ${file}. Name another one.`);
  }
  if (!existsSync(path.dirname(file))) {
    throw new UsageError(`There is no folder ${path.dirname(file)}.`);
  }
  return file;
}

function contents(
  format: Format,
  quizzes: readonly Quiz[],
  file: string,
): string | Uint8Array {
  switch (format) {
    case "ilias":
      return poolOf(quizzes, path.basename(file));
    case "moodle":
      return moodleOf(quizzes);
    case "gift":
      return giftOf(quizzes);
    case "cards":
      return cardsOf(quizzes);
  }
}

await run(
  {
    usage: "npm run quiz -- [chapter …] [options]",
    about:
      "Asks random questions of the chapters, for ten minutes; or exports them.",
    options: {
      chapter: {
        type: "string",
        multiple: true,
        help: "of this chapter alone",
      },
      questions: { type: "string", help: "HOW MANY; 10" },
      minutes: { type: "string", help: "HOW LONG; 10" },
      seed: { type: "string", help: "N, for the same questions again" },
      reasons: { type: "string", help: "after each answer, or at the end" },
      export: { type: "string", help: FORMATS.join(", ") },
      out: { type: "string", help: "FILE or folder to export to" },
    },
  },
  async ({ options, positionals, number, count }) => {
    const named = [...positionals, ...(options.chapter ?? [])].map(findChapter);
    const quizzes = readQuizzes(named.length > 0 ? named : CHAPTERS);
    if (options.export !== undefined) {
      const format = formatOf(options.export);
      if (options.out === undefined) {
        throw new UsageError("--export needs --out FILE, or a folder.");
      }
      const file = fileFor(options.out, format);
      writeFileSync(file, contents(format, quizzes, file));
      const part = format === "cards" ? "oral" : "choices";
      const count = quizzes.reduce((sum, quiz) => sum + quiz[part].length, 0);
      console.log(`${count} questions are in ${file}.`);
      return 0;
    }
    if (options.out !== undefined) {
      throw new UsageError(`--out needs --export: ${FORMATS.join(", ")}.`);
    }
    const asked = count("questions") ?? 10;
    const minutes = number("minutes") ?? 10;
    // More does not fit into a timer of Node.
    if (minutes <= 0 || minutes > 24 * 60) {
      throw new UsageError("--minutes needs more than 0, and at most 1440.");
    }
    const reasons = options.reasons ?? "each";
    if (reasons !== "each" && reasons !== "end") {
      throw new UsageError(`--reasons is each or end, not "${reasons}".`);
    }
    const seed = number("seed") ?? newSeed();
    if (!process.stdin.isTTY || !process.stdout.isTTY) {
      throw new Error(
        "The quiz needs a terminal, to ask and to be answered. To read the questions, export them: npm run quiz -- --export gift --out quiz.txt",
      );
    }
    const questions = chooseQuestions(quizzes, asked, seed);
    console.log(
      `${questions.length} questions, ${minutes} minutes, seed ${seed}. Ctrl-C ends it.`,
    );
    const { end } = await holdTrial({
      questions,
      time: minutes * 60_000,
      reasons,
      columns: process.stdout.columns,
      input: process.stdin,
      output: process.stdout,
      now: () => performance.now(),
    });
    return end === "interrupted" ? 130 : 0;
  },
);
