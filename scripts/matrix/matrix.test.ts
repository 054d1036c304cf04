/** The kill matrix, row by row, and the matrix under a broken checker. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, describe, test } from "node:test";
import { judge } from "../verdict/judge.ts";
import { differences, goneRows, type Judged, record } from "./recorded.ts";
import { allRows, idleChecks } from "./rows.ts";
import { table } from "./table.ts";

const coverage = process.env.ROOM_COVERAGE;
const judged: Judged[] = [];
const rows = await allRows({ coverage });

/** What was judged, in the order of the rows. */
const inOrder = () =>
  rows.flatMap((row) => judged.find((one) => one.row === row) ?? []);

describe("the kill matrix", { concurrency: 3 }, () => {
  for (const row of rows) {
    test(row.claim, async () => {
      const { results, problems } = await row.judge();
      judged.push({ row, results });
      assert.deepEqual(problems, []);
    });
  }
  after(() => {
    const file = process.env.ROOM_MATRIX;
    if (file === undefined) return;
    const tables = (["server", "client"] as const).map((strand) =>
      table(inOrder().filter(({ row }) => row.strand === strand)),
    );
    writeFileSync(file, `${tables.join("\n\n")}\n`);
  });
});

test("the recorded matrix is what the checks say now", async () => {
  if (process.env.ROOM_MATRIX_RECORD) await record(inOrder());
  const again: Judged[] = [];
  for (const row of new Set(
    (await differences(judged)).map((one) => one.row),
  )) {
    // A cell that nothing is claimed of may be another one on a busy machine.
    const { results } = await row.judge();
    again.push({ row, results });
  }
  const problems = (await differences(again)).map(({ problem }) => problem);
  const gone = goneRows(rows).map((name) => `${name} is gone.`);
  if (problems.length + gone.length > 0) {
    problems.push("Renew it: npm run matrix -- --update");
  }
  assert.deepEqual([...gone, ...problems], []);
});

test("every check catches a wrong program", async () => {
  assert.deepEqual(await idleChecks(), []);
});

test("a checker that lets everything pass is found out", async () => {
  const blind = await allRows({
    judge: async (request) =>
      (await judge({ ...request, only: ["listens"] })).map((result) => {
        const { cause: _, ...rest } = result;
        return { ...rest, verdict: "pass", message: "" };
      }),
  });
  const mistake = blind.find(({ name }) => name.startsWith("01_listening/"));
  const before = blind.find(({ name }) => name.endsWith("before 01_listening"));
  assert.ok(mistake && before);
  assert.notDeepEqual((await mistake.judge()).problems, []);
  assert.notDeepEqual((await before.judge()).problems, []);
});

test("a checker that finds fault with everything is found out", async () => {
  const harsh = await allRows({
    judge: async (request) =>
      (await judge({ ...request, only: ["listens"] })).map((result) => ({
        ...result,
        verdict: "fail",
        message: "No.",
      })),
  });
  const solution = harsh.find(({ name }) => name === "08_batching");
  assert.ok(solution);
  assert.notDeepEqual((await solution.judge()).problems, []);
});
