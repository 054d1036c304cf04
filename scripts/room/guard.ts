/** That no program outlives its checker, however the checker ends. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";

export { endAll, endMarked } from "./end_all.cjs";

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
