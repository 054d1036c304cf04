import assert from "node:assert/strict";
import test from "node:test";
import { UsageError } from "./run.ts";
import { parseCommand } from "./words.ts";

test("parseCommand() takes words, or a list in JSON", () => {
  assert.deepEqual(parseCommand("go  run server.go "), [
    ..."go run server.go".split(" "),
  ]);
  assert.deepEqual(parseCommand('["my server", "-v"]'), ["my server", "-v"]);
  for (const text of ["", " ", "[", "[]", "[1]", "[x]"]) {
    assert.throws(() => parseCommand(text), UsageError);
  }
});
