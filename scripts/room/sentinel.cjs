// @ts-check
/**
 * Ends the programs of a checker that was killed. The checker writes `+PID` and
 * `-PID` lines to its standard input; when that closes, all that are left are
 * killed, each with all that it started. Nothing that the checker does at its own
 * end could do this: a SIGKILL leaves no time for anything.
 */
"use strict";
const { endAll } = require("./end_all.cjs");

/** @type {Set<number>} */
const alive = new Set();
let rest = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (chunk) => {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) {
    const pid = Number(line.slice(1));
    if (line.startsWith("+")) alive.add(pid);
    else alive.delete(pid);
  }
});
process.stdin.on("close", () => {
  for (const pid of alive) endAll(pid);
});
// The signal that interrupts the checker comes here too: the group is the same.
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => {});
}
