/** What becomes of a failure that does not come every time. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { findChapter } from "../workbook/chapters.ts";
import { judge } from "./judge.ts";

const top = mkdtempSync(path.join(os.tmpdir(), "chat-judge-"));
after(() => rmSync(top, { recursive: true, force: true }));

/** A server in which something goes wrong at its first message, once ever. */
function wrongOnce(name: string, wrong: string): string {
  const file = path.join(top, `${name}_server.cjs`);
  const mark = JSON.stringify(path.join(top, name));
  writeFileSync(
    file,
    `const { createServer } = require("node:net");
const { existsSync, writeFileSync } = require("node:fs");
const clients = new Set();
createServer((socket) => {
  clients.add(socket);
  socket.on("error", () => {});
  socket.on("close", () => clients.delete(socket));
  socket.on("data", (chunk) => {
    if (!existsSync(${mark})) { writeFileSync(${mark}, ""); ${wrong} }
    for (const one of clients) if (one !== socket) one.write(chunk);
  });
}).listen(8888, "localhost");
`,
  );
  return file;
}

async function verdictOn(file: string) {
  const [result] = await judge({
    program: { file },
    chapters: [findChapter("02")],
    only: ["concurrent"],
    confirm: 3,
    deadline: 3000,
  }).then((all) => all.filter(({ check }) => check.id === "concurrent"));
  assert.ok(result);
  return result;
}

for (const [name, wrong] of [
  ["exits", "process.exit(0);"],
  ["throws", 'throw new Error("a race");'],
  ["crashes", "process.abort();"],
] as const) {
  test(`a server that ${name} in one of several runs has failed`, async () => {
    const { verdict, message } = await verdictOn(wrongOnce(name, wrong));
    assert.equal(verdict, "fail");
    assert.match(message, /It does not end every time/);
  });
}

for (const [name, wrong] of [
  ["is killed", 'process.kill(process.pid, "SIGKILL"); for (;;);'],
  [
    "finds no memory",
    'console.error("ENOMEM: not enough memory"); process.exit(1);',
  ],
] as const) {
  test(`a server that ${name} in one of several runs is unstable`, async () => {
    const file = wrongOnce(name.replaceAll(" ", "_"), wrong);
    assert.equal((await verdictOn(file)).verdict, "unstable");
  });
}

for (const [said, name] of [
  ["python3: can't open file '/hand-in/x.py': [Errno 2] No such file", "x.py"],
  ['Can\'t open perl script "x.pl": No such file or directory', "x.pl"],
  ["ruby: No such file or directory -- x.rb (LoadError)", "x.rb"],
  ["bwrap: execvp ./server: No such file or directory", "./server"],
] as const) {
  test(`there is no ${name} to be started, and it is said so`, async () => {
    const file = path.join(top, "nothing_started.cjs");
    const text = JSON.stringify(said);
    writeFileSync(file, `console.error(${text}); process.exitCode = 2;`);
    const [result] = await judge({
      program: { file },
      chapters: [findChapter("01")],
      only: ["listens"],
      deadline: 3000,
    });
    const says = `There is no ${name} to be started.`;
    assert.equal(result?.cause?.says ?? result?.verdict, says);
  });
}

test("a sandbox that cannot be made is no fault of the program", async () => {
  const file = path.join(top, "no_sandbox_server.cjs");
  const said = "bwrap: Creating new namespace failed: Operation not permitted";
  writeFileSync(
    file,
    `console.error(${JSON.stringify(said)}); process.exitCode = 1;`,
  );
  const results = await judge({
    program: { file },
    chapters: [findChapter("01")],
    only: ["listens"],
    deadline: 3000,
  });
  const [{ verdict, message } = assert.fail()] = results;
  assert.equal(verdict, "infrastructure");
  assert.match(message, /Creating new namespace failed/);
});
