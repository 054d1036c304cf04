/**
 * Who contributed: commits, and lines that are still there, up to the hand-in.
 * Information for a conversation, never a measure: who thinks while the other
 * one types has no line.
 */
import type { Clone } from "./clone.ts";
import type { TreeFile } from "./tree.ts";

/** What is known of one person. */
export interface Contribution {
  readonly name: string;
  readonly email: string;
  /** Commits without merges, as author or by a trailer. */
  readonly commits: number;
  /** Lines of the hand-in that come from one of these commits. */
  readonly lines: number;
}

/** Files beyond are not looked at: nobody has written them by hand. */
const MOST_FILES = 200;
const MOST_BYTES = 512 * 1024;
const NOT_WRITTEN =
  /(^|\/)(node_modules|dist|coverage)\/|(package-lock\.json|pnpm-lock\.yaml|yarn\.lock)$|\.min\.js$/;

interface Person {
  readonly name: string;
  readonly email: string;
}

const keyOf = ({ name, email }: Person) => (email || name).trim().toLowerCase();

/** "Ada <ada@example.org>" as a person. */
function person(text: string): Person | undefined {
  const parts = /^\s*(.*?)\s*<([^>]*)>\s*$/.exec(text);
  const name = parts ? (parts[1] ?? "") : text.trim();
  const email = parts?.[2] ?? "";
  return name === "" && email === "" ? undefined : { name, email };
}

/**
 * Counts the commits up to `commit` and the lines of `files` for each person.
 * Who is named by a Co-authored-by trailer counts as an author: a line of two
 * counts for both. `.mailmap` says which names are one person.
 *
 * @param folder the exercise's folder in the repository; "" is all of it
 */
export async function contributions(
  { git, gitDir }: Clone,
  commit: string,
  folder: string,
  files: readonly TreeFile[],
): Promise<Contribution[]> {
  const mailmap = ["-c", `mailmap.blob=${commit}:.mailmap`];
  const top = folder === "" ? "." : folder;
  const only = folder === "" ? [] : [`:(literal)${folder}`];
  const trailers =
    "%(trailers:key=Co-authored-by,valueonly=true,unfold=true,separator=%x01)";
  const log = await git.text(gitDir, [
    ...mailmap,
    "log",
    "--no-merges",
    "-z",
    `--format=%H%x02%aN%x02%aE%x02${trailers}`,
    commit,
    "--",
    ...only,
  ]);
  const commits = log
    .split("\0")
    .filter((record) => record !== "")
    .map((record) => {
      const [id = "", name = "", email = "", others = ""] =
        record.split("\x02");
      const more = others
        .split("\x01")
        .map(person)
        .filter((one) => one !== undefined);
      return { id: id.trim(), author: { name, email }, more };
    });
  const known = await mapped(
    git,
    gitDir,
    mailmap,
    commits.flatMap(({ more }) => more),
  );
  const tally = new Map<
    string,
    { -readonly [K in keyof Contribution]: Contribution[K] }
  >();
  const authors = new Map<string, string[]>();
  for (const { id, author, more } of commits) {
    const all = new Map<string, Person>();
    for (const one of [author, ...more.map((one) => known.get(one) ?? one)]) {
      if (!all.has(keyOf(one))) all.set(keyOf(one), one);
    }
    authors.set(id, [...all.keys()]);
    for (const [key, { name, email }] of all) {
      const entry = tally.get(key) ?? { name, email, commits: 0, lines: 0 };
      entry.commits++;
      tally.set(key, entry);
    }
  }
  const written = files
    .filter(({ name, size }) => size <= MOST_BYTES && !NOT_WRITTEN.test(name))
    .slice(0, MOST_FILES);
  for (const { name } of written) {
    const file = top === "." ? name : `${top}/${name}`;
    const args = ["blame", "-w", "--line-porcelain", commit, "--", file];
    const blame = await git.perhaps(gitDir, [...mailmap, ...args]);
    // A file of bytes has no lines of anybody's.
    if (blame === undefined || blame.includes("\0")) continue;
    for (const [, id = ""] of blame.matchAll(/^([0-9a-f]{40,64}) \d+ \d+/gm)) {
      for (const key of authors.get(id) ?? []) {
        const entry = tally.get(key);
        if (entry) entry.lines++;
      }
    }
  }
  return [...tally.values()].sort(
    (a, b) =>
      b.lines - a.lines || b.commits - a.commits || (a.name < b.name ? -1 : 1),
  );
}

/** People of trailers by the names that .mailmap gives them. */
async function mapped(
  git: Clone["git"],
  gitDir: string,
  mailmap: readonly string[],
  people: readonly Person[],
): Promise<Map<Person, Person>> {
  const plain = ({ name, email }: Person) =>
    `${name.replace(/[<>\r\n]/g, "")} <${email.replace(/[<>\r\n]/g, "")}>`;
  if (people.length === 0) return new Map();
  const input = people.map((one) => `${plain(one)}\n`).join("");
  const call = { input };
  const args = [...mailmap, "check-mailmap", "--stdin"];
  const answer = (await git.perhaps(gitDir, args, call))?.split("\n") ?? [];
  return new Map(
    people.map((one, at) => [one, person(answer[at] ?? "") ?? one]),
  );
}
