/**
 * That the model is right: correct programs pass, whatever their design, and
 * wrong ones are found and told in a few steps. More is held by command:
 * `npm run adversary -- --runs 10000`, `-- --designs`, `-- --mistakes`.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { isNodeProgram } from "../room/launch.ts";
import { Ear, type Flaw } from "./ear.ts";
import { alteredStep, gluedStep } from "./flaws.ts";
import { designs, huntSuspect, mistakes, references } from "./suspects.ts";
import { content } from "./words.ts";

/** Always the same histories: a failure here comes again. */
const SEED = 20_000;
const PATIENT = { seed: SEED, deadline: 10_000, patience: 5000 };
const HASTY = { seed: SEED, deadline: 1500, patience: 15_000 };

for (const [index, runs] of [150, 30].entries()) {
  const suspect = references()[index];
  assert.ok(suspect);
  test(`${suspect.name} passes ${runs} random histories`, async (t) => {
    const outcome = await huntSuspect(suspect, { ...PATIENT, runs });
    assert.equal(outcome.caught?.diagram, undefined);
    assert.equal(outcome.held, runs);
    const seconds = (outcome.took / 1000).toFixed(1);
    t.diagnostic(`${seconds} s, ${outcome.unstable.length} unstable`);
  });
}

for (const suspect of designs()) {
  // The others take the real port; the command brings them to their own.
  if (suspect.strand !== "server" || !isNodeProgram(suspect.program)) continue;
  test(`${suspect.name} passes 10 random histories`, async () => {
    const { caught } = await huntSuspect(suspect, { ...PATIENT, runs: 10 });
    assert.equal(caught?.diagram, undefined);
  });
}

const FOUND = [
  ["02_accepting/no_error_listener_on_socket", 100],
  ["05_broadcasting/sender_hears_itself", 5],
  ["05_broadcasting/two_connection_listeners", 5],
  ["08_batching/uncorked_by_next_line", 5],
  ["10_concurrent_io/two_line_listeners", 20],
] as const;

for (const [name, runs] of FOUND) {
  test(`${name} is found and told in a few steps`, async (t) => {
    const suspect = mistakes().find((one) => one.name === name);
    assert.ok(suspect);
    const { caught } = await huntSuspect(suspect, { ...HASTY, runs });
    assert.ok(caught, `nothing was found in ${runs} histories`);
    assert.equal(caught.cause?.id, suspect.cause);
    assert.match(caught.diagram, /✗/);
    assert.match(caught.replay, /^\d+\/\d/);
    const history = caught.history as { steps?: unknown[]; length?: number };
    const steps = history.steps?.length ?? history.length ?? 0;
    assert.ok(steps <= 6, `${steps} steps are left:\n${caught.diagram}`);
    // The same again, from what the failure tells.
    const [seed, path] = caught.replay.split("/");
    const again = await huntSuspect(suspect, {
      ...HASTY,
      seed: Number(seed),
      runs: 1,
      path,
    });
    assert.deepEqual(again.caught?.history, caught.history);
    t.diagnostic(`history ${caught.n}, ${steps} steps: ${caught.message}`);
  });
}

test("content() has whole characters, and never a newline", () => {
  for (const alphabet of ["ascii", "umlauts", "emoji", "controls"] as const) {
    for (let size = 0; size < 200; size++) {
      const bytes = content({ size, alphabet, crlf: false }, size);
      assert.ok(bytes.length <= size);
      assert.ok(!bytes.includes(10) && !bytes.includes(13));
      assert.ok(!bytes.toString("utf8").includes("\ufffd"));
    }
  }
});

test("Ear tells what is whole, what is cut and what is glued", () => {
  const lines = [0, 1].map((n) => ({ n, text: `w${n}.middlew${n}.` }));
  const heard = (text: string) => {
    const found: [number, Flaw["step"] | undefined][] = [];
    const ear = new Ear("w", lines);
    // Byte by byte: how it arrives makes no difference.
    for (const byte of Buffer.from(text, "latin1")) {
      ear.take(Buffer.from([byte]), (n, flaw) => found.push([n, flaw?.step]));
    }
    return found;
  };
  assert.deepEqual(heard("Ada: w0.middlew0.\r\n"), [[0, undefined]]);
  assert.deepEqual(heard("w0.middw0.\n"), [[0, "altered"]]);
  assert.deepEqual(heard("w0.mid\ndlew0.\n"), [
    [0, "altered"],
    [0, "altered"],
  ]);
  assert.deepEqual(heard("w0.middlew0.w1.middlew1.\n"), [
    [0, "glued"],
    [1, "glued"],
  ]);
  assert.deepEqual(heard("w1.middlew1."), []);
  assert.deepEqual(heard('"w1.middlew1.\\r"\n'), [[1, "stray CR"]]);
});

test("alteredStep() tells a piece from another text, and doubts", () => {
  const text = 'w3.grüße "an" alle, die es hören w3.';
  const bytes = Buffer.from(text).toString("latin1");
  const step = (heard: string, sent = {}) => {
    const spoken = { text: bytes, pieces: 2, between: false, ...sent };
    return alteredStep(spoken, Buffer.from(heard).toString("latin1"));
  };
  assert.equal(step('w3.grüße "an'), "cut line");
  assert.equal(step("die es hören w3."), "cut line");
  assert.equal(step("die es hören w3.", { between: true }), "two halves");
  assert.equal(step("hören w3.", { between: true, pieces: 3 }), "unclear");
  assert.equal(step("w3.grüße die es hören w3."), "cut line");
  assert.equal(step(text.replace("ß", "\ufffd\ufffd")), "cut character");
  assert.equal(step(text.replaceAll('"', "&quot;")), "special characters");
  const noText = { text: "w3.\xff\xfe w3." };
  assert.equal(step("w3.?? w3.", noText), "unclear");
});

test("gluedStep() tells whose lines were put together", () => {
  const line = (n: number, by: string) => {
    const text = `w${n}.middlew${n}.`;
    return { text, by, pieces: 1, between: false };
  };
  const [one, two, hers] = [line(1, "Ada"), line(2, "Ada"), line(3, "Cleo")];
  const flaw = (heard: string) =>
    ({ step: "glued", n: 1, heard, numbers: [] }) as const;
  const both = flaw(one.text + two.text);
  assert.equal(gluedStep([one, two], both, false), "glued");
  assert.equal(gluedStep([one, two], both, true), "joined lines");
  const half = flaw(`w1.mid${hers.text}`);
  assert.equal(gluedStep([one, hers], half, false), "two halves");
  assert.equal(
    gluedStep([one, two], flaw(`w1.${two.text}`), false),
    "cut line",
  );
});
