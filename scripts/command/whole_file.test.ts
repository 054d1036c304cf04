/** Files are replaced in one step, and what is no file stays what it is. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { after } from "node:test";
import { writeWhole } from "./whole_file.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "whole-file-"));
after(() => rmSync(folder, { recursive: true }));

test("a file is written into a folder that is made for it", () => {
  const file = path.join(folder, "reports", "points.csv");
  writeWhole(file, "one");
  writeWhole(file, "two");
  assert.equal(readFileSync(file, "utf8"), "two");
  assert.deepEqual(readdirSync(path.dirname(file)), ["points.csv"]);
});

test("what cannot be written is said, and the old file is left", () => {
  const parent = path.join(folder, "a file");
  writeFileSync(parent, "old");
  assert.throws(
    () => writeWhole(path.join(parent, "below"), "new"),
    /^Error: Cannot write .*below: /,
  );
  assert.equal(readFileSync(parent, "utf8"), "old");
});

test("a symbolic link still leads where it led", {
  skip: process.platform === "win32" ? "links need a right there" : false,
}, () => {
  const file = path.join(folder, "file.json");
  const link = path.join(folder, "link.json");
  writeFileSync(file, "old");
  symlinkSync(file, link);
  writeWhole(link, "new");
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.equal(readFileSync(file, "utf8"), "new");
});

test("a device is written to, and not replaced", {
  skip: existsSync("/dev/fd/1") ? false : "there are no devices like that here",
}, () => {
  // Not a real device: what runs as root could replace one.
  const fifo = path.join(folder, "pipe");
  execFileSync("mkfifo", [fifo]);
  const module = new URL("whole_file.ts", import.meta.url).href;
  const tsx = import.meta.resolve("tsx");
  const write = `import { writeWhole } from ${JSON.stringify(module)};
writeWhole(${JSON.stringify(fifo)}, "said");`;
  const script = path.join(folder, "write.mjs");
  writeFileSync(script, write);
  const heard = execFileSync(
    "sh",
    [
      "-c",
      '"$1" --import "$2" "$3" & cat "$4"; wait',
      "sh",
      process.execPath,
      tsx,
      script,
      fifo,
    ],
    { encoding: "utf8", timeout: 30_000 },
  );
  assert.equal(heard, "said");
  assert.ok(statSync(fifo).isFIFO());
});
