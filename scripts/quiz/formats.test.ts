/**
 * The questions in the formats of learning platforms: well-formed, with all
 * that each format asks for, and the same questions when they are read back.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { after } from "node:test";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { strFromU8, unzipSync } from "fflate";
import { call } from "../command/call.ts";
import { cardsOf } from "./cards.ts";
import { escapeGift, giftOf } from "./gift.ts";
import { POOL_NAME, poolName, poolOf } from "./ilias.ts";
import { moodleOf } from "./moodle.ts";
import { readQuizzes } from "./questions.ts";
import { answerHTML, questionHTML, shareOf } from "./shared.ts";

const quizzes = readQuizzes();
const choices = quizzes.flatMap((quiz) => quiz.choices);

/** An element as the parser gives it, with lists for all that may repeat. */
// biome-ignore lint/suspicious/noExplicitAny: a tree without a type
type Tree = any;

function parse(xml: string, lists: readonly string[]): Tree {
  assert.equal(XMLValidator.validate(xml), true);
  return new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    parseTagValue: false,
    isArray: (name) => lists.includes(name),
  }).parse(xml);
}

test("a pool of ILIAS has the folder, the names and the parts of its dialect", () => {
  const name = poolName(new Date("2026-11-27T00:00:00Z"));
  assert.match(name, POOL_NAME);
  const zip = unzipSync(poolOf(quizzes, name));
  const folder = name.replace(".zip", "");
  const qti = folder.replace("qpl", "qti");
  assert.deepEqual(Object.keys(zip).sort(), [
    `${folder}/${folder}.xml`,
    `${folder}/${qti}.xml`,
    `${folder}/objects/`,
  ]);
  const text = (file: string) => strFromU8(zip[file] as Uint8Array);

  const pool = parse(text(`${folder}/${folder}.xml`), ["PageObject"]);
  assert.equal(pool.ContentObject["@Type"], "Questionpool_Test");
  const pages = pool.ContentObject.PageObject.map(
    (page: Tree) => page.PageContent.Question["@QRef"],
  );

  const repeated = [
    "item",
    "qtimetadatafield",
    "response_label",
    "respcondition",
    "itemfeedback",
  ];
  const { questestinterop } = parse(text(`${folder}/${qti}.xml`), repeated);
  const items: Tree[] = questestinterop.item;
  assert.equal(items.length, choices.length);
  assert.deepEqual(
    items.map((item) => item["@ident"]),
    pages,
  );

  for (const [at, item] of items.entries()) {
    const choice = choices[at] as (typeof choices)[number];
    const single = choice.choose === 1;
    const ident = single ? "MCSR" : "MCMR";
    assert.equal(item["@title"], choice.id);
    const fields = Object.fromEntries(
      item.itemmetadata.qtimetadata.qtimetadatafield.map((one: Tree) => [
        one.fieldlabel,
        one.fieldentry,
      ]),
    );
    assert.equal(
      fields.QUESTIONTYPE,
      `${single ? "SINGLE" : "MULTIPLE"} CHOICE QUESTION`,
    );
    // What the importer takes for numbers and states must be there.
    assert.match(item.duration, /^P\d+Y\d+M\d+DT\d+H\d+M\d+S$/);
    assert.match(fields.thumb_size, /^\d+$/);
    assert.equal(fields.ilias_lifecycle, "draft");
    assert.equal(fields.lifecycle, "draft");
    const { flow } = item.presentation;
    assert.equal(flow.material.mattext["#text"], questionHTML(choice));
    assert.equal(flow.response_lid["@ident"], ident);
    const labels = flow.response_lid.render_choice.response_label;
    assert.deepEqual(
      labels.map((one: Tree) => one.material.mattext["#text"]),
      choice.answers.map(({ text: one }) => answerHTML(one)),
    );
    // The points of all that is right add up to one.
    const chosen = item.resprocessing.respcondition.filter(
      (one: Tree) => one.conditionvar.varequal,
    );
    assert.equal(chosen.length, choice.answers.length);
    let sum = 0;
    for (const [n, one] of chosen.entries()) {
      assert.equal(one.conditionvar.varequal["#text"], String(n));
      assert.equal(one.conditionvar.varequal["@respident"], ident);
      assert.equal(one.displayfeedback["@linkrefid"], `response_${n}`);
      const points = Number(one.setvar["#text"]);
      assert.equal(points > 0, choice.answers[n]?.right);
      if (points > 0) sum += points;
    }
    assert.ok(Math.abs(sum - 1) < 0.001, choice.id);
    const others = item.resprocessing.respcondition.length - chosen.length;
    assert.equal(others, single ? 0 : choice.answers.length);
    assert.deepEqual(
      item.itemfeedback.map(
        (one: Tree) => one.flow_mat.material.mattext["#text"],
      ),
      choice.answers.map(({ because }) => answerHTML(because)),
    );
  }
});

test("the same questions make the same pool, byte for byte", () => {
  const name = "1795737600__0__qpl_1.zip";
  assert.deepEqual(poolOf(quizzes, name), poolOf(quizzes, name));
});

