/** That the terminal sessions of the chapters are what a terminal shows. */
import assert from "node:assert/strict";
import test from "node:test";
import { playSessions } from "./sessions.ts";

test("every terminal session shows what a terminal shows", async (t) => {
  const sessions = await playSessions();
  const counts = new Map<string, number>();
  const problems: string[] = [];
  for (const { chapter, fence, outcome } of sessions) {
    const where = `${chapter.name}/README.md, line ${fence.line}`;
    if (outcome.is === "other") {
      const now = outcome.lines ? `, now:\n${outcome.lines.join("\n")}` : ".";
      problems.push(`${where}: ${outcome.problem}${now}`);
      continue;
    }
    const key =
      outcome.is === "unplayed" ? `not played: ${outcome.reason}` : outcome.is;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  if (problems.length > 0) {
    problems.push("Renew what is right: npm run guide -- --update");
  }
  assert.equal(problems.join("\n"), "");
  assert.ok(sessions.length >= 75, `${sessions.length} blocks`);
  for (const [what, count] of counts) t.diagnostic(`${count} ${what}`);
});
