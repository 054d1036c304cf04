/** Type errors of the student's files, by the compiler, in the background. */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { ROOT } from "../workbook/chapters.ts";
import { SUBMISSION } from "./submission.ts";

const TSC = createRequire(import.meta.url).resolve("typescript/bin/tsc");

/** Runs the compiler; a new run ends the one before. */
export class TypeChecker {
  #child: ChildProcess | undefined;

  /**
   * Resolves to the errors, one a line, empty when there are none; to
   * `undefined` when another run has taken its place.
   */
  check(): Promise<string | undefined> {
    this.stop();
    const roots = path.join(ROOT, "node_modules", "@types");
    const args = [TSC, "--project", SUBMISSION, "--typeRoots", roots];
    args.push("--pretty", "false");
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "ignore"],
      windowsHide: true,
    });
    this.#child = child;
    let output = "";
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (chunk: string) => {
      output += chunk;
    });
    return new Promise((resolve) => {
      child.on("error", () => resolve(undefined));
      child.on("close", (code, signal) => {
        if (signal !== null || this.#child !== child) resolve(undefined);
        else resolve(code === 0 ? "" : output.trim());
      });
    });
  }

  /** Ends a run that is under way. */
  stop(): void {
    this.#child?.kill();
    this.#child = undefined;
  }
}

/** Paths of `tsc`'s messages as the student types them. */
export function withShortPaths(errors: string): string {
  return errors.replaceAll(`${ROOT}${path.sep}`, "");
}
