/** Runs the tools that the workbook is checked with, without a shell. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import { ROOT } from "../workbook/chapters.ts";

const require = createRequire(import.meta.url);

/** The script that a package installs as the command `name`. */
function binary(packageName: string, name: string): string {
  const file = require.resolve(`${packageName}/package.json`);
  const { bin } = require(file) as { bin: string | Record<string, string> };
  const relative = typeof bin === "string" ? bin : (bin[name] as string);
  return path.join(path.dirname(file), relative);
}

/** Runs a package's command in the workbook's folder; true when it ends well. */
export async function runTool(
  packageName: string,
  name: string,
  ...args: string[]
): Promise<boolean> {
  const command = [binary(packageName, name), ...args];
  const child = spawn(process.execPath, command, {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code] = await once(child, "exit");
  return code === 0;
}
