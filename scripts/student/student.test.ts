/** That nothing of a student's is ever lost, and what the loop shows. */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { afterEach, beforeEach } from "node:test";
import { SYMPTOMS } from "../causes/explain.ts";
import { collectChecks } from "../room/check.ts";
import { CHAPTERS, findChapter } from "../workbook/chapters.ts";
import { hint, LEVELS } from "./hints.ts";
import { whatIsMissing, whyItWorks } from "./pages.ts";
import {
  hasPassed,
  type Progress,
  points,
  progressFile,
  readProgress,
  stateOf,
  writeProgress,
} from "./progress.ts";
import { catchUp, keepAside, makeSubmission, submitted } from "./submission.ts";
import { list } from "./view.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "student-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const checks = await collectChecks(CHAPTERS);
const MINE = "// Mine, and mine alone.\n";

test("makeSubmission() makes a program, and never writes over one", () => {
  assert.equal(makeSubmission("server", folder), true);
  const file = submitted("server", folder);
  assert.match(readFileSync(file, "utf8"), /console\.log/);
  writeFileSync(file, MINE);
  assert.equal(makeSubmission("server", folder), false);
  assert.equal(readFileSync(file, "utf8"), MINE);
});

test("catchUp() keeps the student's program, each time under a new name", () => {
  const file = submitted("server", folder);
  const chapter = findChapter("06");
  assert.equal(catchUp(chapter, folder), undefined);
  const kept = [];
  for (const n of [1, 2, 3]) {
    writeFileSync(file, `${MINE}${n}`);
    kept.push(catchUp(chapter, folder));
  }
  const texts = kept.map((copy) => readFileSync(copy ?? "", "utf8"));
  assert.deepEqual(texts, [`${MINE}1`, `${MINE}2`, `${MINE}3`]);
  const fifth = findChapter("05").program;
  assert.equal(readFileSync(file, "utf8"), readFileSync(fifth, "utf8"));
});

test("catchUp() leaves the program alone when it cannot be kept aside", () => {
  const file = submitted("server", folder);
  // A folder in place of the file: it cannot be copied.
  mkdirSync(file);
  assert.throws(() => catchUp(findChapter("06"), folder));
  assert.ok(existsSync(file));
});

test("keepAside() copies a file and tells when", () => {
  const file = path.join(folder, "ex_04_server.ts");
  writeFileSync(file, MINE);
  const copy = keepAside(file, "mine");
  assert.match(copy, /ex_04_server\.mine-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.ts$/);
  assert.equal(readFileSync(file, "utf8"), MINE);
});

test("the progress is what was written, on any machine", () => {
  const { progress } = readProgress(folder);
  progress.chapter = "04_receiving";
  progress.checks.listens = { verdict: "pass", program: "abc" };
  writeProgress(progress, folder);
  assert.deepEqual(readProgress(folder).progress, progress);
  assert.deepEqual(readdirSync(folder), ["progress.json"]);
});

for (const [what, text, said] of [
  ["broken", "{", /is broken; it is kept as progress\.kept-/],
  ["empty", "", /is broken/],
  ["a list", "[]", /is broken/],
  ["newer", '{"version": 99}', /is of a newer workbook/],
  [
    "for another book",
    '{"version":1,"chapter":"77_x","jumped":[],"checks":{}}',
    /is broken/,
  ],
] as const) {
  test(`a progress file that is ${what} is kept aside, and said`, () => {
    writeFileSync(progressFile(folder), text);
    const found = readProgress(folder);
    assert.match(found.said ?? "", said);
    assert.equal(found.progress.chapter, CHAPTERS[0]?.name);
    const [kept = ""] = readdirSync(folder);
    assert.equal(readFileSync(path.join(folder, kept), "utf8"), text);
  });
}

test("two workbooks do not take each other's verdicts away", () => {
  const one = readProgress(folder).progress;
  const two = readProgress(folder).progress;
  one.checks.listens = { verdict: "pass", program: "abc" };
  writeProgress(one, folder);
  two.checks.logs = { verdict: "pass", program: "abc" };
  writeProgress(two, folder);
  const both = Object.keys(readProgress(folder).progress.checks).sort();
  assert.deepEqual(both, ["listens", "logs"]);
});

function withPasses(...chapters: string[]): Progress {
  const passed = checks.filter(({ chapter }) =>
    chapters.includes(chapter.name),
  );
  const program = "now";
  return {
    version: 1,
    chapter: "03_tracking",
    jumped: ["02_accepting"],
    checks: Object.fromEntries(
      passed.map(({ id }) => [id, { verdict: "pass" as const, program }]),
    ),
  };
}

test("a chapter passes with all of its checks, and a change makes it stale", () => {
  const progress = withPasses("01_listening");
  const first = findChapter("01");
  assert.ok(hasPassed(progress, first, checks));
  const state = (number: string, program: string) =>
    stateOf(progress, findChapter(number), checks, program);
  assert.equal(state("01", "now"), "passed");
  assert.equal(state("01", "later"), "stale");
  assert.equal(state("02", "now"), "jumped");
  assert.equal(state("03", "now"), "current");
  assert.equal(state("04", "now"), "open");
  assert.deepEqual(points(progress, checks), ["server.listen"]);
});

test("list() shows every chapter, a bar and the points", () => {
  const progress = withPasses("01_listening");
  const shown = list(progress, checks, { server: "now", client: "" });
  for (const { number } of CHAPTERS) assert.match(shown, new RegExp(number));
  assert.match(shown, /you are here/);
  assert.match(shown, /1 of 10 chapters, 1 of 10 points/);
});

test("every cause has three hints that differ", () => {
  for (const symptom of SYMPTOMS) {
    const { id, mend, read, asks } = symptom;
    assert.ok(asks.endsWith("?"), `${id} asks no question`);
    const cause = { id, says: "", mend, read, asks };
    const hints = [1, 2, 3].map((level) => hint(cause, level));
    assert.equal(new Set(hints).size, LEVELS, id);
    for (const text of hints) assert.notEqual(text, "", id);
  }
});

test("every chapter says why it works and what still goes wrong", () => {
  for (const chapter of CHAPTERS) {
    assert.ok(whyItWorks(chapter).length > 20, chapter.name);
    assert.ok(whatIsMissing(chapter).length > 20, chapter.name);
  }
});
