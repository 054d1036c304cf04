/** Processes in reserve: the same programs, the same behaviour, only sooner. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { after } from "node:test";
import { Running } from "./process.ts";
import { Spares } from "./spares.ts";
import { Transcript } from "./transcript.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "spares-test-"));
writeFileSync(path.join(folder, "package.json"), '{"type":"module"}');
const spares = new Spares(2);
after(async () => {
  await spares.close();
  rmSync(folder, { recursive: true });
});

async function start(name: string, source: string) {
  const file = path.join(folder, name);
  writeFileSync(file, source);
  const log = new Transcript(10_000);
  const program = { file };
  const role = "server" as const;
  const options = { program, role, spares, env: { GREETING: "hello" } };
  return { running: await Running.start(options, log), log, file };
}

test("a spare process becomes the program that it is told to run", async () => {
  await spares.fill();
  const source = `import net from "node:net";
const greeting: string = process.env["GREETING"] ?? "";
console.log(greeting, process.argv.length, process.cwd());
net.createServer().listen(8888, "localhost");
`;
  const { running, log } = await start("program.ts", source);
  const listens = { what: "the report", step: "listens" };
  await log.until(() => running.listening.length === 1, listens);
  await running.prints("hello 2 ");
  assert.equal(running.listening[0]?.asked, 8888);
  await running.close();
});

test("a program that was changed is run as it is now", async () => {
  for (const n of [1, 2, 3]) {
    await spares.fill();
    const source = `console.log("version ${n}" satisfies string);`;
    const { running } = await start("changing.ts", source);
    await running.prints(`version ${n}`);
    await running.close();
  }
});

test("an error is the program's own, and ends it", async () => {
  for (const [name, source, says] of [
    ["throws.ts", "throw new Error('not yet' as string);", "not yet"],
    ["syntax.ts", "const = 1;", "Error"],
    ["late.ts", "setImmediate(() => { throw new Error('late'); });", "late"],
  ] as const) {
    await spares.fill();
    const { running, log } = await start(name, source);
    await running.ends();
    assert.equal(log.exit?.code, 1);
    assert.match(running.stderr.text, new RegExp(says));
    await running.close();
  }
});

test("a program that asks if it is the main one gets a process of its own", async () => {
  await spares.fill();
  const source = `import { fileURLToPath } from "node:url";
console.log("main:", process.argv[1] === fileURLToPath(import.meta.url));
`;
  const { running } = await start("main.ts", source);
  await running.prints("main: true");
  await running.close();
});

test("a program of several files gets a process of its own", async () => {
  await spares.fill();
  writeFileSync(path.join(folder, "word.ts"), 'export const word = "two";');
  const source = `import { word } from "./word.ts";
enum Files { Two = 2 }
console.log("files:", word, Files.Two);
`;
  const { running } = await start("several.ts", source);
  await running.prints("files: two 2");
  await running.close();
});
