import assert from "node:assert/strict";
import test from "node:test";
import { tokens } from "./tokens.ts";

test("tokens() makes the same lines from the same seed", () => {
  const [one, two, other] = [tokens("7"), tokens("7"), tokens("8")];
  const list = (next: () => string) => Array.from({ length: 50 }, next);
  const lines = list(one);
  assert.deepEqual(lines, list(two));
  assert.notDeepEqual(lines, list(other));
});

test("tokens() makes no line twice, and none that is part of another", () => {
  const next = tokens("7");
  const lines = Array.from({ length: 20_000 }, next);
  assert.equal(new Set(lines).size, lines.length);
  assert.ok(lines.every((line) => /^[a-z0-9]{8}$/.test(line)));
});
