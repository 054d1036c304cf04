/** Files that are written whole or not at all, however a run ends. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

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
    mkdirSync(path.dirname(place), { recursive: true });
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
