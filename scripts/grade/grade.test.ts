/** The grader as its users meet it: a command, its report and its exit code. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { REQUIREMENTS } from "../room/check.ts";
import { ROOT, SOLUTIONS } from "../workbook/chapters.ts";
import { ranges, withoutIgnoring } from "./coverage.ts";
import { Grader } from "./grade.ts";
import { readHandIn } from "./hand_in.ts";
import { Pool } from "./pool.ts";
import { protection } from "./protection.ts";
import type { GradeReport } from "./report.ts";
import { knownHandIns, selfTest } from "./self_test.ts";

const top = mkdtempSync(path.join(os.tmpdir(), "chat-grade-test-"));
// A hook of the file runs too early when only some of its tests are wanted.
process.once("exit", () => rmSync(top, { recursive: true, force: true }));

function folder(name: string, files: Record<string, string>): string {
  const made = path.join(top, name);
  mkdirSync(made);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(made, file)), { recursive: true });
    writeFileSync(path.join(made, file), text);
  }
  return made;
}

function command(words: readonly string[], temporary = os.tmpdir()) {
  const script = path.join(ROOT, "scripts", "grade.ts");
  return spawn(process.execPath, ["--import", "tsx", script, ...words], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: temporary, TEMP: temporary },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function run(...words: string[]) {
  const child = command(words);
  let out = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  const [code] = await once(child, "close");
  return { code, out, errors };
}

describe("names in a hand-in", () => {
  test("the exercise's names are taken, and the best ending first", () => {
    const made = folder("names", {
      "ex_04_server.ts": "",
      "ex_04_server.js": "",
    });
    const { programs, notes } = readHandIn(made, false);
    assert.equal(programs.server?.name, "ex_04_server.ts");
    assert.match(notes.join(), /ex_04_server.ts was graded; .*ex_04_server.js/);
  });

  for (const name of [
    "Ex04Server.ts",
    "Ex 04 server.ts",
    "ex_04_server.TS",
    "server.ts",
    "src/ex_04_server.ts",
  ]) {
    test(`${name} is named, and graded only if wanted`, () => {
      const made = folder(`near ${name.replace("/", " ")}`, { [name]: "" });
      const strict = readHandIn(made, false);
      assert.equal(strict.programs.server, undefined);
      assert.equal(
        strict.missing.server,
        `ex_04_server.ts is missing; found ${name}. ${name.includes("/") ? "Move" : "Rename"} it to ex_04_server.ts.`,
      );
      assert.equal(readHandIn(made, true).programs.server?.name, name);
    });
  }
});

describe("what stands in a hand-in in place of a program", () => {
  const said = (name: string, files: Record<string, string>) =>
    readHandIn(folder(name, files), true).notes.join(" ");

  test("a folder", () => {
    const notes = said("folder", { "ex_04_server.ts/index.ts": "" });
    assert.match(notes, /ex_04_server\.ts is a folder, and no file\./);
  });
  test("another language", () => {
    const notes = said("other", {
      "ex_04_server.go": "",
      "Ex04Client.tsx": "",
    });
    assert.match(notes, /found ex_04_server\.go, and nothing is known to run/);
    assert.match(notes, /found Ex04Client\.tsx, and nothing is known to run/);
  });
  test("an archive", () => {
    const notes = said("archive", { "hand-in.tar.gz": "" });
    assert.match(notes, /hand-in\.tar\.gz is an archive, and was not opened/);
  });
  test("another encoding", () => {
    const made = folder("encoding", {});
    const file = path.join(made, "ex_04_server.ts");
    writeFileSync(file, "\ufeffimport net", "utf16le");
    const { missing, programs } = readHandIn(made, false);
    assert.match(missing.server ?? "", /ex_04_server\.ts is not .* UTF-8/);
    assert.equal(programs.server, undefined);
  });
});

test("coverage is told in ranges, and comments do not move it", () => {
  assert.equal(ranges([14, 12, 13, 20]), "12-14, 20");
  const text = "a(); /* c8 ignore next */\nb(); // v8 ignore file\n";
  const measured = withoutIgnoring(text);
  assert.equal(measured.length, text.length);
  assert.doesNotMatch(measured, /(c8|v8) ignore/);
});

test("known hand-ins get the points that are known", async () => {
  const grader = await Grader.open({ seed: 1, pointsOnly: true });
  try {
    const known = await knownHandIns();
    const chosen = [
      "template",
      "reference",
      "05_broadcasting/sender_hears_itself",
      "08_batching/never_uncorked",
    ];
    const some = known.filter(({ name }) => chosen.includes(name));
    assert.equal(some.length, chosen.length);
    assert.deepEqual(await selfTest(grader, some), []);
    // A grader that is wrong is found out.
    const [template] = some;
    assert.ok(template);
    const lie = { ...template, loses: [] };
    assert.equal((await selfTest(grader, [lie])).length, 1);
  } finally {
    await grader.close();
  }
});

