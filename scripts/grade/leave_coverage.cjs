/**
 * Loaded into a hand-in's own program while its own tests run: leaves V8
 * coverage also when the program is ended by a signal, as most tests do.
 */
const { takeCoverage } = require("node:v8");

// A SIGKILL gives no time to write: what was covered until then is there.
setInterval(takeCoverage, 250).unref();

for (const signal of /** @type {const} */ (["SIGTERM", "SIGINT"])) {
  const leave = () => {
    takeCoverage();
    // The program's own listener decides what a signal does.
    if (process.listenerCount(signal) > 1) return;
    process.removeListener(signal, leave);
    process.kill(process.pid, signal);
  };
  process.on(signal, leave);
}
