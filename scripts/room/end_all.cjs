// @ts-check
/**
 * Ends a program and all that it started, as far as the system tells who that
 * is. For the checker, and for the sentinel that outlives it: CommonJS, because
 * the sentinel runs where no TypeScript loader does.
 */
"use strict";
const { execFileSync } = require("node:child_process");
const { readdirSync, readFileSync } = require("node:fs");

/**
 * The processes that `pid` has started, and those that they have started. Not
 * the group: whoever starts a process may put it into a group of its own. Empty
 * where there is no `/proc`.
 *
 * @param {number} pid
 * @returns {number[]}
 */
function descendants(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
      const file = `/proc/${pid}/task/${thread}/children`;
      const children = readFileSync(file, "utf8").split(" ").filter(Boolean);
      return children.flatMap((child) => [
        Number(child),
        ...descendants(Number(child)),
      ]);
    });
  } catch {
    return [];
  }
}

/** @param {number} pid */
function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/**
 * Kills `pid`, its process group, and all that it started.
 *
 * @param {number} pid
 */
function endAll(pid) {
  if (process.platform === "win32") {
    try {
      execFileSync("taskkill", ["/pid", String(pid), "/t", "/f"], {
        stdio: "ignore",
      });
    } catch {
      // It has ended by itself.
    }
    return;
  }
  const started = descendants(pid);
  kill(-pid);
  started.forEach(kill);
}

/**
 * Kills what a program left behind that has ended already: those have a new
 * parent, and still the environment that they were started with. Does nothing
 * where there is no `/proc`.
 *
 * @param {string} mark `NAME=value`, as it stands in that environment
 */
function endMarked(mark) {
  let pids = /** @type {string[]} */ ([]);
  try {
    pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return;
  }
  for (const pid of pids) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, "latin1");
      if (environment.split("\0").includes(mark)) kill(Number(pid));
    } catch {
      // It has ended, or is somebody else's.
    }
  }
}

module.exports = { endAll, endMarked };
