/**
 * The student's own files. What somebody wrote is never lost: nothing here
 * writes over a file that exists, except after a copy of it has been made.
 */
import { createHash } from "node:crypto";
import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { writeWhole } from "../command/whole_file.ts";
import {
  type Chapter,
  chaptersUpTo,
  ROOT,
  type Strand,
} from "../workbook/chapters.ts";

/** Where the student's files are; the environment may name another folder. */
export const SUBMISSION = path.resolve(
  process.env.SUBMISSION ?? path.join(ROOT, "submission"),
);

/** The student's program of a strand, whether it exists or not. */
export function submitted(strand: Strand, folder = SUBMISSION): string {
  return path.join(folder, `ex_04_${strand}.ts`);
}

/** The program that a student begins a strand with. */
function startingPoint(strand: Strand): string {
  const url = new URL(`starting_points/ex_04_${strand}.ts`, import.meta.url);
  return fileURLToPath(url);
}

/** For the student's editor and the type checks: the workbook's settings. */
const TSCONFIG = `${JSON.stringify(
  {
    extends: path.relative(SUBMISSION, path.join(ROOT, "tsconfig.json")),
    include: ["."],
  },
  null,
  2,
)}\n`;

/** Writes a file that does not exist yet; false when it does. */
function writeNew(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Makes the student's program of a strand, where there is none.
 *
 * @returns true when it was made, false when it was there
 */
export function makeSubmission(strand: Strand, folder = SUBMISSION): boolean {
  mkdirSync(folder, { recursive: true });
  writeNew(path.join(folder, "tsconfig.json"), TSCONFIG);
  const text = readFileSync(startingPoint(strand), "utf8");
  return writeNew(submitted(strand, folder), text);
}

/** A moment as a part of a file's name: 2026-03-01T14-05-09. */
export function stamp(moment = new Date()): string {
  const local = moment.getTime() - moment.getTimezoneOffset() * 60_000;
  return new Date(local).toISOString().slice(0, 19).replaceAll(":", "-");
}

/**
 * Copies a file beside itself, under a name that tells when.
 *
 * @returns the copy's path
 */
export function keepAside(file: string, why: string): string {
  const { dir, name, ext } = path.parse(file);
  for (let n = 1; ; n++) {
    const number = n === 1 ? "" : `-${n}`;
    const copy = path.join(dir, `${name}.${why}-${stamp()}${number}${ext}`);
    try {
      copyFileSync(file, copy, constants.COPYFILE_EXCL);
      return copy;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/**
 * Puts the program that a chapter starts with in place of the student's: the
 * program at the end of the chapter before.
 *
 * @returns the path of the student's own, kept beside it, if there was any
 */
export function catchUp(
  chapter: Chapter,
  folder = SUBMISSION,
): string | undefined {
  const before = chaptersUpTo(chapter).at(-2)?.program;
  const text = readFileSync(before ?? startingPoint(chapter.strand), "utf8");
  mkdirSync(folder, { recursive: true });
  const file = submitted(chapter.strand, folder);
  const kept = existsSync(file) ? keepAside(file, "mine") : undefined;
  writeWhole(file, text);
  return kept;
}

/** A short name for the text of a program, to see if it has changed since. */
export function fingerprint(file: string): string {
  try {
    const hash = createHash("sha256").update(readFileSync(file));
    return hash.digest("hex").slice(0, 12);
  } catch {
    return "no file";
  }
}
