/** The trial in the terminal, held with a keyboard and a clock of the test. */
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import test from "node:test";
import { stripVTControlCharacters } from "node:util";
import { readQuizzes } from "./questions.ts";
import {
  asked,
  chooseQuestions,
  clock,
  explained,
  holdTrial,
  isRight,
  parseAnswer,
  type Trial,
} from "./trial.ts";

const quizzes = readQuizzes();
const LETTERS = "abcdefghij";

function rightAnswer(choice: Trial["questions"][number]): string {
  return choice.answers
    .map(({ right }, n) => (right ? LETTERS[n] : ""))
    .join("");
}

async function hold(
  lines: readonly string[],
  more: Partial<Trial> = {},
  questions = chooseQuestions(quizzes, 3, 1),
) {
  const input = new PassThrough();
  const output = new PassThrough();
  let text = "";
  output.on("data", (chunk) => {
    text += chunk;
  });
  const trial = holdTrial({
    questions,
    time: 600_000,
    reasons: "each",
    columns: 80,
    input,
    output,
    now: () => 0,
    ...more,
  });
  for (const line of lines) input.write(`${line}\n`);
  if (lines.length < questions.length && more.time === undefined) input.end();
  const outcome = await trial;
  return { outcome, text: stripVTControlCharacters(text) };
}

test("a trial asks, judges, explains, and counts", async () => {
  const questions = chooseQuestions(quizzes, 3, 1);
  const [first, second, third] = questions.map(rightAnswer);
  const { outcome, text } = await hold([
    first ?? "",
    (second ?? "").toUpperCase(),
    `z`,
    LETTERS.slice(0, questions[2]?.answers.length),
  ]);
  assert.ok(third);
  assert.deepEqual(outcome, { right: 2, answered: 3, end: "done" });
  assert.match(text, /Question 1 of 3 {2}10:00 left/);
  assert.match(text, /Answer with letters from a to [d-e]/);
  assert.match(text, /2 of 3 right, 3 answered, in 0:00\./);
  assert.equal(text.split("Read again: chapter ").length - 1, 3);
});

test("the reasons come at the end when that is wished", async () => {
  const { text } = await hold(["a", "a", "a"], { reasons: "end" });
  const reasons = text.indexOf("Read again: chapter ");
  assert.ok(reasons > text.indexOf("Question 3 of 3  "), text);
});

test("a trial ends when its time is over, and says so", async () => {
  const { outcome, text } = await hold([], { time: 1 });
  assert.equal(outcome.end, "time");
  assert.match(text, /The time is over\. 0 of 3 right, 0 answered/);
});

test("a trial ends when the input ends, with the score so far", async () => {
  const questions = chooseQuestions(quizzes, 3, 1);
  const [first] = questions;
  assert.ok(first);
  const { outcome, text } = await hold([rightAnswer(first)]);
  assert.deepEqual(outcome, { right: 1, answered: 1, end: "input ended" });
  assert.match(text, /The input has ended\. 1 of 3 right, 1 answered/);
});

test("the same seed chooses the same questions, another one others", () => {
  const ids = (seed: number) =>
    chooseQuestions(quizzes, 10, seed).map(({ id }) => id);
  assert.deepEqual(ids(5), ids(5));
  assert.notDeepEqual(ids(5), ids(6));
  assert.equal(new Set(ids(5)).size, 10);
});

test("every question fits a terminal of 80 and one of 40 columns", () => {
  for (const columns of [80, 40]) {
    for (const choice of quizzes.flatMap((quiz) => quiz.choices)) {
      const all = new Set(choice.answers.keys());
      const code = new Set(choice.code.split("\n").map((one) => one.trim()));
      for (const text of [
        asked(choice, columns),
        explained(choice, all, columns),
      ]) {
        for (const line of stripVTControlCharacters(text).split("\n")) {
          if (code.has(line.trim())) continue;
          assert.ok([...line].length <= columns, `${columns}: ${line}`);
        }
      }
    }
  }
});

test("answers are letters, in any order and with anything between", () => {
  const [choice] = chooseQuestions(quizzes, 1, 1);
  assert.ok(choice);
  assert.deepEqual(parseAnswer(" C, a", choice), new Set([2, 0]));
  for (const none of ["", "  ", "x", "1", "a x"]) {
    assert.equal(parseAnswer(none, choice), undefined, none);
  }
  const right = parseAnswer(rightAnswer(choice), choice);
  assert.ok(right && isRight(choice, right));
  assert.ok(!isRight(choice, new Set(choice.answers.keys())));
});

test("clock() counts the last second that has begun", () => {
  assert.deepEqual([600_000, 545_000, 1, 0, -5].map(clock), [
    "10:00",
    "9:05",
    "0:01",
    "0:00",
    "0:00",
  ]);
});
