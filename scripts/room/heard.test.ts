import assert from "node:assert/strict";
import test from "node:test";
import { Heard } from "./heard.ts";

test("Heard puts characters together that TCP cut in half", () => {
  const heard = new Heard();
  const bytes = Buffer.from("grüßt");
  for (const byte of bytes) heard.add(Buffer.from([byte]));
  assert.equal(heard.text, "grüßt");
  assert.equal(heard.length, bytes.length);
});

test("includes() finds what comes in pieces, however often it is asked", () => {
  const heard = new Heard();
  for (const piece of ["x".repeat(100), "k3f", "9a", "2\n"]) {
    assert.equal(heard.includes("k3f9a2"), false);
    heard.add(Buffer.from(piece));
  }
  assert.equal(heard.includes("k3f9a2"), true);
});

test("lines and counts do not see colours", () => {
  const heard = new Heard();
  heard.add(Buffer.from("\x1b[32mone\x1b[0m two\r\nthree"));
  assert.deepEqual(heard.lines, ["one two\r", "three"]);
  assert.deepEqual(heard.linesWith("two"), ["one two"]);
  assert.equal(heard.count("two"), 1);
});

test("what is long ago is forgotten, and marks still hold", () => {
  const heard = new Heard();
  heard.add(Buffer.from("first\n"));
  assert.equal(heard.includes("first"), true);
  heard.add(Buffer.from("x".repeat(5_000_000)));
  const mark = heard.mark;
  heard.add(Buffer.from("\nlast\n"));
  assert.equal(heard.since(mark), "\nlast\n");
  assert.equal(heard.includes("last"), true);
  assert.equal(heard.includes("first"), true);
  assert.ok(heard.text.length < 3_000_000);
});
