/** Tests that students hand in, good and bad ones, and what they are worth. */
import assert from "node:assert/strict";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { SOLUTIONS, type Strand } from "../workbook/chapters.ts";
import { readHandIn } from "./hand_in.ts";
import { Pool } from "./pool.ts";
import { protection } from "./protection.ts";
import { EXAMPLE, isExample, type TestsAnswer } from "./rating.ts";

const level = await protection();
const skip = level === "sandbox" ? false : "there is no bubblewrap here";
const TEXT = readFileSync(EXAMPLE, "utf8");

/** What students add to the example. */
const MORE = `
test("the sender does not hear the own line", async () => {
  start("server");
  const ada = await join();
  const ben = await join();
  ada.write("Ada\\n");
  ben.write("Ben\\nBen is here\\n");
  await hears(ada, "Ben is here");
  ada.write("only for others\\n");
  await hears(ben, "only for others");
  ben.write("a later line\\n");
  await hears(ada, "a later line");
  assert.ok(!heard.get(ada)?.includes("only for others"));
});

test("three people come, and the server says so", async () => {
  const server = start("server");
  for (let n = 0; n < 3; n++) await join();
  const signal = AbortSignal.timeout(DEADLINE);
  while ((heard.get(server.stdout)?.split("\\n").length ?? 0) < 4) {
    await once(server.stdout, "data", { signal });
  }
});

test("the server greets in English", async () => {
  const server = start("server");
  await hears(server.stdout, "istening");
});
`;

describe("the students' own tests", { skip, concurrency: 2 }, () => {
  const top = mkdtempSync(path.join(os.tmpdir(), "chat-rating-"));
  const pool = new Pool(level, 2);
  after(async () => {
    await pool.close();
    rmSync(top, { recursive: true, force: true });
  });

  async function rate(
    name: string,
    text: string,
    strand: Strand,
    mistakes: readonly string[],
    designs: readonly string[] = [],
  ): Promise<TestsAnswer> {
    const folder = path.join(top, name);
    mkdirSync(folder);
    for (const one of ["server", "client"] as const) {
      copyFileSync(SOLUTIONS[one], path.join(folder, `ex_04_${one}.ts`));
    }
    writeFileSync(path.join(folder, "chat.test.ts"), text);
    const { files, tests, programs } = readHandIn(folder, false);
    const answer = await pool.run({
      ...{ kind: "tests", folder, files, tests, programs, commands: {} },
      ...{ strand, mistakes, designs },
    });
    assert.ok("tests" in answer, JSON.stringify(answer));
    return answer.tests;
  }
  const caught = ({ mistakes }: TestsAnswer) =>
    mistakes.filter((one) => one.caught).map(({ name }) => name);

  test("the example raises no false alarm, and leaves much to add", async () => {
    const server = await rate(
      "example-server",
      TEXT,
      "server",
      ["05_broadcasting/sender_hears_itself", "08_batching/never_uncorked"],
      ["asks_for_a_name", "python_asyncio"],
    );
    assert.deepEqual(server.problem, "");
    assert.equal(server.count, 2);
    assert.deepEqual(server.falseAlarms, []);
    assert.deepEqual(server.failing, []);
    assert.deepEqual(caught(server), ["08_batching/never_uncorked"]);
    assert.ok((server.coverage?.lines ?? 0) > 50);
    const client = await rate(
      "example-client",
      TEXT,
      "client",
      ["10_concurrent_io/sends_at_end_of_input"],
      ["crlf_suffix"],
    );
    assert.deepEqual(client.falseAlarms, []);
    assert.deepEqual(caught(client), [
      "10_concurrent_io/sends_at_end_of_input",
    ]);
  });

  test("the example is known again, and only while nothing is added", () => {
    const copy = path.join(top, "copy.test.ts");
    writeFileSync(copy, TEXT.replaceAll("\n", "\r\n"));
    assert.ok(isExample(copy));
    writeFileSync(copy, TEXT + MORE);
    assert.ok(!isExample(copy));
  });

  test("small tests catch more, and fussy ones nothing", async () => {
    const server = await rate(
      "more",
      TEXT + MORE,
      "server",
      [
        "02_accepting/logs_only_leaves",
        "02_accepting/two_connections_at_most",
        "05_broadcasting/sender_hears_itself",
      ],
      ["german"],
    );
    assert.deepEqual(caught(server), [
      "02_accepting/logs_only_leaves",
      "05_broadcasting/sender_hears_itself",
    ]);
    assert.deepEqual(server.falseAlarms, [
      { program: "german server", tests: ["the server greets in English"] },
    ]);
  });

  test("a file that cannot be run is named, and harms nobody", async () => {
    const broken = await rate("broken", "test(", "server", []);
    assert.equal(broken.problem, "chat.test.ts cannot be compiled.");
    const silent = await rate("silent", 'import "node:test";', "server", [
      "05_broadcasting/sender_hears_itself",
    ]);
    assert.deepEqual(caught(silent), []);
  });
});
