/** Calling the command as a user does, for its tests. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { ROOT } from "../workbook/chapters.ts";

/** Runs `scripts/NAME.ts`; resolves to what it printed and its exit code. */
export async function call(name: string, ...args: string[]) {
  const command = ["--import", "tsx", `scripts/${name}.ts`, ...args];
  const env = { ...process.env };
  // A command is not a part of the test that calls it.
  for (const key of Object.keys(env)) {
    if (/^(NODE_TEST|ROOM_)/.test(key)) delete env[key];
  }
  const stdio: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];
  const child = spawn(process.execPath, command, { cwd: ROOT, env, stdio });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, "close");
  return { stdout, stderr, code: code as number };
}
