import assert from "node:assert/strict";
import test from "node:test";
import { parseMove, pieces } from "./play.ts";

const NAMES = ["Ada", "Ben", "Cleo"];

test("parseMove() reads who does what", () => {
  const moves: [string, object | undefined][] = [
    ["ada: hello", { who: "Ada", does: "says", text: "hello" }],
    ["Ada:hello: you", { who: "Ada", does: "says", text: "hello: you" }],
    ["ben:", { who: "Ben", does: "says", text: "" }],
    ["cleo resets", { who: "Cleo", does: "resets" }],
    ["  ben LEAVES ", { who: "Ben", does: "leaves" }],
    ["quit", { does: "quit" }],
    ["eve: hello", undefined],
    ["ada dances", undefined],
    ["", undefined],
  ];
  for (const [typed, move] of moves) {
    assert.deepEqual(parseMove(typed, NAMES), move, typed);
  }
});

test("pieces() cuts bytes, also inside a character, and loses none", () => {
  const bytes = Buffer.from("grüßt");
  const cut = pieces(bytes, 3);
  assert.deepEqual(
    cut.map(({ length }) => length),
    [3, 3, 1],
  );
  assert.deepEqual(Buffer.concat(cut), bytes);
  assert.deepEqual(pieces(bytes, undefined), [bytes]);
});
