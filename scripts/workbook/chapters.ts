/**
 * The chapters, read from the folders: their names order them, and adding a
 * chapter is adding a folder.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "../command/run.ts";

/** Which of the two programs a chapter is about. */
export type Strand = "server" | "client";

/** One chapter. */
export interface Chapter {
  /** The folder's name, "05_broadcasting". */
  readonly name: string;
  /** "05". */
  readonly number: string;
  /** "broadcasting". */
  readonly word: string;
  /** The folder's path. */
  readonly folder: string;
  readonly strand: Strand;
  /** The program at the end of the chapter: its path. */
  readonly program: string;
  /** The files with the checks that the chapter adds. */
  readonly checks: readonly string[];
  /** The paths of its wrong programs. */
  readonly mistakes: readonly string[];
}

/** The workbook's own folder. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The complete program of each strand. */
export const SOLUTIONS: Record<Strand, string> = {
  server: path.join(ROOT, "solutions", "ex_04_server.ts"),
  client: path.join(ROOT, "solutions", "ex_04_client.ts"),
};

/** A path as a reader types it: from the workbook's folder, with slashes. */
export function shortPath(file: string): string {
  return path.relative(ROOT, file).split(path.sep).join("/");
}

function read(name: string, before: Strand): Chapter {
  const folder = path.join(ROOT, "chapters", name);
  const files = readdirSync(folder).sort();
  const own = (["server", "client"] as const).find((strand) =>
    files.includes(`${strand}.ts`),
  );
  // A chapter without a program of its own is the last of its strand: what it
  // leads to is the solution, which stands once.
  const strand = own ?? before;
  const mistakes = path.join(folder, "mistakes");
  return {
    name,
    number: name.slice(0, 2),
    word: name.slice(3),
    folder,
    strand,
    program: own ? path.join(folder, `${own}.ts`) : SOLUTIONS[strand],
    checks: files
      .filter((file) => file.endsWith(".test.ts"))
      .map((file) => path.join(folder, file)),
    mistakes: existsSync(mistakes)
      ? readdirSync(mistakes)
          .sort()
          .map((file) => path.join(mistakes, file))
      : [],
  };
}

/** All chapters, in their order. */
export const CHAPTERS: readonly Chapter[] = (() => {
  const chapters: Chapter[] = [];
  const names = readdirSync(path.join(ROOT, "chapters"))
    .filter((name) => /^\d\d_[a-z_]+$/.test(name))
    .sort();
  for (const name of names) {
    chapters.push(read(name, chapters.at(-1)?.strand ?? "server"));
  }
  return chapters;
})();

/**
 * The chapter that somebody means by "5", "05", "broadcasting" or
 * "05_broadcasting".
 *
 * @throws {UsageError} with a sentence, when there is none
 */
export function findChapter(text: string): Chapter {
  const wanted = /^\d$/.test(text) ? `0${text}` : text.toLowerCase();
  const found = CHAPTERS.filter((chapter) =>
    [chapter.number, chapter.word, chapter.name].includes(wanted),
  );
  if (found[0] && found.length === 1) return found[0];
  const names = CHAPTERS.map(({ name }) => name).join(", ");
  throw new UsageError(`There is no chapter "${text}". There are: ${names}.`);
}

/** The chapter that a file inside its folder, given by its URL, belongs to. */
export function chapterOf(url: string): Chapter {
  const folder = path.dirname(fileURLToPath(url));
  const chapter = CHAPTERS.find((one) => folder.startsWith(one.folder));
  if (!chapter) throw new Error(`${folder} is not in a chapter's folder.`);
  return chapter;
}

/** The chapters of one strand up to `last`, in their order. */
export function chaptersUpTo(last: Chapter): Chapter[] {
  return CHAPTERS.filter(
    (one) => one.strand === last.strand && one.name <= last.name,
  );
}

/** The headings of a chapter's page. */
export function headings(chapter: Chapter): string[] {
  const page = readFileSync(path.join(chapter.folder, "README.md"), "utf8");
  return [...page.matchAll(/^#+ (.+)$/gm)].map((match) => match[1] as string);
}