test("Moodle XML holds the same questions, with fractions that add up", () => {
  const { quiz } = parse(moodleOf(quizzes), ["question", "answer"]);
  const questions: Tree[] = quiz.question;
  const categories = questions.filter((one) => one["@type"] === "category");
  assert.equal(categories.length, quizzes.length);
  const asked = questions.filter((one) => one["@type"] === "multichoice");
  assert.deepEqual(
    asked.map((one) => one.name.text),
    choices.map(({ id }) => id),
  );
  for (const [at, one] of asked.entries()) {
    const choice = choices[at] as (typeof choices)[number];
    assert.equal(one.single, String(choice.choose === 1));
    assert.equal(one.questiontext.text, questionHTML(choice));
    const fractions = one.answer.map((answer: Tree) =>
      Number(answer["@fraction"]),
    );
    assert.deepEqual(
      fractions,
      choice.answers.map((answer) => shareOf(choice, answer)),
    );
    const right = fractions.filter((n: number) => n > 0);
    const sum = right.reduce((all: number, n: number) => all + n, 0);
    assert.ok(Math.abs(sum - 100) < 0.001, choice.id);
    assert.deepEqual(
      one.answer.map((answer: Tree) => answer.feedback.text),
      choice.answers.map(({ because }) => answerHTML(because)),
    );
  }
});

/** Undoes the escapes, as Moodle's reader does: marked first, then put back. */
function unescapeGift(text: string): string {
  return text
    .replace(/\\(.)/g, (_, char: string) => (char === "n" ? "\n" : char))
    .replace(/^\[html\]/, "");
}

/** A small reader of GIFT: enough for questions with one or several answers. */
function readGift(text: string) {
  // What is escaped means nothing; a character of its own stands for it.
  const hidden: string[] = [];
  const plain = text.replace(/\\./g, (pair) => {
    hidden.push(pair);
    return "\uE000";
  });
  let used = 0;
  const shown = (part: string) =>
    unescapeGift(part.replace(/\uE000/g, () => hidden[used++] as string));
  const found = [];
  for (const block of plain.split(/\n\s*\n/)) {
    if (block.startsWith("$CATEGORY")) continue;
    const parts = /^::(.*?)::([^{]*)\{([^}]*)\}\s*$/s.exec(block);
    assert.ok(parts, block);
    const [, name = "", ask = "", body = ""] = parts;
    const id = shown(name);
    const question = shown(ask).trim();
    const answers = body
      .split(/(?=[=~])/)
      .filter((one) => one.trim() !== "")
      .map((one) => {
        const match = /^([=~])(?:%(-?[\d.]+)%)?([^#]*)#(.*)$/s.exec(one.trim());
        assert.ok(match, one);
        const [, sign, weight, answer = "", because = ""] = match;
        return {
          share: weight ? Number(weight) : sign === "=" ? 100 : 0,
          text: shown(answer),
          because: shown(because),
        };
      });
    found.push({ id, question, answers });
  }
  return found;
}

test("GIFT, read back, gives the same questions", () => {
  assert.deepEqual(
    readGift(giftOf(quizzes)),
    choices.map((choice) => ({
      id: choice.id,
      question: questionHTML(choice),
      answers: choice.answers.map((answer) => ({
        share: shareOf(choice, answer),
        text: answerHTML(answer.text),
        because: answerHTML(answer.because),
      })),
    })),
  );
});

test("GIFT escapes all that means something, the backslash too", () => {
  assert.equal(
    escapeGift("a~b=c#d{e}f:g\\h\ni"),
    "a\\~b\\=c\\#d\\{e\\}f\\:g\\\\h\\ni",
  );
});

test("each oral question has its card, with all that an instructor needs", () => {
  const html = cardsOf(quizzes);
  const oral = quizzes.flatMap((quiz) => quiz.oral);
  assert.equal(html.split("<article ").length - 1, oral.length);
  for (const { id } of oral) assert.ok(html.includes(`id="${id}"`), id);
  for (const title of ["Expected", "Listen for", "A change on the spot"]) {
    assert.equal(html.split(`<h3>${title}</h3>`).length - 1, oral.length);
  }
});

const folder = mkdtempSync(path.join(os.tmpdir(), "quiz-test-"));
after(() => rmSync(folder, { recursive: true }));

test("what is written is what was made, and no file is overwritten", async () => {
  const file = path.join(folder, "questions.txt");
  const gift = ["--export", "gift", "--chapter", "05", "--out"];
  const made = await call("quiz", ...gift, file);
  assert.equal(made.stdout, `6 questions are in ${file}.\n`);
  assert.equal(made.code, 0);
  const only = quizzes.filter(({ chapter }) => chapter.number === "05");
  assert.equal(readFileSync(file, "utf8"), giftOf(only));
  writeFileSync(file, "mine");
  const wrong: [args: string[], says: RegExp][] = [
    [[...gift, file], /^There is already a file /],
    [["--export", "gift"], /^--export needs --out/],
    [
      ["--export", "qti", "--out", folder],
      /^There is no format "qti"\. There are: ilias, /,
    ],
    [
      ["--export", "ilias", "--out", path.join(folder, "pool.zip")],
      /^ILIAS finds the questions by the name of the zip/,
    ],
    [[...gift, path.join(folder, "no", "x.txt")], /^There is no folder /],
    [["--questions", "0"], /^--questions needs a whole number/],
    [["99"], /^There is no chapter "99"/],
  ];
  const said = await Promise.all(wrong.map(([args]) => call("quiz", ...args)));
  for (const [n, [args, says]] of wrong.entries()) {
    assert.match(said[n]?.stderr ?? "", says);
    assert.equal(said[n]?.code, 2, args.join(" "));
  }
  assert.equal(readFileSync(file, "utf8"), "mine");
  const piped = await call("quiz");
  assert.match(piped.stderr, /^The quiz needs a terminal/);
  assert.equal(piped.code, 1);
});
