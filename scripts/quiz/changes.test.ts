/** That the changes of the oral cards come out as the cards say. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { collectChecks } from "../room/check.ts";
import { hold } from "../verdict/hold.ts";
import { CHAPTERS } from "../workbook/chapters.ts";
import { applyChange, readQuizzes } from "./questions.ts";

/** How long a changed program is waited for: try after try, in milliseconds. */
const PATIENCE = [1500, 5000, 15_000];

const folder = mkdtempSync(path.join(os.tmpdir(), "chat-changes-"));
const checks = await collectChecks(CHAPTERS);
const changes = readQuizzes().flatMap(({ chapter, oral }) => {
  const source = readFileSync(chapter.program, "utf8");
  return oral.map(({ id, change }) => ({ id, change, source }));
});

after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

describe("a change on the spot", { concurrency: 4 }, () => {
  for (const { id, change, source } of changes) {
    test(`${id}: "${change.check}" says ${change.verdict}`, async (t) => {
      const check = checks.find((one) => one.id === change.check);
      assert.ok(check);
      const file = path.join(folder, `${id}.ts`);
      writeFileSync(file, applyChange(source, change));
      let came = "";
      // On a busy machine a short wait may end too early.
      for (const deadline of PATIENCE) {
        const result = await hold(check, { program: { file }, deadline });
        if (result.skipped) return t.skip(result.message);
        came = `${result.verdict}: ${result.message}`;
        if (result.verdict === change.verdict) return;
      }
      assert.fail(came);
    });
  }
});