/** A server that reads what it is sent, if `reads`, and does nothing with it. */
const silent = (
  reads: boolean,
) => `use strict; use IO::Socket::INET; use IO::Select;
$| = 1; my $bytes;
my $listening = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 8888, Listen => 9, ReuseAddr => 1) or die;
my $all = IO::Select->new($listening);
while (my @ready = $all->can_read) {
  for my $one (@ready) {
    if ($one == $listening) { $all->add($one->accept); print "joined\\n"; }
    elsif (!${reads ? "sysread($one, $bytes, 4096)" : "1"}) { $all->remove($one); close $one; print "left\\n"; }
    ${reads ? "" : "else { $all->remove($one); }"}
  }
}
`;
const noPerl = spawnSync("perl", ["-v"]).status !== 0 && "there is no Perl";
const open = (await protection()) === "none" && "there are no namespaces";

for (const reads of [true, false]) {
  test(`a silent server that ${reads ? "takes all" : "takes nothing"} ${reads ? "receives" : "does not receive"}`, {
    skip: noPerl || open,
  }, async () => {
    const made = folder(`silent ${reads}`, { "server.pl": silent(reads) });
    const grader = await Grader.open({
      ...{ seed: 1, pointsOnly: true },
      commands: { server: ["perl", "server.pl"] },
    });
    try {
      const report = await grader.grade({ name: "silent", folder: made });
      const points = Object.fromEntries(
        report.requirements.map((one) => [one.id, one.points]),
      );
      assert.equal(points["server.listen"], 1);
      assert.equal(points["server.receive"], reads ? 1 : 0);
      assert.equal(points["server.broadcast"], 0);
    } finally {
      await grader.close();
    }
  });
}

for (const level of ["network", "none"] as const) {
  test(`with protection "${level}" conversations are held, and end`, {
    skip: level === "network" && open,
  }, async () => {
    const made = folder(`protection ${level}`, {});
    const name = "ex_04_server.ts";
    copyFileSync(SOLUTIONS.server, path.join(made, name));
    const { files, programs } = readHandIn(made, false);
    const pool = new Pool(level, 1);
    try {
      const answer = await pool.run({
        ...{ folder: made, files, strand: "server", seed: 1, atOnce: 2 },
        ...{
          program: programs.server ?? { name, size: 0 },
          pointsOnly: level === "network",
        },
      });
      assert.ok("outcomes" in answer, JSON.stringify(answer));
      const failed = answer.outcomes.filter(
        ({ verdict }) => verdict !== "pass",
      );
      assert.deepEqual(
        failed.map(({ message }) => message),
        [],
      );
      if (level === "none") assert.equal(answer.coverage?.uncovered, "");
    } finally {
      await pool.close();
    }
  });
}

test("--json - prints one document and nothing else", async () => {
  const made = folder("json", {
    "ex_04_server.ts": 'import chalk from "chalk";\nchalk();\n',
  });
  const { code, out } = await run(made, "--json", "-", "--seed", "7");
  const { version, seed, submissions } = JSON.parse(out) as GradeReport;
  assert.deepEqual([version, seed, submissions.length], [1, 7, 1]);
  const [one] = submissions;
  assert.deepEqual(
    one?.requirements.map(({ id }) => id),
    [...REQUIREMENTS],
  );
  assert.deepEqual([one?.points, one?.maxPoints], [0, 10]);
  assert.match(one?.notes.join() ?? "", /imports chalk/);
  assert.match(one?.notes.join() ?? "", /ex_04_client.ts is missing/);
  assert.equal(code, 0);
});

test("wrong usage is one sentence and exit code 2", async () => {
  const { code, errors } = await run(path.join(top, "nowhere"));
  assert.equal(code, 2);
  assert.match(errors, /There is no folder/);
  // Before anything is graded: what comes of it would be lost.
  const output = await run(top, "--json", top);
  assert.equal(output.code, 2);
  assert.match(output.errors, /--json takes a file/);
});

test("a grader that is killed leaves no process and no file", async () => {
  const made = folder("killed", {
    "ex_04_server.js": "setInterval(() => {}, 1000);",
  });
  const temporary = folder("temporary", {});
  const child = command([made], temporary);
  const fresh = () =>
    readdirSync(temporary).filter((name) => name.startsWith("chat-grade-"));
  const until = async (holds: () => boolean) => {
    const end = performance.now() + 30_000;
    while (!holds()) {
      assert.ok(performance.now() < end, "it takes too long");
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await until(() => fresh().length > 0);
  child.kill("SIGKILL");
  await once(child, "close");
  await until(() => fresh().length === 0);
});
