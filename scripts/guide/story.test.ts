/** What a recording is told as: in an order that can be, whatever was seen. */
import assert from "node:assert/strict";
import test from "node:test";
import type { Check } from "../room/check.ts";
import type { Entry, Happening } from "../room/transcript.ts";
import { CHAPTERS } from "../workbook/chapters.ts";
import { asText, stillTells } from "./story.ts";

const check: Check = {
  id: "a-check",
  title: "the check",
  requirement: "server.log",
  graded: false,
  needs: [],
  strand: "server",
  chapter: CHAPTERS[0] as Check["chapter"],
  converse: async () => {},
};

function recording(happenings: readonly (Happening & { at?: number })[]) {
  const entries = happenings.map((one, at): Entry => ({ at, ...one }));
  const { converse: _, chapter, ...about } = check;
  const told = { ...about, chapter: chapter.name };
  return {
    verdict: "pass" as const,
    message: "",
    check: told,
    entries,
    program: "server.ts",
  };
}

const joins = (who: string): Happening => ({ kind: "join", who });
const prints = (text: string): Happening => ({
  kind: "print",
  who: "server",
  stream: "stdout",
  bytes: Buffer.from(`${text}\n`),
});
const hears = (to: string, text: string): Happening => ({
  kind: "send",
  from: "server",
  to,
  bytes: Buffer.from(`${text}\n`),
});

test("who joins does so before the program tells of it", () => {
  const text = asText(
    recording([
      prints("Listening on localhost:8888"),
      prints("127.0.0.1:40001 joined"),
      joins("Ada"),
      prints("127.0.0.1:40001 left"),
      joins("Ben"),
    ]),
  );
  assert.deepEqual(
    text.split("\n").map((line) => line.trim()),
    [
      'server prints "Listening on localhost:8888⏎"',
      "Ada  joins",
      'server prints "127.0.0.1:50001 joined⏎"',
      'server prints "127.0.0.1:50001 left⏎"',
      "Ben  joins",
      "✓ the check",
      "",
    ],
  );
});

test("what is done at once has one order, and what follows it stays behind", () => {
  const [ada, ben] = [hears("Ada", "hi"), hears("Ben", "hi")];
  const log = prints("somebody says hi");
  const one = recording([
    { ...ben, at: 1 },
    { ...ada, at: 1.2 },
    { ...log, at: 1.4 },
    { ...prints("later"), at: 50 },
  ]);
  const other = recording([
    { ...log, at: 1 },
    { ...ada, at: 1.2 },
    { ...ben, at: 1.4 },
    { ...prints("later"), at: 50 },
  ]);
  assert.equal(asText(one), asText(other));
  assert.match(asText(one), /says hi[\s\S]*Ada[\s\S]*Ben[\s\S]*later/);
});

test("a text that tells another run is told from one that does not", () => {
  const [before, after] = [prints("hello"), prints("good bye")];
  const now = recording([joins("Ada"), before]);
  assert.equal(stillTells(asText(now), now), true);
  assert.equal(stillTells(asText(recording([after])), now), false);
});

test("how many lines are lost in a flood is chance, and that they are is not", () => {
  const lost = (message: string) => ({
    ...recording([joins("Ben")]),
    verdict: "fail" as const,
    message,
  });
  const now = lost("Ben got 980 of 1152 lines.");
  const text = (message: string) => asText(lost(message));
  assert.ok(stillTells(text("Ben got 1059 of 1280 lines."), now));
  assert.ok(!stillTells(text("Cleo got 980 of 1152 lines."), now));
});
