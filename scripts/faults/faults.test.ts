/** That the reference survives every fault, or that it is written down why not. */
import assert from "node:assert/strict";
import test from "node:test";
import { FAULTS, figureText, tellOf } from "./report.ts";

for (const fault of FAULTS) {
  test(fault.title, async (t) => {
    const { verdict, figure, reason } = await tellOf(fault);
    if (verdict === "skipped") return t.skip(reason);
    assert.notEqual(verdict, "fails", reason);
    // What is written down as fatal must be: or the page tells what is not so.
    assert.equal(verdict === "known", fault.fatal === true, reason);
    assert.notEqual(figureText(figure), "");
    t.diagnostic(figureText(figure));
  });
}
