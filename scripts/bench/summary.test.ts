/** From measurements to medians, targets, tables and pictures. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { XMLValidator } from "fast-xml-parser";
import { fit } from "./measure.ts";
import { parsePeer } from "./peers.ts";
import { plot } from "./plot.ts";
import { type Results, type Run, rangeOf } from "./results.ts";
import { SCENARIOS } from "./scenarios.ts";
import { judgeTargets, summarize } from "./summary.ts";
import { resultsText } from "./table.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("rangeOf() gives the middle one, or the middle of two", () => {
  assert.deepEqual(rangeOf([3, 1, 2]), { median: 2, min: 1, max: 3 });
  assert.deepEqual(rangeOf([4, 1, 2, 3]), { median: 2.5, min: 1, max: 4 });
  assert.deepEqual(rangeOf([7]), { median: 7, min: 7, max: 7 });
  assert.equal(rangeOf([]), undefined);
});

function runs(server: string, ...costs: number[]): Run[] {
  return costs.map((cpu, n) => ({
    scenario: "fan-out-10",
    server,
    repetition: n + 1,
    lines: 100_000,
    deliveries: 1_000_000,
    seconds: 0.5,
    cpu,
  }));
}

test("summarize() compares with the reference of the same repetition", () => {
  // The machine was three times as slow in the second one.
  const rows = summarize([
    ...runs("reference", 1, 3, 1),
    ...runs("epoll", 0.5, 1.5, 0.5),
    ...runs("asyncio", 4, 12, 4),
  ]);
  assert.deepEqual(rows[1]?.ratio, { median: 0.5, min: 0.5, max: 0.5 });
  assert.equal(rows[0]?.perSecond?.median, 2_000_000);
  const targets = judgeTargets(rows);
  const [limit, usual] = targets;
  assert.deepEqual([limit?.figure, limit?.met], [2, false]);
  assert.deepEqual([usual?.figure, usual?.met], [0.25, true]);
});

test("summarize() keeps the reason of a failure, and no figure", () => {
  const failed = {
    scenario: "fan-out-10",
    server: "x",
    repetition: 1,
    fails: "a line comes twice",
  };
  assert.deepEqual(summarize([failed]), [
    { scenario: "fan-out-10", server: "x", fails: "a line comes twice" },
  ]);
  assert.equal(judgeTargets(summarize([failed]))[0]?.met, undefined);
});

test("resultsText() and plot() show every server, also one that fails", () => {
  const all = [10, 100, 1000].flatMap((hearers) =>
    [...runs("reference", 1, 2), ...runs("epoll", 0.5, 1)].map((run) => ({
      ...run,
      scenario: `fan-out-${hearers}`,
    })),
  );
  all.push({ ...(all[0] as Run), server: "<x>" });
  const rows = summarize(all);
  const results: Results = {
    version: 1,
    date: "2026-01-02T03:04:05.000Z",
    node: "20.19.0",
    system: "linux x64",
    cores: 2,
    load: [0, 1],
    quick: false,
    repetitions: 2,
    source: "/proc",
    servers: [
      { id: "reference", title: "the reference" },
      { id: "epoll", title: "the limit" },
      { id: "go", title: "Go", skipped: "there is no go on this machine" },
    ],
    scenarios: SCENARIOS.slice(0, 3).map((one) => ({
      ...one,
      plots: one.plots ?? [],
    })),
    runs: all,
    rows: [...rows, { scenario: "fan-out-10", server: "y", fails: "is late" }],
    targets: judgeTargets(rows),
  };
  const text = resultsText(results);
  assert.match(text, /epoll +0\.750 \(0\.500–1\.00\)/);
  assert.match(text, /y +fails: it is late/);
  assert.match(text, /not measured: there is no go/);
  assert.match(
    text,
    /✗ fan-out-10: at most 1\.5 × the CPU of the C limit: 2\.00/,
  );
  const svg = plot(results);
  assert.equal(XMLValidator.validate(svg), true);
  assert.equal(svg.match(/<title>reference: /g)?.length, 3);
});

test("fit() takes fewer clients where fewer files may be open, and says so", () => {
  const idle = SCENARIOS.find(({ id }) => id === "idle");
  assert.ok(idle);
  assert.deepEqual(fit(idle, 20_000), { scenario: idle });
  const { scenario, reduced } = fit(idle, 1024);
  assert.equal(scenario.clients, 960);
  assert.match(reduced ?? "", /^960 clients in place of 5010: .*1024 open/);
  assert.throws(() => fit(idle, 70), /too few for a bench/);
});

test("parsePeer() reads NAME=COMMAND and NAME=FILE", () => {
  assert.deepEqual(parsePeer("mine=java -jar chat.jar {port}"), {
    id: "mine",
    title: "java -jar chat.jar {port}",
    plotted: true,
    command: ["java", "-jar", "chat.jar", "{port}"],
  });
  const file = "solutions/ex_04_server.ts";
  assert.equal(parsePeer(`mine=${file}`).file, file);
});

test("bench says in one sentence what was wrong with the call", () => {
  const wrong: [args: string[], sentence: RegExp][] = [
    [["fanout"], /^There is no scenario "fanout"\. There are: fan-out-10, /],
    [["--peer", "nginx"], /^There is no peer "nginx"\. There are: reference, /],
    [
      ["--server", "nginx"],
      /^A server is named as NAME='COMMAND', not "nginx"/,
    ],
    [["--server", "x=absent.ts"], /^There is no file absent\.ts\./],
    [["--server", "epoll=x"], /^There is a server named "epoll" already\./],
    [["--repeat", "0"], /^--repeat needs a whole number/],
    [["steady", "--svg", "x.svg"], /^None of these scenarios is a point/],
    [
      ["--json", "no/such/folder/x.json"],
      /^There is no folder no\/such\/folder/,
    ],
    [["loop", "twice"], /^loop takes options alone/],
  ];
  for (const [args, sentence] of wrong) {
    const { status, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx", "scripts/bench.ts", ...args],
      { cwd: root, encoding: "utf8" },
    );
    assert.match(stderr, sentence);
    assert.doesNotMatch(stderr, /^\s+at /m);
    assert.equal(status, 2, args.join(" "));
  }
});
