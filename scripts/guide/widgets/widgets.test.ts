/** The widgets' logic: the programs' own framings, and the model of a server. */
import assert from "node:assert/strict";
import { Buffer as NodeBuffer } from "node:buffer";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import fc from "fast-check";
import { ROOT } from "../../workbook/chapters.ts";
import { Buffer } from "./bytes.ts";
import { cellsOf, chunksOf, meant, messages, shorten } from "./framing.ts";
import { takeFramings } from "./interactive.ts";
import {
  begin,
  KERNEL,
  LINE,
  LINES_PER_STEP,
  POLICIES,
  type Policy,
  step,
} from "./slow_consumer.ts";
import { FRAMINGS, listenerSource, takeMaxPending } from "./taken.ts";

const framings = await takeFramings();
const [chunkIsMessage, splitAlone, decodedAlone, right] = framings;
assert.ok(chunkIsMessage && splitAlone && decodedAlone && right);

const RUNS = { numRuns: 200, seed: 1 };
const text = fc
  .array(fc.constantFrom("a", "ü", "€", "😀", " ", "\n", "b\n"))
  .map((parts) => `${parts.join("")}\n`);
const stream = text.chain((said) => {
  const { length } = Buffer.encode(said);
  return fc.record({
    said: fc.constant(said),
    cuts: fc
      .array(fc.integer({ min: 1, max: length }))
      .map((all) => new Set(all)),
  });
});

test("the browser's Buffer does what Node's does", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 8 })), (parts) => {
      const ours = Buffer.concat(parts);
      const nodes = NodeBuffer.concat(parts);
      assert.deepEqual([...ours], [...nodes]);
      assert.equal(ours.toString(), nodes.toString("utf8"));
      assert.equal(ours.lastIndexOf(10), nodes.lastIndexOf(10));
      const half = Math.floor(parts.length / 2);
      assert.equal(
        ours.subarray(half).toString(),
        nodes.subarray(half).toString("utf8"),
      );
    }),
    RUNS,
  );
});

test("the chapter's framing gives what was said, however it is cut", () => {
  fc.assert(
    fc.property(stream, ({ said, cuts }) => {
      const chunks = chunksOf(Buffer.encode(said), cuts);
      assert.deepEqual(messages(right, chunks), meant(said));
    }),
    RUNS,
  );
});

test("each wrong framing shows what its mistake does", () => {
  const said = "hello\ngrüß dich\n";
  const chunks = chunksOf(Buffer.encode(said), new Set([3, 9]));
  assert.deepEqual(messages(chunkIsMessage, chunks), [
    "hel",
    "lo\ngr\uFFFD",
    "\uFFFDß dich",
  ]);
  assert.deepEqual(messages(splitAlone, chunks), [
    "hel",
    "lo",
    "gr\uFFFD",
    "\uFFFDß dich",
  ]);
  assert.deepEqual(messages(decodedAlone, chunks), [
    "hello",
    "gr\uFFFD\uFFFDß dich",
  ]);
  // And all of them seem right when each line is one chunk.
  const lines = chunksOf(Buffer.encode(said), new Set([6]));
  for (const framing of framings) {
    assert.deepEqual(messages(framing, lines), meant(said), framing.name);
  }
});

test("the code is the programs' own, and the build fails when it is gone", () => {
  for (const taken of FRAMINGS) {
    const source = readFileSync(path.join(ROOT, taken.program), "utf8");
    const code = listenerSource(source, taken);
    for (const line of code.split("\n").slice(1, -2)) {
      assert.ok(source.includes(line), line);
    }
    const name = taken.needs[0] as string;
    const without = source.replaceAll(`function ${name}(`, "function x(");
    assert.throws(() => listenerSource(without, taken), /has no function/);
  }
  const chapter = FRAMINGS.at(-1) as (typeof FRAMINGS)[number];
  const source = readFileSync(path.join(ROOT, chapter.program), "utf8");
  const noRegion = source.replace("// #region framing\n", "");
  assert.throws(() => listenerSource(noRegion, chapter), /no region "framing"/);
  assert.throws(
    () => listenerSource(source.replace('"data"', '"end"'), chapter),
    /no 'data' listener/,
  );
});

test("cells and chunks keep every byte", () => {
  fc.assert(
    fc.property(stream, ({ said, cuts }) => {
      const bytes = Buffer.encode(said);
      assert.equal(cellsOf(said).length, bytes.length);
      const chunks = chunksOf(bytes, cuts);
      assert.ok(chunks.every(({ length }) => length > 0));
      assert.deepEqual([...Buffer.concat(chunks)], [...bytes]);
      const short = shorten(said, 7);
      assert.ok(said.startsWith(short));
      assert.ok(Buffer.encode(short).length <= 7);
    }),
    RUNS,
  );
});

const maxPending = takeMaxPending();

/** A server after some steps with a reader of this speed. */
function after(policy: Policy, steps: number, speed: number) {
  let state = begin(policy);
  for (let n = 0; n < steps; n++) state = step(state, speed, maxPending);
  return state;
}

test("the limit is that of the program", () => {
  assert.equal(maxPending, 8 * 1024 * 1024);
});

test("a frozen reader: block stops all, buffer grows, the others are bounded", () => {
  const steps = 60;
  const said = steps * LINES_PER_STEP * LINE;
  const block = after("block", steps, 0);
  assert.ok(block.blocked && block.cleoHeard < said / 4);
  const buffer = after("buffer", steps, 0);
  assert.equal(buffer.pending, said - KERNEL);
  const drop = after("drop", steps, 0);
  assert.ok(drop.connected && drop.benMissed > 0);
  assert.ok(drop.pending <= maxPending + LINE);
  const disconnect = after("disconnect", steps, 0);
  assert.ok(!disconnect.connected && disconnect.pending === 0);
  for (const state of [buffer, drop, disconnect]) {
    assert.equal(state.cleoHeard, said, state.policy);
  }
});

test("a reader that keeps up costs nobody anything, whatever the policy", () => {
  for (const policy of POLICIES) {
    const state = after(policy, 60, 1);
    assert.equal(state.pending, 0, policy);
    assert.equal(state.cleoHeard, state.wanted, policy);
    assert.ok(state.connected && !state.blocked && state.benMissed === 0);
  }
});

test("no byte is lost or made: heard, missed, and on its way are all", () => {
  const speeds = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 80 });
  fc.assert(
    fc.property(fc.constantFrom(...POLICIES), speeds, (policy, all) => {
      let state = begin(policy);
      for (const speed of all) {
        state = step(state, speed / 100, maxPending);
        const { benHeard, benMissed, pending, kernel, said } = state;
        const sum = benHeard + benMissed + pending + kernel;
        assert.ok(Math.abs(sum - said) < 1, `${policy}: ${sum} of ${said}`);
        assert.ok(kernel <= KERNEL && pending >= 0);
        assert.ok(state.cleoHeard <= said && said <= state.wanted);
      }
    }),
    RUNS,
  );
});

test("block goes on where it stood, when the reader reads again", () => {
  let state = after("block", 60, 0);
  assert.ok(state.blocked);
  for (let n = 0; n < 60; n++) state = step(state, 1, maxPending);
  assert.ok(!state.blocked);
  assert.equal(state.cleoHeard, state.said);
});
