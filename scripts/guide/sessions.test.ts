/** That the terminal sessions of the chapters are what a terminal shows. */
import assert from "node:assert/strict";
import test from "node:test";
import { play, steps } from "./sessions.ts";

test("terminal sessions that can be played show what is printed", async (t) => {
  const reasons = new Map<string, number>();
  let played = 0;
  for (const step of steps()) {
    const came = await play(step);
    if ("reason" in came) {
      reasons.set(came.reason, (reasons.get(came.reason) ?? 0) + 1);
      continue;
    }
    assert.deepEqual(
      step.output,
      came.printed,
      `${step.where}: ${step.command}`,
    );
    played++;
  }
  assert.ok(played >= 15, `${played} commands were played`);
  t.diagnostic(`${played} commands of the chapters were played and compared`);
  for (const [reason, count] of reasons) {
    t.diagnostic(`${count} were not: ${reason}`);
  }
});
