/** That a bench hears what is wrong: in streams, and in wrong programs. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { after } from "node:test";
import { ROOT } from "../workbook/chapters.ts";
import { Hearing, type Kind, PROBER, Wrong } from "./hearing.ts";
import { SHORTEST, Speech } from "./lines.ts";
import { Load, measure } from "./measure.ts";
import { prepare } from "./peers.ts";
import type { Scenario } from "./scenarios.ts";

const PROBE = new Speech(PROBER, SHORTEST, 1);
const SIZE = 32;

function speeches(talkers: number): Speech[] {
  return Array.from({ length: talkers }, (_, n) => new Speech(n, SIZE, 16));
}

/** What is heard of a stream that comes in pieces of `cut` bytes. */
function hear(talkers: number, own: number, stream: Buffer, cut: number) {
  const heard: string[] = [];
  const hearing = new Hearing(
    speeches(talkers),
    PROBE,
    own,
    (who, first, n) => {
      for (let k = first; k < first + n; k++) heard.push(`${who}:${k}`);
    },
  );
  for (let at = 0; at < stream.length; at += cut) {
    hearing.take(stream.subarray(at, at + cut));
  }
  return { hearing, heard };
}

/** Lines as "speaker:number", joined. */
function stream(talkers: number, ...lines: string[]): Buffer {
  const all = speeches(talkers);
  return Buffer.concat(
    lines.flatMap((line) => {
      const [who = 0, number = 0] = line.split(":").map(Number);
      return [...(all[who] as Speech).slices(number, number + 1)];
    }),
  );
}

const CUTS = [1, 2, 11, 12, 13, SIZE - 1, SIZE, SIZE + 1, 1000];

test("Hearing takes the lines of several speakers, however they are cut", () => {
  const said = ["0:0", "2:0", "0:1", "2:1", "2:2", "0:2"];
  for (const cut of CUTS) {
    const { hearing, heard } = hear(3, 1, stream(3, ...said), cut);
    assert.deepEqual(heard, said, `pieces of ${cut}`);
    hearing.finish([3, 99, 3]);
  }
});

test("Hearing takes one speaker's lines again and again, and probes", () => {
  const said = Array.from({ length: 40 }, (_, n) => `0:${n}`);
  const lines = stream(1, ...said);
  const whole = Buffer.concat([
    lines.subarray(0, 5 * SIZE),
    PROBE.bytes,
    lines.subarray(5 * SIZE),
  ]);
  for (const cut of CUTS) {
    const { hearing, heard } = hear(1, -1, whole, cut);
    assert.deepEqual(heard, said, `pieces of ${cut}`);
    assert.equal(hearing.probed, true);
    hearing.finish([40]);
  }
});

/** Streams in which something is wrong. */
const WRONG: [Kind, talkers: number, own: number, lines: string[]][] = [
  ["echo", 2, 0, ["1:0", "0:0"]],
  ["echo", 1, 0, ["0:0"]],
  ["twice", 1, -1, ["0:0", "0:1", "0:1"]],
  ["twice", 2, -1, ["0:0", "1:0", "0:0"]],
  ["order", 1, -1, ["0:0", "0:2", "0:1"]],
  ["order", 3, -1, ["2:1", "1:0", "2:0"]],
  ["lost", 1, -1, ["0:0", "0:2", "0:3"]],
  ["lost", 2, -1, ["0:0", "0:1", "0:2"]],
];
for (const [kind, talkers, own, lines] of WRONG) {
  test(`Hearing finds ${kind} in ${lines.join(" ")}`, () => {
    for (const cut of CUTS) {
      assert.throws(
        () => {
          const { hearing } = hear(
            talkers,
            own,
            stream(talkers, ...lines),
            cut,
          );
          hearing.finish(Array.from({ length: talkers }, () => 4));
        },
        (error: Wrong) => error instanceof Wrong && error.kind === kind,
        `pieces of ${cut}`,
      );
    }
  });
}

test("Hearing finds a single byte that is altered, wherever it stands", () => {
  for (const talkers of [1, 2]) {
    const good = stream(talkers, "0:0", "0:1", "0:2");
    for (let at = 0; at < good.length; at++) {
      const bad = Buffer.from(good);
      bad[at] = 33;
      for (const cut of [1, 13, 1000]) {
        assert.throws(
          () => hear(talkers, -1, bad, cut).hearing.finish([3, 0]),
          Wrong,
          `byte ${at}, pieces of ${cut}`,
        );
      }
    }
  }
});

const folder = mkdtempSync(path.join(os.tmpdir(), "bench-test-"));
const load = new Load();
after(() => {
  load.close();
  rmSync(folder, { recursive: true });
});

const SMALL: Scenario = {
  id: "small",
  title: "three talk to all",
  clients: 4,
  talkers: 3,
  size: 64,
  window: 8,
  seconds: 0.01,
};

/** Measures a program of the workbook in a small scenario. */
function measureFile(file: string, scenario: Scenario) {
  const id = path.parse(file).name;
  const start = prepare({ id, title: id, file: path.join(ROOT, file) }, folder);
  return measure(scenario, { id, start }, 1, load);
}

/** Wrong programs, and what a bench says of them. */
const MISTAKES: [file: string, says: RegExp, scenario?: Partial<Scenario>][] = [
  ["05_broadcasting/mistakes/sender_hears_itself", /^a speaker hears itself$/],
  ["05_broadcasting/mistakes/two_connection_listeners", /^a line comes twice$/],
  [
    "05_broadcasting/mistakes/newline_not_put_back",
    /^a line (is altered|begins)/,
  ],
  [
    "05_broadcasting/mistakes/some_lines_wait_for_a_file",
    /^a line comes after a later one/,
    { window: 32 },
  ],
];
for (const [name, says, change] of MISTAKES) {
  test(`a bench finds out ${name}`, async () => {
    const file = `chapters/${name}.ts`;
    const run = await measureFile(file, { ...SMALL, ...change });
    assert.match(run.fails ?? "no failure", says);
    assert.equal(run.cpu, undefined);
  });
}

test("a bench measures the reference, in each kind of scenario", async () => {
  const kinds: Partial<Scenario>[] = [
    {},
    { talkers: 1, window: 1, timed: true, silent: true },
    { rate: 500, timed: true, frozen: true },
    { talkers: 1, window: 1, bytewise: true },
  ];
  for (const kind of kinds) {
    const run = await measureFile("solutions/ex_04_server.ts", {
      ...SMALL,
      ...kind,
      seconds: 0.05,
    });
    assert.equal(run.fails, undefined);
    const { lines = 0, deliveries } = run;
    assert.ok(lines > 0, JSON.stringify(run));
    // Every line was heard by everybody else.
    assert.equal(deliveries, lines * 3);
    if (process.platform === "linux")
      assert.ok((run.peak ?? 0) > 10e6, JSON.stringify(run));
    if (kind.timed) {
      const { p50 = 0, p99 = 0, most = 0 } = run.times ?? {};
      assert.ok(p50 > 0 && p50 <= p99 && p99 <= most, JSON.stringify(run));
    }
  }
});
