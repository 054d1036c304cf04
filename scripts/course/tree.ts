/**
 * The files of a commit, written into a fresh folder: what git would check
 * out, without what it would start or follow on the way. No filter, no LFS, no
 * submodule, no link, no name that leads elsewhere.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Clone } from "./clone.ts";
import { list, NotInRepository } from "./hand_in.ts";

/** A file in a commit. */
export interface TreeFile {
  /** With slashes, from the exercise's folder on. */
  readonly name: string;
  readonly id: string;
  /** Bytes. */
  readonly size: number;
}

/** The files of a commit, and what was left out, a sentence each. */
export interface Tree {
  readonly files: readonly TreeFile[];
  readonly notes: readonly string[];
}

/** The most files of a hand-in that are written, and the most bytes. */
const MOST_FILES = 2000;
const MOST_BYTES = 32 * 1024 * 1024;

/** Why a name is not written as a file's; `undefined` when it is. */
function nameProblem(name: string): string | undefined {
  const parts = name.split("/");
  if (name.includes("\uFFFD")) return "has a name that is not UTF-8";
  if (parts.some((part) => part === "" || part === "." || part === "..")) {
    return "has a name that leads elsewhere";
  }
  if (parts.some((part) => /^(\.git|git~\d)[. ]*$/i.test(part))) {
    return "has a name that belongs to git";
  }
  const windows = process.platform === "win32";
  if (/\0/.test(name) || (windows && /[\\:*?"<>|]|[. ]$/m.test(name))) {
    return "has a name that this system does not allow";
  }
  return undefined;
}

/**
 * A folder that came after the deadline, or on another branch, is missing in
 * the hand-in. One that is on no branch is misspelt in the list.
 */
async function expectSomewhere(
  { git, gitDir, branches }: Pick<Clone, "git" | "gitDir" | "branches">,
  commit: string,
  folder: string,
) {
  for (const tip of branches.values()) {
    const args = ["cat-file", "-t", `${tip}:${folder}`];
    if ((await git.perhaps(gitDir, args)) === "tree") return;
  }
  const args = ["ls-tree", "-z", "-d", "--name-only", "--full-tree", commit];
  const top = ((await git.perhaps(gitDir, args)) ?? "")
    .split("\0")
    .filter((name) => name !== "");
  const there =
    top.length === 0
      ? "It has no folders at its top."
      : `Folders at its top: ${list(top)}.`;
  throw new NotInRepository(
    `The list, or --path, names the folder ${folder}, and the repository has it on no branch. ${there}`,
  );
}

/**
 * Reads which files a commit has in `folder`.
 *
 * @throws {NotInRepository} when no branch of the repository has that folder
 */
export async function readTree(
  { git, gitDir, branches }: Clone,
  commit: string,
  folder: string,
): Promise<Tree> {
  const where = folder === "" ? commit : `${commit}:${folder}`;
  const listed = await git.perhaps(gitDir, [
    "ls-tree",
    "-r",
    "-z",
    "-l",
    "--full-tree",
    where,
  ]);
  if (listed === undefined) {
    await expectSomewhere({ git, gitDir, branches }, commit, folder);
    return {
      files: [],
      notes: [`There is no folder ${folder} in the commit.`],
    };
  }
  const notes: string[] = [];
  const files: TreeFile[] = [];
  for (const entry of listed.split("\0")) {
    const parts = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t([\s\S]+)$/.exec(entry);
    if (!parts) continue;
    const [, mode, type, id = "", size, name = ""] = parts;
    const wrong =
      mode === "120000"
        ? "is a link, and was not followed"
        : type === "commit"
          ? "is a submodule, and was not fetched"
          : nameProblem(name);
    if (wrong === undefined) files.push({ name, id, size: Number(size) });
    else notes.push(`${JSON.stringify(name)} ${wrong}.`);
  }
  // What others have written comes last, so that a limit cuts it first.
  const others = ({ name }: TreeFile) =>
    /(^|\/)node_modules\//.test(name) ? 1 : 0;
  files.sort((a, b) => others(a) - others(b) || (a.name < b.name ? -1 : 1));
  let bytes = 0;
  const kept = files.filter(({ size }, at) => {
    if (at >= MOST_FILES || bytes + size > MOST_BYTES) return false;
    bytes += size;
    return true;
  });
  if (kept.length < files.length) {
    notes.push(
      `The hand-in has ${files.length} files: ${files.length - kept.length} of them are beyond the limits (${MOST_FILES} files, ${MOST_BYTES / 1024 / 1024} MB) and were left out.`,
    );
  }
  if (notes.length > 10) {
    notes.splice(10, Infinity, `And ${notes.length - 10} more of the kind.`);
  }
  return { files: kept, notes };
}

/**
 * Writes files of a commit into `folder`, which is made anew. Resolves to what
 * could not be written, a sentence each.
 */
export async function writeTree(
  { git, gitDir }: Clone,
  files: readonly TreeFile[],
  folder: string,
): Promise<string[]> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const problems: string[] = [];
  const input = files.map(({ id }) => `${id}\n`).join("");
  let rest = await git.bytes(gitDir, ["cat-file", "--batch"], { input });
  for (const { name, id } of files) {
    const end = rest.indexOf("\n");
    const [, type, size] = rest.subarray(0, end).toString().split(" ");
    rest = rest.subarray(end + 1);
    if (type !== "blob") {
      problems.push(
        `${JSON.stringify(name)} is missing in the repository (${id.slice(0, 10)}).`,
      );
      continue;
    }
    const length = Number(size);
    const contents = rest.subarray(0, length);
    rest = rest.subarray(length + 1);
    const file = path.join(folder, ...name.split("/"));
    try {
      mkdirSync(path.dirname(file), { recursive: true });
      // Two names may be one on this system: the second is not written over.
      writeFileSync(file, contents, { flag: "wx" });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const why =
        code === "EEXIST" ? "its name is taken by another file" : code;
      problems.push(`${JSON.stringify(name)} could not be written: ${why}.`);
    }
  }
  return problems.slice(0, 10);
}
