import assert from "node:assert/strict";
import test from "node:test";
import { Failure, Transcript } from "./transcript.ts";

const awaited = { what: "Ben to hear it", step: "hears", who: "Ben" };

test("until() ends with the entry that it waits for", async () => {
  const log = new Transcript(10_000);
  const wait = log.until(() => log.entries.length === 2, awaited);
  log.add({ kind: "join", who: "Ada" });
  log.add({ kind: "join", who: "Ben" });
  await wait;
});

test("until() fails at the deadline and says what was awaited", async () => {
  const log = new Transcript(10);
  await assert.rejects(
    log.until(() => false, awaited),
    (failure) =>
      failure instanceof Failure &&
      failure.step === "hears" &&
      failure.who === "Ben" &&
      failure.message === "Nothing in 0.01 s of waiting for Ben to hear it",
  );
});

test("until() fails when the program ends, not at the deadline", async () => {
  const log = new Transcript(60_000);
  const wait = log.until(() => false, awaited);
  log.add({ kind: "exit", who: "server", code: 1, signal: null });
  await assert.rejects(wait, /The program ended while .* Ben to hear it/);
});

test("until() still hears the last words of a program that ends", async () => {
  const log = new Transcript(60_000);
  const heard = () => log.entries.some(({ kind }) => kind === "print");
  const wait = log.until(heard, awaited);
  log.add({ kind: "exit", who: "server", code: 0, signal: null });
  const bytes = Buffer.from("bye");
  log.add({ kind: "print", who: "server", stream: "stdout", bytes });
  await wait;
});

test("add() keeps the beginning of a chunk and counts all of it", () => {
  const log = new Transcript(1000);
  const bytes = Buffer.alloc(1_000_000);
  const entry = log.add({ kind: "send", from: "Ada", to: "server", bytes });
  assert.equal(entry.length, 1_000_000);
  assert.ok("bytes" in entry && entry.bytes.length < 1000);
});

test("end() closes the record: clearing away is not part of it", () => {
  const log = new Transcript(1000);
  log.end();
  log.add({ kind: "join", who: "Ada" });
  assert.deepEqual(log.entries, []);
});

test("untilCounted() waits as long as the count grows", async () => {
  const log = new Transcript(50);
  let count = 0;
  const grows = setInterval(() => count++, 20);
  try {
    await log.untilCounted(() => count, 8, awaited);
  } finally {
    clearInterval(grows);
  }
  await assert.rejects(
    log.untilCounted(() => count, 100, awaited),
    Failure,
  );
});
