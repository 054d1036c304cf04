/** That no program outlives its checker, however the checker ends. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";

let sentinel: ChildProcess | undefined;

/** Tells the sentinel, which outlives the checker, of a program's life. */
export function guard(sign: "+" | "-", pid: number) {
  if (!sentinel) {
    const file = fileURLToPath(new URL("sentinel.cjs", import.meta.url));
    sentinel = spawn(process.execPath, [file], {
      stdio: ["pipe", "ignore", "ignore"],
      // In the checker's group, a SIGKILL to that group would end it too.
      detached: true,
      windowsHide: true,
    });
    sentinel.unref();
    (sentinel.stdin as Writable & { unref(): void }).unref();
    sentinel.on("error", () => {});
    sentinel.stdin?.on("error", () => {});
  }
  sentinel.stdin?.write(`${sign}${pid}\n`);
}

/** Kills `pid` and all that it started. */
export function killGroup(pid: number) {
  try {
    if (process.platform === "win32") {
      execFileSync("taskkill", ["/pid", String(pid), "/t", "/f"], {
        stdio: "ignore",
      });
    } else {
      process.kill(-pid, "SIGKILL");
    }
  } catch {
    // It has ended by itself.
  }
}
