/**
 * Hand-ins that attack: each tries something that it must not do, and serves as
 * an honest server only when that was in vain. All five points of a server are
 * the proof that it was.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { Grader } from "./grade.ts";
import { protection } from "./protection.ts";
import type { Submission } from "./report.ts";

const level = await protection();
const skip = level === "sandbox" ? false : "there is no bubblewrap here";

/** A server as the exercise wants it; `attack` is what it does before. */
const server = (attack: string) => `
const { createServer, connect } = require("node:net");
const { readFileSync, readdirSync, writeFileSync, existsSync } = require("node:fs");
const { spawn, execFileSync } = require("node:child_process");
const dare = (action) => { try { return action(); } catch { return undefined; } };
const success = (what) => { console.log("SUCCESS", what); process.exit(1); };
async function attack() { ${attack} }
attack().then(() => {
  const clients = new Set();
  createServer((socket) => {
    let rest = Buffer.alloc(0);
    clients.add(socket);
    console.log("somebody came");
    socket.on("error", () => {});
    socket.on("close", () => { clients.delete(socket); console.log("left"); });
    socket.on("data", (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      const end = rest.lastIndexOf(10) + 1;
      if (end === 0) return;
      for (const one of clients) if (one !== socket) one.write(rest.subarray(0, end));
      rest = rest.subarray(end);
    });
  }).listen(8888, "localhost");
});
`;

