/** Files that are written whole or not at all, however a run ends. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { UsageError } from "./run.ts";

let count = 0;

/** True for a device or a pipe: it is written to, and never replaced. */
function isNoFile(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

/** Where a symbolic link leads; the file itself when it is none. */
function real(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** True for a folder; false for a file, and for what nobody can look at. */
export function isFolder(name: string): boolean {
  try {
    return statSync(name).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Makes a folder and those that it stands in, one by one: where a file system
 * lets nobody make any, Node's own way of doing so never ends.
 *
 * @throws {Error} as the system has it
 */
export function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Somebody else may have made it at this moment.
    if (isFolder(folder)) return;
    throw error;
  }
}

/**
 * Makes the folder of `--out` if need be, and says now that nothing can be
 * written into it, before anything is done that takes long.
 *
 * @throws {UsageError} with a sentence
 */
export function expectFolder(folder: string): void {
  for (let at = folder; !isFolder(at); at = path.dirname(at)) {
    if (at === path.dirname(at)) break;
    if (!existsSync(at)) continue;
    throw new UsageError(`--out takes a folder, and ${at} is a file.`);
  }
  try {
    makeFolder(folder);
    rmdirSync(mkdtempSync(path.join(folder, ".probe-")));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `--out takes a folder that can be written into, and ${folder} cannot (${code}).`,
    );
  }
}

/**
 * Writes a file beside its place and moves it there when it is complete, so
 * that it is the old one or the new one at any moment.
 *
 * @throws {Error} with a sentence, and the system's `code`
 */
export function writeWhole(file: string, text: string): void {
  const place = real(file);
  const beside = `${place}.${process.pid}-${++count}.part`;
  let begun = false;
  try {
    if (isNoFile(place)) {
      writeFileSync(place, text);
      return;
    }
    makeFolder(path.dirname(place));
    const handle = openSync(beside, "w");
    begun = true;
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(beside, place);
  } catch (cause) {
    if (begun) rmSync(beside, { force: true });
    const { message, code } = cause as NodeJS.ErrnoException;
    const error = new Error(`Cannot write ${file}: ${message}`, { cause });
    throw Object.assign(error, { code });
  }
}
