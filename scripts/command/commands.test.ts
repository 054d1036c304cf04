/** The commands, as people call them: rightly and wrongly. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { after } from "node:test";
import { call } from "./call.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "command-test-"));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, source: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, source);
  return file;
}

const SERVER = "solutions/ex_04_server.ts";

test("check says in one sentence what was wrong with the call", async () => {
  const wrong: [args: string[], sentence: RegExp][] = [
    [["99"], /^There is no chapter "99"\. There are: 01_listening, /],
    [["--progam", "x"], /^Unknown option '--progam'/],
    [["05", "--program", "absent.ts"], /^There is no file absent\.ts\./],
    [["05", "--seed", "many"], /^--seed needs a number, not "many"\./],
    [["05", "--seed", "Infinity"], /^--seed needs a number, not "Infinity"\./],
    [["05", "09", "--program", SERVER], /^Name chapters of the server, or /],
    [["--program", "package.json"], /^Is package\.json a server or a client\?/],
    [["05", "--program", SERVER, "--only", "x"], /^There is no check "x"/],
  ];
  for (const [args, sentence] of wrong) {
    const { stderr, code } = await call("check", ...args);
    assert.match(stderr, sentence);
    assert.doesNotMatch(stderr, /^\s+at /m);
    assert.equal(code, 2, args.join(" "));
  }
});

test("grade says in one sentence what does not go together", async () => {
  const list = write("list.csv", "group,repository\na,a\n");
  const course = ["--course", list, "--deadline", "2026-11-20T12:00Z"];
  const wrong: [args: string[], sentence: RegExp][] = [
    [[...course, folder], /^Name folders or a --course, not both\./],
    [[], /^Name folders, or a --course\./],
    [["--self-test", ...course], /^--self-test does not go together with --c/],
    [["--admission", list, "--push"], /^--admission does not go together wi/],
    [["--admission", list, list], /list\.csv is named twice/],
    [[folder, "--out", folder], /^--out needs a --course\./],
    [[...course, "--out", list], /^--out takes a folder, and .* is a file\./],
    [[...course, "--out", path.join(list, "x")], /list\.csv is a file\./],
  ];
  if (process.platform === "linux") {
    wrong.push([[...course, "--out", "/proc/x/y"], /^--out takes a folder th/]);
  }
  for (const [args, sentence] of wrong) {
    const { stdout, stderr, code } = await call("grade", ...args);
    assert.match(stderr, sentence);
    assert.doesNotMatch(stderr, /^\s+at /m);
    assert.equal(stdout, "");
    assert.equal(code, 2, args.join(" "));
  }
});

test("nothing is done no times at all, nor half a time", async () => {
  const wrong: [script: string, ...args: string[]][] = [
    ["repeat", "--times", "0"],
    ["repeat", "--times", "1.5"],
    ["adversary", "--runs", "0"],
    ["bench", "loop", "--times", "0"],
    ["bench", "grade", "--course", "0"],
    ["quiz", "--questions", "0"],
    ["play", "--split", "0"],
  ];
  for (const [script, ...args] of wrong) {
    const { stdout, stderr, code } = await call(script, ...args);
    assert.match(stderr, / needs a whole number, 1 or more, not "/);
    assert.equal(stdout, "", args.join(" "));
    assert.equal(code, 2, args.join(" "));
  }
});

test("every command prints help and ends well", async () => {
  for (const script of ["check", "chapter", "matrix", "coverage", "repeat"]) {
    const { stdout, code } = await call(script, "--help");
    assert.match(stdout, /^npm run /);
    assert.equal(code, 0);
    assert.equal((await call(script, "-h")).stdout, stdout);
  }
});

test("check passes the reference, with the same lines for the same seed", async () => {
  const args = ["01", "--program", SERVER, "--seed", "7"];
  const { stdout, code } = await call("check", ...args);
  assert.match(stdout, /seed 7\n\n✓ listens on localhost:8888/);
  assert.equal(code, 0);
});

test("check --json prints one document and nothing else", async () => {
  const args = ["01", "--program", SERVER, "--json", "--only", "listens"];
  const { stdout, code } = await call("check", ...args);
  const document = JSON.parse(stdout) as {
    version: number;
    results: { verdict: string; check: { id: string } }[];
  };
  assert.equal(document.version, 1);
  assert.deepEqual(
    document.results.map(({ check, verdict }) => [check.id, verdict]),
    [["listens", "pass"]],
  );
  assert.equal(code, 0);
});

/** Programs that are none, and what the check says of each. */
const NONE: Record<string, [source: string, says: RegExp]> = {
  empty: ["", /The program ended at once and did nothing/],
  syntax_error: ["const = 1;", /ended with an error before anybody/],
  throws: ["throw new Error('not yet');", /Error: not yet/],
  imports: ["import 'chalk-not-here';", /imports chalk-not-here, and there is/],
  exits: ["process.exit(3);", /ended/],
  never_ends: ["for (;;) {}", /The program runs without a pause/],
  wrong_port: [
    "import net from 'node:net'; net.createServer().listen(9999);",
    /The server listens on port 9999/,
  ],
};
for (const [name, [source, says]] of Object.entries(NONE)) {
  test(`check explains a program that is none: ${name}`, async () => {
    const file = write(`${name}_server.mjs`, source);
    const args = ["02", "--program", file, "--deadline", "1"];
    const { stdout, stderr, code } = await call("check", ...args);
    assert.match(stdout.replace(/\n\s*/g, " "), says);
    assert.match(stdout, /First make this work/);
    assert.equal(stderr, "");
    assert.equal(code, 1);
  });
}
