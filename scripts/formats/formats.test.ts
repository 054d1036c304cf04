/** Other people's formats, each against its written-down description. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { Ajv } from "ajv";
import { parse } from "csv-parse/sync";
import { XMLParser } from "fast-xml-parser";
import { validateXML } from "xmllint-wasm";
import type { GradeReport, Submission } from "../grade/report.ts";
import { REQUIREMENTS } from "../room/check.ts";
import { asCSV } from "./csv.ts";
import { asGradescope } from "./gradescope.ts";
import { asJUnit } from "./junit.ts";

/** A hand-in with one of each verdict, and text that needs care. */
const HAND_IN: Submission = {
  name: 'Gruppe "7" & <Ö>',
  folder: "group-07",
  points: 7,
  maxPoints: 10,
  requirements: REQUIREMENTS.map((id, at) => {
    const verdict =
      (["fail", "not reached", "infrastructure", "unstable"] as const)[at] ??
      "pass";
    const lost = at < 3;
    return {
      id,
      points: lost ? 0 : 1,
      maxPoints: 1,
      verdict,
      feedback:
        verdict === "pass"
          ? ""
          : `What "${verdict}"\nmeans & <why> \u001b[2J \ud800.`,
      checks: [
        {
          id: "check",
          verdict,
          graded: true,
          cause: "",
          transcript: 'Ada  ──"]]>\u0000"──▶ server',
        },
      ],
    };
  }),
  robustness: [
    { id: "burst", verdict: "pass", cause: "" },
    { id: "endless-line", verdict: "fail", cause: "It grows." },
  ],
  coverage: {},
  tests: {
    files: ["chat.test.ts"],
    count: 2,
    problem: "",
    failing: [],
    falseAlarms: [],
    mistakes: [
      { name: "a", strand: "server", caught: true, what: "It echoes." },
      { name: "b", strand: "client", caught: false, what: "It waits." },
    ],
    coverage: {},
  },
  notes: ["=1+1", "A second, with a comma."],
};
const REPORT: GradeReport = {
  version: 1,
  seed: 7,
  submissions: [HAND_IN, { ...HAND_IN, name: "-b" }],
};

const read = (name: string) =>
  readFileSync(new URL(name, import.meta.url), "utf8");
const validator = (name: string) =>
  new Ajv({ allErrors: true, allowUnionTypes: true }).compile(
    JSON.parse(read(name)),
  );

test("asGradescope() writes what the specification names", () => {
  const valid = validator("gradescope.schema.json");
  const text = JSON.stringify(asGradescope(HAND_IN));
  const document = JSON.parse(text) as { score: number; tests: object[] };
  assert.ok(valid(JSON.parse(text)), JSON.stringify(valid.errors));
  assert.equal(document.score, 7);
  assert.equal(document.tests.length, 13);
  assert.match(text, /Own tests: 2. They catch 1 of 1 wrong servers/);
  const sum = document.tests.reduce(
    (all, test) => all + ("score" in test ? Number(test.score) : 0),
    0,
  );
  assert.equal(sum, document.score);
  // The description can say no.
  assert.equal(valid({ ...document, tests: [{ maxScore: 1 }] }), false);
  assert.equal(valid({ output: "neither score nor tests" }), false);
});

test("asJUnit() writes what the schema allows", async () => {
  const schema = read("junit.xsd");
  const check = async (contents: string) =>
    (
      await validateXML({
        xml: [{ fileName: "junit.xml", contents }],
        schema: [schema],
      })
    ).errors;
  const xml = asJUnit(REPORT);
  assert.deepEqual(await check(xml), []);
  const { testsuites } = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "",
  }).parse(xml);
  assert.deepEqual(
    [testsuites.tests, testsuites.failures, testsuites.errors],
    ["24", "4", "2"],
  );
  const [suite] = testsuites.testsuite;
  assert.equal(suite.name, HAND_IN.name);
  assert.deepEqual(
    [suite.tests, suite.failures, suite.errors, suite.skipped],
    ["12", "2", "1", "1"],
  );
  assert.equal(
    suite.testcase[0].failure.message,
    'What "fail" means & <why> \ufffd[2J \ufffd.',
  );
  assert.match(suite.testcase[0].failure["#text"], /──"\]\]>\ufffd"──▶ server/);
  assert.deepEqual(await check(asJUnit({ ...REPORT, submissions: [] })), []);
  assert.notDeepEqual(
    await check(
      xml.replaceAll("<failure", "<failed").replaceAll("</failure", "</failed"),
    ),
    [],
  );
  assert.notDeepEqual(
    await check(xml.replace(' name="server.listen"', "")),
    [],
  );
});

test("asCSV() writes lines as described", () => {
  const text = asCSV(REPORT);
  assert.equal(text.split("\r\n").length, 4);
  assert.doesNotMatch(text.replaceAll("\r\n", ""), /[\r\n]/);
  const rows = parse(text, { columns: true }) as Record<string, string>[];
  const valid = validator("points.schema.json");
  const isText = new Set(["group", "notes", "warnings", "branch", "commit"]);
  for (const row of rows) {
    const cells = Object.entries(row).filter(([, cell]) => cell !== "");
    const data = Object.fromEntries(
      cells.map(([name, cell]) => [
        name,
        isText.has(name) ? cell : Number(cell),
      ]),
    );
    assert.ok(valid(data), JSON.stringify(valid.errors));
  }
  assert.deepEqual(
    rows.map(({ group, points }) => [group, points]),
    [
      [HAND_IN.name, "7"],
      ["'-b", "7"],
    ],
  );
  assert.equal(rows[0]?.["server.listen"], "0");
  assert.equal(rows[0]?.mistakes_caught, "1");
  assert.equal(rows[0]?.mistakes_tried, "2");
  assert.equal(rows[0]?.notes, "'=1+1 | A second, with a comma.");
  assert.equal(valid({ group: "a", point: 1 }), false);
});
