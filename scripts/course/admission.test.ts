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
      ["late", "open", "5 more points of 10 (nothing in points)"],
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
    'people.csv, line 4: "maybe" in oral_2 is neither yes nor no.',
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

test("tables that do not say enough are refused", () => {
  const of = (text: string) => () => admission([source("x.csv", text)]);
  assert.throws(of("name,points\na,1\n"), /x\.csv has no column "group"/);
  assert.throws(
    of("group,points\na,1\n"),
    /has a column "points" and no "max_points"/,
  );
  assert.throws(of("group,quiz_1\na,1\n"), /No table has a column "points"/);
});
