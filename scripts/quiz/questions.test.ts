/** All questions of the workbook, and what is said of wrong files. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { transform } from "esbuild";
import { collectChecks } from "../room/check.ts";
import { CHAPTERS, findChapter, headings } from "../workbook/chapters.ts";
import { quizHTML } from "./page.ts";
import { applyChange, mix, parseQuiz, readQuizzes } from "./questions.ts";

const quizzes = readQuizzes();
const checks = await collectChecks(CHAPTERS);

test("each chapter has five choices and three oral questions at least", () => {
  assert.equal(quizzes.length, CHAPTERS.length);
  for (const { chapter, choices, oral } of quizzes) {
    assert.ok(choices.length >= 5, `${chapter.name}: ${choices.length}`);
    assert.ok(oral.length >= 3, `${chapter.name}: ${oral.length}`);
  }
});

test("as many answers are right as are asked for, and each has a reason", () => {
  for (const { choices } of quizzes) {
    for (const { id, choose, answers } of choices) {
      const right = answers.filter((answer) => answer.right);
      assert.equal(right.length, choose, id);
      assert.ok(answers.length - choose >= 2, `${id}: too few wrong answers`);
      for (const { because } of answers) assert.match(because, /\w.*[.?]$/, id);
    }
  }
});

test("every heading and every check that a question names exists", () => {
  for (const { chapter, choices, oral } of quizzes) {
    const known = headings(chapter);
    for (const { id, read } of [...choices, ...oral]) {
      assert.ok(known.includes(read), `${id}: no heading "${read}"`);
    }
    for (const { id, change } of oral) {
      const check = checks.find((one) => one.id === change.check);
      assert.ok(check, `${id}: no check "${change.check}"`);
      assert.equal(check.chapter.strand, chapter.strand, id);
    }
  }
});

test("every change fits the chapter's program, and is still a program", async () => {
  for (const { chapter, oral } of quizzes) {
    const source = readFileSync(chapter.program, "utf8");
    for (const { id, change } of oral) {
      const changed = applyChange(source, change);
      assert.notEqual(changed, source, id);
      await transform(changed, { loader: "ts" });
    }
  }
});

test("backticks of the questions come in pairs", () => {
  for (const { chapter } of quizzes) {
    const text = JSON.stringify(quizzes.find((one) => one.chapter === chapter));
    for (const [string] of text.matchAll(/"(?:[^"\\]|\\.)*"/g)) {
      if (string.includes("${")) continue;
      assert.equal(string.split("`").length % 2, 1, string);
    }
  }
});

test("mix() keeps all, the same for the same word", () => {
  const list = [1, 2, 3, 4, 5, 6, 7, 8];
  assert.deepEqual(mix(list, "a"), mix(list, "a"));
  assert.notDeepEqual(mix(list, "a"), mix(list, "b"));
  assert.deepEqual(mix(list, "a").sort(), list);
  // Authors write right answers first; they must not stay there.
  const first = quizzes
    .flatMap(({ choices }) => choices)
    .filter(({ answers }) => answers[0]?.right).length;
  assert.ok(first >= 5 && first <= 40, `${first} begin with a right answer`);
});

test("a wrong file is one sentence for each mistake, with its place", () => {
  const good = `choices:
  - id: a
    ask: Why?
    choose: 1
    read: Somewhere
    right: [{ text: Yes, because: So. }]
    wrong: [{ text: No, because: Not so. }]
oral: []
`;
  const parse = (text: string) =>
    parseQuiz(text, findChapter("01"), "quiz.yaml");
  assert.equal(parse(good).choices[0]?.id, "01.a");
  const wrong: [text: string, says: RegExp][] = [
    [
      good.replace("choose: 1", "choose: 2"),
      /^quiz\.yaml, choices\[1\]: "choose" says that 2 answers are right; 1 are\.$/,
    ],
    [
      good.replace(", because: Not so.", ""),
      /^quiz\.yaml, choices\[1\]\.wrong\[1\]: The key "because" is missing\.$/,
    ],
    [good.replace("ask: Why?", "aks: Why?"), /There is no key "aks"/],
    [good.replace("id: a", "id: A b"), /"A b" is no id/],
    [
      good.replace("oral: []", "oral: 3"),
      /^quiz\.yaml, oral: Here a list is needed\.$/,
    ],
    [good.replace("text: No", "text: Yes"), /An answer is twice/],
    [`${good}  - [`, /^quiz\.yaml, line \d+: /],
    ["", /a block with the keys choices, oral is needed/],
  ];
  for (const [text, says] of wrong) {
    assert.throws(
      () => parse(text),
      (error: Error) => {
        assert.match(error.message.split("\n")[0] as string, says);
        return true;
      },
    );
  }
});

test("the page has every question, and no id twice", () => {
  for (const quiz of quizzes) {
    const html = quizHTML(quiz);
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(ids.length, quiz.choices.length);
    assert.equal(new Set(ids).size, ids.length);
    assert.doesNotMatch(html, /\[object/);
  }
});
