/** The workflow files for groups: that what they call is there. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (name: string) =>
  parse(readFileSync(new URL(`workflows/${name}`, import.meta.url), "utf8"));

/** The commands of each workflow. */
function commands(): Record<string, string[]> {
  const github = read("github.yml") as {
    jobs: { grade: { steps: { run?: string }[] } };
  };
  const gitlab = read("gitlab.yml") as { grade: { script: string[] } };
  return {
    github: github.jobs.grade.steps.flatMap(({ run }) => run ?? []),
    gitlab: gitlab.grade.script,
  };
}

test("the workflows call the grader with options that it has", () => {
  const help = execFileSync(
    process.execPath,
    ["--import", "tsx", "scripts/grade.ts", "--help"],
    { cwd: root, encoding: "utf8" },
  );
  for (const [name, lines] of Object.entries(commands())) {
    const calls = lines.filter((line) => line.startsWith("npm run grade -- "));
    assert.equal(calls.length, 1, name);
    const options = [...(calls[0] ?? "").matchAll(/ --([a-z-]+) /g)];
    assert.ok(options.length >= 2, name);
    for (const [, option] of options) {
      assert.match(help, new RegExp(`^ +--${option} `, "m"), name);
    }
    // Both files are read after they are written.
    for (const file of ["junit.xml", "feedback.md"]) {
      const at = lines.map((line) => line.includes(file));
      assert.ok(at.indexOf(true) === lines.indexOf(calls[0] ?? ""), name);
      assert.ok(at.lastIndexOf(true) > at.indexOf(true), `${name}: ${file}`);
    }
  }
});

test("the last step is red for a failure, and for no report at all", (t) => {
  if (process.platform === "win32") {
    t.skip("The workflows run in a POSIX shell.");
    return;
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), "workflow-test-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const reports: [contents: string | undefined, red: boolean][] = [
    ["<testcase/>", false],
    ['<testcase><skipped message=""/></testcase>', false],
    ['<failure message="">', true],
    ['<error message="">', true],
    ["", true],
    [undefined, true],
  ];
  for (const [name, lines] of Object.entries(commands())) {
    const last = lines.at(-1) ?? "";
    assert.match(last, /junit\.xml/, name);
    for (const [contents, red] of reports) {
      const script = `CI_PROJECT_DIR=.; set -e; cd '${folder}'; rm -f junit.xml; ${
        contents === undefined ? "" : "cat > junit.xml; "
      }${last}`;
      let code = 0;
      try {
        execFileSync("bash", ["-c", script], { input: contents ?? "" });
      } catch (error) {
        code = (error as { status: number }).status;
      }
      assert.equal(code !== 0, red, `${name}: ${contents}`);
    }
  }
});
