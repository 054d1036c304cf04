/** What this system can do to keep hand-ins apart, found out by trying. */
import { execFile } from "node:child_process";
import type { Protection } from "./sandbox.ts";

function works(command: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 10_000 }, (error) => resolve(!error));
  });
}

let found: Promise<Protection> | undefined;

/** Finds out once. */
export function protection(): Promise<Protection> {
  found ??= (async () => {
    if (process.platform !== "linux") return "none";
    const up = 'ip link set lo up && mount -t tmpfs tmpfs /tmp && exec "$@"';
    const enter = ["-Urnm", "--", "sh", "-c", up, "sh"];
    if (!(await works("unshare", [...enter, "true"]))) return "none";
    const inner = ["--unshare-user", "--unshare-pid", "--ro-bind", "/", "/"];
    const bwrap = ["bwrap", ...inner, "--proc", "/proc", "true"];
    const sandbox = () => works("unshare", [...enter, ...bwrap]);
    // Where it works once, it works: a machine may be too busy to say so.
    return (await sandbox()) || (await sandbox()) ? "sandbox" : "network";
  })();
  return found;
}

/** What is not protected, in a sentence or two; nothing when all is. */
export function unprotected(level: Protection): string | undefined {
  if (level === "sandbox") return undefined;
  if (level === "network") {
    return (
      "Not protected: hand-ins can read and change the files of this user and see its processes, and nothing limits their memory. " +
      "They cannot reach the network. Install bubblewrap (bwrap) to protect these, too."
    );
  }
  return (
    "Not protected: hand-ins run as this user, with its files, its processes and its network, and nothing limits their memory. " +
    "Grade only whom you trust, or on Linux with bubblewrap (bwrap) and user namespaces."
  );
}
