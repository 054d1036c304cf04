/** That no page prints a figure that is not in the recorded run. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { shortPath } from "../workbook/chapters.ts";
import { recordedPage, survivalPage } from "./page.ts";
import { figureText, pages, readRecorded, withFigures } from "./recorded.ts";

const recorded = readRecorded();

test("every page prints the figures of the recorded run", () => {
  let figures = 0;
  for (const page of pages()) {
    const text = readFileSync(page, "utf8");
    figures += text.match(/<!-- figure /g)?.length ?? 0;
    assert.equal(
      withFigures(text, recorded),
      text,
      `${shortPath(page)} has other figures than the recorded run: npm run bench -- figures`,
    );
  }
  assert.ok(figures > 0, "no page quotes a figure");
});

test("figureText() refuses what was not measured", () => {
  const wrong: [name: string, says: RegExp][] = [
    ["steady nginx p99", /^Error: Nothing was measured for "steady nginx p99"/],
    ["steady reference speed", /there is no figure speed/],
    ["all-to-all reference p99", /was not measured/],
    ["steady reference fails", /does not fail any more/],
  ];
  for (const [name, says] of wrong) {
    assert.throws(() => figureText(recorded, name), says);
  }
  assert.equal(
    figureText(recorded, "steady reference p99 / reference"),
    "1.00",
  );
});

test("readRecorded() says how to make a run where there is none", () => {
  assert.throws(() => readRecorded("absent.json"), /Make one: npm run bench/);
});

test("survivalPage() has a table for each scenario and all faults", () => {
  const page = survivalPage(recorded, {
    version: 1,
    date: "2026-01-02T03:04:05.000Z",
    node: "20.19.0",
    cores: 2,
    faults: [
      {
        id: "x",
        title: "the port is taken",
        verdict: "survives",
        figure: { "ms until it says so": 9 },
        reason: "",
      },
    ],
  });
  assert.match(
    page,
    /\| the port is taken \| survives \| ms until it says so 9 \|/,
  );
  for (const { title } of recorded.scenarios) assert.ok(page.includes(title));
  assert.doesNotMatch(page, /undefined|NaN/);
  assert.match(recordedPage(), /^# What this server survives/);
});
