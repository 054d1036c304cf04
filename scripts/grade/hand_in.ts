/**
 * A hand-in: a folder that strangers have filled. Finds the two programs in it
 * by their names, and says what is wrong with the names that it found. Nothing
 * in the folder is opened that is not a plain file of a sensible size.
 */
import {
  closeSync,
  type Dirent,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
} from "node:fs";
import path from "node:path";
import type { Strand } from "../workbook/chapters.ts";

/** A hand-in, by its name in the report and the folder that it stands in. */
export interface HandIn {
  readonly name: string;
  readonly folder: string;
}

/** A file that was found in a hand-in. */
export interface Found {
  /** Its path in the folder, with slashes. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/** What a folder holds, as far as it matters. */
export interface Contents {
  readonly files: readonly Found[];
  /** The programs that are graded; none when it is missing. */
  readonly programs: Partial<Record<Strand, Found>>;
  /** The students' own tests. */
  readonly tests: readonly Found[];
  /** Why a program is missing, a sentence each. */
  readonly missing: Partial<Record<Strand, string>>;
  readonly notes: readonly string[];
}

/** The endings of programs, the one that is taken first coming first. */
const ENDINGS = ["ts", "mts", "cts", "mjs", "js", "cjs", "py"];

/** The most bytes that a program has: more is no program that anybody wrote. */
const LARGEST_PROGRAM = 1024 * 1024;
/** The most bytes of a hand-in that are copied for its programs to see. */
export const LARGEST_HAND_IN = 16 * 1024 * 1024;
/** The most files that are looked at, and how deep. */
const MOST_FILES = 1000;
const DEEPEST = 6;
/** Hand-ins that somebody has packed. */
const ARCHIVE = /\.(zip|rar|7z|tar|tgz|tar\.\w+|gz)$/i;
/** Files of tests that are run, at most. */
const MOST_TESTS = 10;
/** Folders that hold nobody's own work. */
const SKIPPED = new Set(["node_modules", ".git", "__pycache__", "coverage"]);

const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;

/** What an instructor can do about a name that is nearly right. */
export const TAKE_NEARLY =
  "--lenient-names takes programs whose names are nearly right.";

/** True for the sentence about a program that --lenient-names would take. */
export const isNearMiss = (sentence: string) =>
  /^ex_04_\w+\.ts is missing; found .*\. (Move|Rename) it to /.test(sentence);

/** A folder that cannot be graded at all: the instructor named the wrong one. */
export class NoHandIn extends Error {}

/**
 * Looks at a hand-in's folder.
 *
 * @param lenient takes a program whose name is nearly right
 * @throws {NoHandIn} with a sentence, when there is no such folder
 */
export function readHandIn(folder: string, lenient: boolean): Contents {
  const notes: string[] = [];
  const { files, odd } = walk(folder, notes);
  const programs: Partial<Record<Strand, Found>> = {};
  const missing: Partial<Record<Strand, string>> = {};
  for (const strand of ["server", "client"] as const) {
    const exact = ENDINGS.flatMap((ending) =>
      files.filter(({ name }) => name === `ex_04_${strand}.${ending}`),
    );
    const near = nearMisses(files, strand);
    const [program, ...others] = exact.length > 0 ? exact : near;
    const wanted = `ex_04_${strand}.ts`;
    if (!program) {
      const strange = odd.find(({ name }) =>
        ENDINGS.some((ending) => name === `ex_04_${strand}.${ending}`),
      );
      const other = files.find(({ name }) => stem(name) === `ex04${strand}`);
      missing[strand] = strange
        ? `${strange.name} ${strange.why}.`
        : other
          ? `${wanted} is missing; found ${other.name}, and nothing is known to run it.`
          : `${wanted} is missing.`;
    } else if (exact.length === 0 && !lenient) {
      const ending = path.posix.extname(program.name).toLowerCase();
      const verb = program.name.includes("/") ? "Move" : "Rename";
      missing[strand] =
        `${wanted} is missing; found ${program.name}. ${verb} it to ex_04_${strand}${ending}.`;
    } else if (program.size > LARGEST_PROGRAM) {
      missing[strand] =
        `${program.name} has ${megabytes(program.size)}, which is more than a program has.`;
    } else if (!isText(path.join(folder, program.name))) {
      missing[strand] =
        `${program.name} is not written in UTF-8, but in UTF-16 or in no text at all: save it as UTF-8.`;
    } else {
      programs[strand] = program;
      if (exact.length === 0) {
        notes.push(`${wanted} is missing; ${program.name} was taken for it.`);
      }
      if (others.length > 0) {
        const names = others.map(({ name }) => name).join(", ");
        notes.push(`${program.name} was graded; there is also ${names}.`);
      }
    }
    const sentence = missing[strand];
    if (sentence !== undefined) notes.push(sentence);
  }
  const packed = files.filter(({ name }) => ARCHIVE.test(name));
  for (const { name } of packed.slice(0, 5)) {
    notes.push(`${name} is an archive, and was not opened.`);
  }
  const special = files.filter(({ name }) => /[^\w./-]/.test(name));
  if (special.length > 0) {
    const names = special.slice(0, 5).map(({ name }) => `"${name}"`);
    if (special.length > 5) names.push("others");
    notes.push(
      `A file's name has a space or a special character: ${names.join(", ")}.`,
    );
  }
  const own = files.filter(({ name }) => /\.test\.[cm]?[jt]s$/.test(name));
  const tests = own
    .filter(({ size }) => size <= LARGEST_PROGRAM)
    .slice(0, MOST_TESTS);
  if (tests.length < own.length) {
    notes.push(
      `Of ${own.length} files with tests ${tests.length} are run: at most ${MOST_TESTS}, none larger than ${megabytes(LARGEST_PROGRAM)}.`,
    );
  }
  return { files, programs, tests, missing, notes: [...new Set(notes)] };
}

/** True for a file without a zero byte at its beginning: no text has one. */
function isText(file: string): boolean {
  const begin = Buffer.alloc(1024);
  try {
    const opened = openSync(file, "r");
    try {
      const length = readSync(opened, begin);
      return !begin.subarray(0, length).includes(0);
    } finally {
      closeSync(opened);
    }
  } catch {
    // Its conversations will say what is wrong.
    return true;
  }
}

/** A name without everything that people write in different ways. */
function stem(name: string): string {
  const base = path.posix.basename(name).toLowerCase();
  return base.replace(/\.\w+$/, "").replace(/[^a-z0-9]/g, "");
}

/** Files that somebody may have meant, the likeliest first. */
function nearMisses(files: readonly Found[], strand: Strand): Found[] {
  const scored = files.flatMap((file) => {
    const { name } = file;
    const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
    const order = ENDINGS.indexOf(ending);
    const other = strand === "server" ? "client" : "server";
    const own = stem(name);
    const test = /[._-](test|spec|d)\.\w+$/i.test(name);
    if (order < 0 || test || !own.includes(strand) || own.includes(other)) {
      return [];
    }
    const depth = name.split("/").length - 1;
    const exercise = /^ex0?4/.test(own) ? 0 : 1;
    const exact = own === `ex04${strand}` ? 0 : 2;
    return [{ file, score: depth * 100 + (exact + exercise) * 10 + order }];
  });
  return scored.sort((a, b) => a.score - b.score).map(({ file }) => file);
}

/** Everything in a folder, up to a limit; what is not a plain file is odd. */
function walk(folder: string, notes: string[]) {
  const files: Found[] = [];
  const odd: { name: string; why: string }[] = [];
  const top = realFolder(folder);
  let seen = 0;
  const into = (relative: string, depth: number) => {
    let entries: Dirent[];
    try {
      const here = path.join(top, relative);
      entries = readdirSync(here, { withFileTypes: true });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      notes.push(`${relative || "The folder"} cannot be read (${code}).`);
      return;
    }
    // Files before folders, so that the limit cuts what is deep.
    const rank = (entry: Dirent) => (entry.isDirectory() ? 1 : 0);
    entries.sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (++seen > MOST_FILES) return;
      const name = relative === "" ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) {
        const program = /^ex_04_(server|client)\.\w+$/.test(entry.name);
        if (program) odd.push({ name, why: "is a folder, and no file" });
        const skip = SKIPPED.has(entry.name) || depth >= DEEPEST;
        if (!skip) into(name, depth + 1);
        continue;
      }
      const found = look(top, name);
      if ("why" in found) odd.push(found);
      else files.push(found);
    }
  };
  into("", 0);
  if (seen > MOST_FILES) {
    notes.push(`Only the first ${MOST_FILES} files were looked at.`);
  }
  for (const { name, why } of odd.slice(0, 10)) notes.push(`${name} ${why}.`);
  return { files, odd };
}

function realFolder(folder: string): string {
  try {
    const real = realpathSync(folder);
    if (lstatSync(real).isDirectory()) return real;
  } catch {
    // Said below.
  }
  throw new NoHandIn(`There is no folder ${folder}.`);
}

/** One entry that is not a folder. A link counts when it stays inside. */
function look(
  top: string,
  name: string,
): Found | { name: string; why: string } {
  const file = path.join(top, name);
  try {
    const entry = lstatSync(file);
    if (entry.isFile()) return { name, size: entry.size };
    if (!entry.isSymbolicLink()) {
      return { name, why: "is not a plain file, and was not opened" };
    }
    const real = realpathSync(file);
    const target = lstatSync(real);
    const inside = real.startsWith(top + path.sep);
    if (inside && target.isFile()) return { name, size: target.size };
    return {
      name,
      why: "is a link that leads elsewhere, and was not followed",
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const nowhere = code === "ENOENT" || code === "ELOOP";
    return {
      name,
      why: nowhere ? "is a link that leads nowhere" : "cannot be read",
    };
  }
}