describe("hand-ins that attack", { skip, concurrency: 3 }, () => {
  let top = "";
  let grader: Grader;

  before(async () => {
    top = mkdtempSync(path.join(os.tmpdir(), "chat-attacks-"));
    grader = await Grader.open({ seed: 1, pointsOnly: true });
  });
  after(async () => {
    await grader.close();
    rmSync(top, { recursive: true, force: true });
  });

  function handIn(name: string, program?: string): string {
    const folder = path.join(top, name);
    mkdirSync(folder);
    if (program !== undefined) {
      writeFileSync(path.join(folder, "ex_04_server.js"), program);
    }
    return folder;
  }
  const grade = (name: string, folder: string): Promise<Submission> =>
    grader.grade({ name, folder });
  const verdicts = ({ requirements }: Submission) =>
    requirements
      .slice(0, 5)
      .map(({ id, verdict, feedback }) =>
        `${id} ${verdict} ${feedback}`.trim(),
      );
  const allPass = [
    "server.listen pass",
    "server.concurrent pass",
    "server.log pass",
    "server.receive pass",
    "server.broadcast pass",
  ];

  test("reads no other hand-in, no home and no file of the grader", async () => {
    const other = handIn("other", "the secret of another group");
    const program = server(`
      const files = ${JSON.stringify([
        path.join(other, "ex_04_server.js"),
        "../other/ex_04_server.js",
        path.join(os.homedir(), ".bashrc"),
        path.resolve("package.json"),
        "/etc/shadow",
        "/etc/passwd",
      ])};
      for (const file of files) if (dare(() => readFileSync(file))) success(file);
      const above = dare(() => readdirSync("..")) ?? [];
      if (above.includes("other")) success("..");
      for (const folder of ["/root", "/home", "/var", "/srv"])
        for (const name of dare(() => readdirSync(folder)) ?? [])
          if (!/^\\.(pyenv|rustup|cargo|nvm|sdkman|asdf|volta|local)$/.test(name)) success(folder + "/" + name);
    `);
    const report = await grade("reads", handIn("reads", program));
    assert.deepEqual(verdicts(report), allPass);
  });

  test("writes over nothing, not even over its own hand-in", async () => {
    const report = path.join(top, "report.json");
    writeFileSync(report, "untouched");
    const program = server(`
      for (const file of [${JSON.stringify(report)}, "/usr/x", "/etc/x", "/x", "/dev/x", "/proc/self/oom_score_adj/x"])
        if (dare(() => (writeFileSync(file, "written"), true))) success(file);
      writeFileSync("ex_04_server.js", "gone");
      writeFileSync("notes.txt", "its own folder is its own");
    `);
    const folder = handIn("writes", program);
    assert.deepEqual(verdicts(await grade("writes", folder)), allPass);
    assert.equal(readFileSync(report, "utf8"), "untouched");
    assert.deepEqual(readdirSync(folder), ["ex_04_server.js"]);
    const own = readFileSync(path.join(folder, "ex_04_server.js"), "utf8");
    assert.equal(own, program);
  });

  test("sees no process but its own, and signals nobody", async () => {
    const program = server(`
      const pids = readdirSync("/proc").filter((name) => /^\\d+$/.test(name));
      if (pids.length > 3) success("processes " + pids);
      if (dare(() => process.kill(${process.pid}, 0))) success("kill");
      dare(() => process.kill(1, "SIGKILL"));
      dare(() => process.kill(-1, "SIGUSR1"));
    `);
    const report = await grade("signals", handIn("signals", program));
    // A signal to all of its processes meets the program as well.
    assert.ok(report.requirements[0]?.verdict !== "infrastructure");
    assert.equal(report.requirements[0]?.feedback.includes("SUCCESS"), false);
  });

  test("finds no trace of a grader in what it was started with", async () => {
    const program = server(`
      const words = [...Object.keys(process.env), ...process.argv.slice(1), ...process.execArgv].join(" ");
      if (/ROOM_|NODE_|TEST|GRADE|preload|chat-/i.test(words)) success(words);
      if (Object.keys(process.env).includes("SECRET")) success("environment");
    `);
    process.env.SECRET = "of the grader";
    const report = await grade("traces", handIn("traces", program));
    delete process.env.SECRET;
    assert.deepEqual(verdicts(report), allPass);
  });

  test("reaches no network, and no port of this system", async () => {
    const outside = createServer((socket) => socket.end("hello"));
    outside.listen(0, "127.0.0.1");
    await once(outside, "listening");
    const { port } = outside.address() as AddressInfo;
    const program = server(`
      for (const [port, host] of [[${port}, "127.0.0.1"], [53, "9.9.9.9"], [80, "192.0.2.1"]]) {
        const reached = await new Promise((resolve) => {
          const socket = connect(port, host);
          socket.once("connect", () => resolve(true));
          socket.once("error", () => resolve(false));
        });
        if (reached) success(host);
      }
    `);
    const report = await grade("network", handIn("network", program));
    outside.close();
    assert.deepEqual(verdicts(report), allPass);
  });

  test("leaves no process behind, whatever it starts", async () => {
    const mark = `chat-orphan-${process.pid}`;
    const program = server(`
      process.on("SIGTERM", () => {});
      process.on("SIGINT", () => {});
      const script = "process.on('SIGTERM', () => {}); process.title = '${mark}'; setInterval(() => {}, 1000);";
      spawn(process.execPath, ["-e", script, "${mark}"], { detached: true, stdio: "ignore" }).unref();
    `);
    const report = await grade("orphans", handIn("orphans", program));
    assert.deepEqual(verdicts(report), allPass);
    const processes = execFileSync("ps", ["-eo", "pid,args"], {
      encoding: "utf8",
    });
    assert.equal(processes.includes(mark), false);
  });

  test("a storm of processes harms nobody", async () => {
    const program = server(`
      const storm = "const { spawn } = require('child_process'); for (;;) { try { spawn(process.execPath, ['-e', process.argv[1], process.argv[1]], { detached: true, stdio: 'ignore' }).on('error', () => {}); } catch {} }";
      spawn(process.execPath, ["-e", storm, storm], { stdio: "ignore" });
    `);
    const [report, honest] = await Promise.all([
      grade("storm", handIn("storm", program)),
      grade("honest", handIn("honest", server(""))),
    ]);
    assert.deepEqual(verdicts(honest), allPass);
    assert.equal(verdicts(report).join().includes("infrastructure"), false);
  });

  test("endless output ends with its program", async () => {
    const program = server(`
      const line = "x".repeat(65536) + "\\n";
      const pour = () => { while (process.stdout.write(line)); process.stdout.once("drain", pour); };
      pour();
    `);
    const report = await grade("output", handIn("output", program));
    assert.equal(verdicts(report).join().includes("infrastructure"), false);
  });

  test("memory without end ends the program alone", async () => {
    const program = server(`
      const kept = [];
      for (;;) kept.push(Buffer.alloc(32 * 1024 * 1024, 1));
    `);
    const report = await grade("memory", handIn("memory", program));
    assert.equal(verdicts(report)[0]?.startsWith("server.listen fail"), true);
  });

  test("a full disk is its own disk", async () => {
    const program = server(`
      const chunk = Buffer.alloc(1024 * 1024, 1);
      let written = 0;
      for (const folder of [".", "/tmp", "/dev/shm"])
        for (let n = 0; n < 200; n++) {
          if (!dare(() => (writeFileSync(folder + "/file" + n, chunk), true))) break;
          written++;
        }
      if (written > 80) success("wrote " + written + " MB");
    `);
    const report = await grade("disk", handIn("disk", program));
    assert.deepEqual(verdicts(report), allPass);
  });

  test("links, pipes and monstrous files are named, not opened", async () => {
    const linked = handIn("linked");
    symlinkSync("/etc/passwd", path.join(linked, "ex_04_server.js"));
    const piped = handIn("piped");
    execFileSync("mkfifo", [path.join(piped, "ex_04_server.ts")]);
    const huge = handIn("huge", "");
    truncateSync(path.join(huge, "ex_04_server.js"), 100 * 1024 * 1024);
    for (const [name, folder, word] of [
      ["linked", linked, /link that leads elsewhere/],
      ["piped", piped, /not a plain file/],
      ["huge", huge, /100 MB/],
    ] as const) {
      const report = await grade(name, folder);
      assert.equal(report.points, 0);
      assert.match(report.notes.join(" "), word);
      assert.match(report.requirements[0]?.feedback ?? "", word);
    }
  });
});

test("nothing is left in the folder for temporary files", {
  skip,
}, async () => {
  const top = mkdtempSync(path.join(os.tmpdir(), "tidy-"));
  const folder = path.join(top, "hand-in");
  const temporary = path.join(top, "temporary");
  mkdirSync(folder);
  mkdirSync(temporary);
  writeFileSync(path.join(folder, "ex_04_server.js"), server(""));
  const usual = process.env.TMPDIR;
  process.env.TMPDIR = temporary;
  try {
    const grader = await Grader.open({ seed: 1, pointsOnly: true });
    await grader.grade({ name: "a", folder });
    // What tsx has compiled stays for the next time.
    const ours = () =>
      readdirSync(temporary).filter((name) => !name.startsWith("tsx-"));
    const during = ours();
    await grader.close();
    assert.ok(during.some((name) => name.startsWith("chat-grade-")));
    assert.deepEqual(ours(), []);
  } finally {
    if (usual === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = usual;
    rmSync(top, { recursive: true, force: true });
  }
});
