/** Programs of every kind, and that nothing of them is left. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { after } from "node:test";
import { fileURLToPath } from "node:url";
import { Running } from "./process.ts";
import { Transcript } from "./transcript.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "room-test-"));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, source: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, source);
  return file;
}

/** True while a process runs; a zombie does not. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Resolves when `holds`, which is asked again and again, or rejects. */
async function eventually(holds: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > end) assert.fail(`${what}: not in 10 s`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function start(file: string, log = new Transcript(10_000)) {
  const program = { file };
  const running = await Running.start({ program, role: "server" }, log);
  return { running, log };
}

for (const [how, call] of Object.entries({
  "two numbers": "listen(8888, 'localhost')",
  "an object": "listen({ port: 8888, host: '127.0.0.1' })",
  "a string": "listen('8888')",
  "a port and a function": "listen(8888, () => {})",
})) {
  test(`a server's port is redirected and reported: ${how}`, async () => {
    const file = write(
      `${how.replaceAll(" ", "_")}.mjs`,
      `import net from 'node:net';\nnet.createServer().${call};\n`,
    );
    const { running, log } = await start(file);
    const reported = () => running.listening.length === 1;
    const awaited = { what: "the report", step: "listens" };
    try {
      await log.until(reported, awaited);
      assert.equal(running.listening[0]?.asked, 8888);
      assert.notEqual(running.listening[0]?.address.port, 8888);
    } finally {
      await running.close();
    }
  });
}

test("close() ends a program that handles SIGTERM, and its children", async () => {
  const file = write(
    "stubborn.mjs",
    `import { spawn } from 'node:child_process';
process.on('SIGTERM', () => {});
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)']);
console.log('child', child.pid);
setInterval(() => {}, 1e9);
`,
  );
  const { running } = await start(file);
  await running.prints("child ");
  const child = Number(/child (\d+)/.exec(running.output.text)?.[1]);
  assert.ok(runs(child));
  await running.close();
  assert.equal(runs(running.pid), false);
  await eventually(() => !runs(child), "the end of the child");
});

const linux =
  process.platform === "linux" ? false : "only /proc tells who started whom";

for (const [when, last] of Object.entries({
  "runs on": "setInterval(() => {}, 1e9);",
  "has ended": "",
})) {
  test(`close() ends what a program that ${when} has sent away`, {
    skip: linux,
  }, async () => {
    const file = write(
      `${when.replaceAll(" ", "_")}.mjs`,
      `import { spawn } from 'node:child_process';
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], {
  detached: true, stdio: 'ignore' });
child.unref();
console.log('child', child.pid);
${last}
`,
    );
    const { running } = await start(file);
    await running.prints("child ");
    if (last === "") await running.ends();
    const child = Number(/child (\d+)/.exec(running.output.text)?.[1]);
    assert.ok(runs(child));
    await running.close();
    await eventually(() => !runs(child), "the end of the child");
  });
}

test("no program is left when the checker is killed", async () => {
  const victim = write("victim.mjs", "setInterval(() => {}, 1e9);\n");
  const module = new URL("process.ts", import.meta.url).href;
  const logs = new URL("transcript.ts", import.meta.url).href;
  const checker = write(
    "checker.mjs",
    `import { Running } from ${JSON.stringify(module)};
import { Transcript } from ${JSON.stringify(logs)};
const program = { file: ${JSON.stringify(victim)} };
const running = await Running.start(
  { program, role: 'server' }, new Transcript(1000));
console.log('started', running.pid);
setInterval(() => {}, 1e9);
`,
  );
  const tsx = import.meta.resolve("tsx");
  const child = spawn(process.execPath, ["--import", tsx, checker], {
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  await eventually(() => /started \d+/.test(output), "the start");
  const pid = Number(/started (\d+)/.exec(output)?.[1]);
  assert.ok(runs(pid));
  child.kill("SIGKILL");
  await once(child, "exit");
  await eventually(() => !runs(pid), "the end of the program");
});

test("a program that prints without end is read and not kept", async () => {
  const file = write(
    "chatterbox.mjs",
    "const line = 'x'.repeat(1 << 20);\nfor (let n = 0; n < 64; n++) process.stdout.write(line);\n",
  );
  const { running, log } = await start(file);
  await log.until(() => running.output.length === 64 << 20, {
    what: "64 MiB of output",
    step: "prints",
    evenAfterExit: true,
  });
  assert.ok(running.output.text.length < 8 << 20);
  await running.close();
});

test("a program that cannot be started is one sentence", async () => {
  const file = write("nothing.xyz", "");
  await assert.rejects(start(file), /Nothing is known to run .*nothing\.xyz/);
  await assert.rejects(start(path.join(folder, "absent.ts")), /no file/);
  const program = { file, command: ["no-such-command-here"] };
  const log = new Transcript(1000);
  await assert.rejects(
    Running.start({ program, role: "server" }, log),
    /no-such-command-here cannot be started/,
  );
});

test("a program is found through a folder that is a link", {
  skip: process.platform === "win32" ? "links need a right there" : false,
}, async () => {
  mkdirSync(path.join(folder, "real"));
  symlinkSync(path.join(folder, "real"), path.join(folder, "linked"));
  write("real/package.json", '{ "type": "module" }');
  write("real/typed.ts", "const n: number = 1;\nconsole.log('runs', n);\n");
  const { running } = await start(path.join(folder, "linked", "typed.ts"));
  await running.prints("runs 1");
  await running.close();
});

test("a program that deletes its own file still runs", async () => {
  const file = write(
    "vanishing.mjs",
    "import { rmSync } from 'node:fs';\nimport { fileURLToPath } from 'node:url';\nrmSync(fileURLToPath(import.meta.url));\nconsole.log('gone');\nsetInterval(() => {}, 1e9);\n",
  );
  const { running } = await start(file);
  await running.prints("gone");
  assert.equal(existsSync(file), false);
  await running.close();
});
