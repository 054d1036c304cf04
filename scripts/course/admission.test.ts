/** Who is admitted, by tables as instructors have them. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { after } from "node:test";
import { admission, showAdmission } from "./admission.ts";
import { readTable } from "./group_list.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "admission-test-"));
after(() => rmSync(folder, { recursive: true }));

function source(name: string, text: string) {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return { name, ...readTable(file) };
}

test("half of the points, two quizzes and two orals admit", () => {
  const { standings, problems } = admission([
    source(
      "points.csv",
      `group,points,max_points,quiz_1,quiz_2,quiz_3,oral_1,oral_2,oral_3
all,10,10,yes,yes,no,1,x,0
half,5,10,ja,nein,ja,1,1,0
few,4.5,10,yes,yes,yes,1,1,1
quizzes,10,10,yes,no,no,1,1,1
open,10,10,yes,,,1,1,
late,,,yes,yes,yes,1,1,1
`,
    ),
  ]);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    standings.map(({ group, admission, missing }) => [
      group,
      admission,
      ...missing,
    ]),
    [
      ["all", "admitted"],
      ["half", "admitted"],
      ["few", "not admitted", "0.5 more points of 10"],
      ["quizzes", "not admitted", "1 more quiz of 3, and none is open"],
      ["open", "open", "1 more quiz: 2 not held yet, or not in the tables"],
      ["late", "open", "the points: no grade yet"],
    ],
  );
  assert.match(showAdmission(standings), /2 admitted, 2 not, 2 open\./);
});

test("exercises add up, and students have the points of their group", () => {
  const { standings, problems } = admission([
    source("ex_04.csv", "group,points,max_points\na,2,10\nb,9,10\n"),
    source(
      "ex_05.csv",
      "\uFEFFGroup;Points;Max Points;Points ex_06;Max Points ex_06\na;7,5;10;1;5\n",
    ),
    source(
      "people.csv",
      "student,group,quiz_1,quiz_2,oral_1,oral_2\nAda,a,1,1,1,1\nBen,a,0,1,1,1\nCleo,b,1,1,1,maybe\n",
    ),
  ]);
  assert.deepEqual(problems, [
    'people.csv, line 4: "maybe" in oral_2 is neither yes nor no. It is left out.',
  ]);
  assert.deepEqual(
    standings.map((one) => [
      one.student || one.group,
      one.points,
      one.maxPoints,
      one.admission,
    ]),
    [
      ["Ada", 10.5, 25, "not admitted"],
      ["Ben", 10.5, 25, "not admitted"],
      ["b", 9, 25, "open"],
    ],
  );
});

test("a quiz is one, however many tables have it", () => {
  const points = source("p.csv", "group,points,max_points\na,5,10\n");
  const of = (quizzes: string) =>
    admission([
      points,
      source("t1.csv", "student,group,quiz_1,oral_1\nAda,a,yes,yes\n"),
      source("t2.csv", `student,group,Quiz 01,oral_1\nAda,a,${quizzes}\n`),
    ]);
  const same = of("yes,1");
  assert.deepEqual(same.problems, []);
  assert.deepEqual(same.standings[0]?.quizzes, {
    passed: 1,
    failed: 0,
    open: 2,
  });
  assert.equal(same.standings[0]?.admission, "open");
  const other = of("no,");
  assert.deepEqual(other.problems, [
    "Ada: quiz_1 is yes in t1.csv and no in t2.csv. It counts as open until they agree.",
  ]);
  assert.equal(other.standings[0]?.quizzes.open, 3);
});

test("the points of an exercise count once", () => {
  const table = (name: string, text: string) =>
    source(name, `group,points,max_points${text}`);
  const one = table("one.csv", "\na,3,10\nb,0,10\n");
  const copy = table("copy.csv", ",quiz_1\nb,0,10,yes\na,3,10,yes\n");
  assert.throws(
    () => admission([one, copy]),
    /^Error: copy\.csv has the same points as one\.csv\./,
  );
  const next = (commit: string) =>
    table(`${commit}.csv`, `,commit\na,10,10,${commit}\n`);
  assert.equal(
    admission([next("0a"), next("0b")]).standings[0]?.points,
    20,
    "of other commits it is another exercise",
  );
  const named = (name: string, points: number) =>
    source(
      name,
      `group,points_ex_04,max_points_ex_04,quiz_1\na,${points},10,yes\n`,
    );
  const twice = admission([named("t1.csv", 4), named("t2.csv", 4)]);
  assert.deepEqual(twice.problems, []);
  assert.equal(twice.standings[0]?.points, 4);
  assert.equal(twice.standings[0]?.maxPoints, 10);
  const { problems, standings } = admission([
    named("t1.csv", 4),
    named("t2.csv", 9),
  ]);
  assert.match(problems.join(), /points_ex_04 is 4 in t1\.csv and 9 in t2/);
  assert.equal(standings[0]?.points, undefined);
  assert.equal(standings[0]?.admission, "open");
});

test("no grade yet is not a grade of 0", () => {
  const { standings, problems } = admission([
    source("p.csv", "group,status,points,max_points\na,not graded,,\n"),
    source("q.csv", "student,group,quiz_1\nAda,a,yes\nBen,b,yes\n"),
  ]);
  assert.match(problems.join(), /^No table has points of b: /);
  assert.deepEqual(
    standings.map(({ admission }) => admission),
    ["open", "open"],
  );
  const shown = showAdmission(standings);
  assert.match(shown, /Ada \(a\): no grade yet, quizzes 1, oral quizzes 0/);
  assert.doesNotMatch(shown, /0 of/);
});

test("tables that do not say enough are refused", () => {
  const of = (text: string) => () => admission([source("x.csv", text)]);
  assert.throws(of("name,points\na,1\n"), /x\.csv has no column "group"/);
  assert.throws(
    of("group,points\na,1\n"),
    /has a column "points" and no "max_points"/,
  );
  assert.throws(of("group,quiz_1\na,1\n"), /No table has a column "points"/);
});
