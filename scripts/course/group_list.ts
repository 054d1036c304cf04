/**
 * The list of a course: a CSV file with a line for each group. The README says
 * what its columns are called; what is wrong with a line is said with its
 * number, and the others go on.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parse } from "csv-parse/sync";
import { UsageError } from "../command/run.ts";

/** A group, as the list has it. */
export interface Group {
  readonly name: string;
  /** The name of its folder below the reports. */
  readonly slug: string;
  /** The URL, or the full path, of its repository. */
  readonly repository: string;
  readonly isUrl: boolean;
  readonly branch?: string;
  /** The exercise's folder in the repository, with slashes; "" is the top. */
  readonly path: string;
  /** A commit that somebody has decided for. */
  readonly commit?: string;
  /** Columns that are handed on: quizzes, orals, and whatever else. */
  readonly more: Readonly<Record<string, string>>;
}

/** A line that is no group. */
export interface BadLine {
  readonly line: number;
  readonly problem: string;
}

/** A table with its lines' numbers. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly line: number;
    readonly cells: Readonly<Record<string, string>>;
  }[];
  readonly bad: readonly BadLine[];
}

/** What a spreadsheet writes: a byte order mark, and semicolons or tabs. */
function delimiterOf(text: string): string {
  const [head = ""] = text.split(/\r?\n/, 1);
  const count = (mark: string) => head.split(mark).length - 1;
  return [";", "\t"].reduce(
    (best, mark) => (count(mark) > count(best) ? mark : best),
    ",",
  );
}

/** Bytes as text: UTF-8, or what older spreadsheets write. */
function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString("utf16le");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/**
 * Reads a table with a line of headings. Headings are compared in small
 * letters, spaces taken for underscores.
 *
 * @throws {UsageError} when there is no such file, or no table in it
 */
export function readTable(file: string): Table {
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`);
  if (!statSync(file).isFile()) {
    throw new UsageError(`${file} is not a file: name a CSV file.`);
  }
  const text = decode(readFileSync(file)).replace(/^\uFEFF/, "");
  const bad: BadLine[] = [];
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(text, {
      delimiter: delimiterOf(text),
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
    }) as typeof records;
  } catch (error) {
    const { message } = error as Error;
    throw new UsageError(`${file} is no CSV file: ${message}`);
  }
  const [head, ...rest] = records;
  if (!head)
    throw new UsageError(`${file} is empty: its first line names the columns.`);
  const columns = head.record.map((name) =>
    name.trim().toLowerCase().replace(/\s+/g, "_"),
  );
  const twice = columns.find(
    (name, at) => name !== "" && columns.indexOf(name) !== at,
  );
  if (twice !== undefined) {
    throw new UsageError(`${file} has two columns "${twice}".`);
  }
  const rows: { line: number; cells: Record<string, string> }[] = [];
  for (const { record, info } of rest) {
    if (record.every((cell) => cell === "")) continue;
    const tooMany = record.slice(columns.length).some((cell) => cell !== "");
    if (tooMany) {
      const problem = `It has ${record.length} cells, and there are ${columns.length} columns.`;
      bad.push({ line: info.lines, problem });
      continue;
    }
    const cells: Record<string, string> = Object.create(null);
    for (const [at, name] of columns.entries()) {
      // A cell that a spreadsheet must not take for a formula, as written here.
      const cell = (record[at] ?? "").replace(/^'(?=[=+@-])/, "");
      if (name !== "") cells[name] = cell;
    }
    rows.push({ line: info.lines, cells });
  }
  return { columns: columns.filter((name) => name !== ""), rows, bad };
}

/** The columns that this module knows; all others are handed on. */
const KNOWN = ["group", "repository", "branch", "path", "commit"];

const isUrl = (text: string) =>
  /^[a-z][a-z0-9+.-]+:\/\//i.test(text) || /^[\w.-]+@[\w.-]+:(?!\\)/.test(text);

/** A name that is a folder's name on every system, and only that. */
function slugOf(name: string): string {
  const plain = name
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}._-]+/gu, "-")
    .replace(/^[.-]+|[.-]+$/g, "")
    .slice(0, 80);
  const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(plain);
  return plain === "" || reserved ? `group-${plain}` : plain;
}

/** Why a path does not stay in its repository; `undefined` when it does. */
function pathProblem(text: string): string | undefined {
  const parts = text.split("/");
  if (text.startsWith("/") || /^[a-z]:/i.test(text) || parts.includes("..")) {
    return `The path "${text}" leads out of the repository.`;
  }
  return undefined;
}

const normal = (text: string) =>
  text
    .replace(/\\/g, "/")
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");

/**
 * Reads the list of a course.
 *
 * @param folder the exercise's folder where a line names none
 * @throws {UsageError} when it is no list of groups
 */
export function readGroups(
  file: string,
  folder = "",
): { groups: Group[]; bad: BadLine[]; more: string[] } {
  const { columns, rows, bad: badLines } = readTable(file);
  for (const name of ["group", "repository"]) {
    if (!columns.includes(name)) {
      throw new UsageError(
        `${file} has no column "${name}". It has: ${columns.join(", ")}.`,
      );
    }
  }
  const problem = pathProblem(folder);
  if (problem !== undefined) throw new UsageError(problem);
  const bad = [...badLines];
  const groups: Group[] = [];
  const lines = new Map<string, number>();
  const more = columns.filter((name) => !KNOWN.includes(name));
  for (const { line, cells } of rows) {
    const name = (cells.group ?? "").normalize("NFC");
    const repository = cells.repository ?? "";
    const inside = normal(cells.path || folder);
    const slug = slugOf(name);
    const key = slug.toLowerCase();
    const before = lines.get(key);
    const wrong =
      name === ""
        ? "It names no group."
        : /\p{Cc}/u.test(name)
          ? "The group's name has a control character."
          : repository === ""
            ? `${name} has no repository.`
            : before !== undefined
              ? `${name} stands in line ${before} already, or one that differs only in signs.`
              : pathProblem(cells.path ?? "");
    if (wrong !== undefined) {
      bad.push({ line, problem: wrong });
      continue;
    }
    lines.set(key, line);
    const url = isUrl(repository);
    groups.push({
      name,
      slug,
      repository: url
        ? repository
        : path.resolve(path.dirname(file), repository),
      isUrl: url,
      ...(cells.branch && { branch: cells.branch }),
      ...(cells.commit && { commit: cells.commit }),
      path: inside,
      more: Object.fromEntries(more.map((key) => [key, cells[key] ?? ""])),
    });
  }
  if (groups.length === 0 && bad.length === 0) {
    throw new UsageError(`${file} names no group.`);
  }
  bad.sort((a, b) => a.line - b.line);
  return { groups, bad, more };
}
