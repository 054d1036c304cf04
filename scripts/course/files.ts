/** Files that are there whole or not at all, however a run ends. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "../command/whole_file.ts";

/** The document in a JSON file; `undefined` when there is none that parses. */
export function readJSON(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Takes a folder for this process alone; returns the function that gives it
 * back. What a killed process has left is taken over.
 *
 * @throws {Error} with a sentence, when another one has it
 */
export function occupy(folder: string): () => void {
  const file = path.join(folder, ".lock");
  const mine = String(process.pid);
  const free = () => rmSync(file, { force: true });
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      makeFolder(folder);
      writeFileSync(file, mine, { flag: "wx" });
      return free;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== "EEXIST" || !isLock(file)) {
        throw new Error(`Cannot write into ${folder}: ${message}`);
      }
    }
    const other = Number(readFileSync(file, "utf8"));
    if (other !== process.pid && isAlive(other)) {
      throw new Error(
        `Another run (process ${other}) writes into ${folder}. Wait for its end; if there is none, remove ${file}.`,
      );
    }
    free();
  }
  throw new Error(`Another run took ${folder} at this moment. Try again.`);
}

function isLock(file: string): boolean {
  try {
    readFileSync(file);
    return true;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
