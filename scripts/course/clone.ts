/**
 * A copy of a group's repository: branches only, no work tree, made and
 * brought up to date by fetching. Everything is read from the copy, so that no
 * setting and no hook of a stranger's repository has a say.
 */
import { existsSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { type Git, GitError } from "./git.ts";
import type { Group } from "./group_list.ts";

/** A repository cannot be read: a sentence for the instructor. */
export class Unreadable extends Error {}

/** The copy of a repository. */
export interface Clone {
  readonly git: Git;
  /** The bare repository with the copy. */
  readonly gitDir: string;
  /** What the repository's HEAD names; none when it names no branch. */
  readonly head?: string;
  /** Its branches and their commits. */
  readonly branches: ReadonlyMap<string, string>;
}

/** The namespace of the copied branches: the repository's own, untouched. */
export const COPIED = "refs/remotes/origin/";

/** How a repository is named to git: a URL, or a path that is no option. */
export function address({ repository, isUrl }: Group): string {
  return isUrl ? repository : path.resolve(repository);
}

/**
 * Fetches a group's branches into `gitDir`, which is made if need be.
 *
 * @throws {Unreadable} with a sentence
 */
export async function fetchClone(
  git: Git,
  group: Group,
  gitDir: string,
): Promise<Clone> {
  const { repository, isUrl } = group;
  if (!isUrl) expectFolder(repository);
  // Paths are read as nobody: what they need of the user is the right to read.
  const call = { asUser: isUrl };
  const from = address(group);
  try {
    const listed = await git.text(
      undefined,
      ["ls-remote", "--symref", "--", from, "HEAD"],
      call,
    );
    const head = /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(listed)?.[1];
    await refresh(git, from, gitDir, call);
    const format = "%(objectname) %(objecttype) %(refname)";
    const refs = await git.text(gitDir, [
      "for-each-ref",
      `--format=${format}`,
      COPIED,
    ]);
    const branches = new Map<string, string>();
    for (const line of refs.split("\n")) {
      const [commit, type, ...name] = line.split(" ");
      if (commit && type === "commit") {
        branches.set(name.join(" ").slice(COPIED.length), commit);
      }
    }
    return { git, gitDir, branches, ...(head !== undefined && { head }) };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new Unreadable(explain(repository, isUrl, error.message));
  }
}

/** Fetches; a copy that an earlier run has left half made is made anew. */
async function refresh(
  git: Git,
  from: string,
  gitDir: string,
  call: { asUser: boolean },
) {
  const made = existsSync(path.join(gitDir, "HEAD"));
  if (!made) {
    rmSync(gitDir, { recursive: true, force: true });
    await git.bytes(undefined, ["init", "--quiet", "--bare", "--", gitDir]);
  }
  const args = [
    "fetch",
    "--quiet",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-recurse-submodules",
    "--no-auto-maintenance",
    "--prune",
    "--",
    from,
    `+refs/heads/*:${COPIED}*`,
  ];
  try {
    await git.bytes(gitDir, args, call);
  } catch (error) {
    if (!made) throw error;
    rmSync(gitDir, { recursive: true, force: true });
    await refresh(git, from, gitDir, call);
  }
}

function expectFolder(folder: string) {
  if (!existsSync(folder)) {
    throw new Unreadable(`There is no folder ${folder}.`);
  }
  if (!statSync(folder).isDirectory()) {
    throw new Unreadable(`${folder} is not a folder with a repository.`);
  }
}

function explain(repository: string, isUrl: boolean, said: string): string {
  if (
    /does not appear to be a git repository|not a git repository/.test(said)
  ) {
    return `${repository} is not a git repository. Name the folder that holds .git, and the exercise's folder in the column "path".`;
  }
  if (
    /terminal prompts disabled|Authentication failed|Permission denied/.test(
      said,
    )
  ) {
    return `${repository} asks for a login (${said}). Let git log in without a question: with a key or a credential helper.`;
  }
  const hint = isUrl
    ? "Is its address right, and can you reach it?"
    : "It may be damaged: try git fsck in it.";
  return `${repository} cannot be read (${said}). ${hint}`;
}
