/** Shows a page with whatever the system shows pages with. */
import { spawn } from "node:child_process";

/** Opens a file; `onFailure` is called when the system has nothing to do it. */
export function openPage(file: string, onFailure: () => void): void {
  const [command = "", ...args] =
    process.platform === "win32"
      ? ["cmd", "/c", "start", ""]
      : [process.platform === "darwin" ? "open" : "xdg-open"];
  const child = spawn(command, [...args, file], {
    detached: true,
    stdio: "ignore",
  });
  child.on("error", onFailure);
  child.unref();
}
