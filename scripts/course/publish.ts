/**
 * Puts the feedback where its group finds it: on the branch `grading` of its
 * repository, at the place of the hand-in. Made of objects and one reference:
 * no work tree, no index, no other branch is touched, and no hook runs.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { GradeReport } from "../grade/report.ts";
import { address, COPIED, fetchClone, Unreadable } from "./clone.ts";
import { places } from "./course.ts";
import { type Git, GitError } from "./git.ts";
import type { Group } from "./group_list.ts";
import { GRADING } from "./hand_in.ts";

const BRANCH = `refs/heads/${GRADING}`;
/** What `update-ref` takes for "it must not be there yet". */
const NONE = "";

/** How feedback is published. */
export interface Publishing {
  readonly git: Git;
  readonly out: string;
  readonly dryRun: boolean;
  readonly push: boolean;
}

/** What was done for one group, in a sentence, and whether it went well. */
export interface Published {
  readonly says: string;
  readonly ok: boolean;
}

/** Publishes the feedback of one group. Whatever goes wrong is a sentence. */
export async function publish(
  group: Group,
  publishing: Publishing,
): Promise<Published> {
  try {
    return { says: await put(group, publishing), ok: true };
  } catch (error) {
    const { message } = error as Error;
    const says =
      error instanceof GitError
        ? `nothing was published: git says: ${message}.`
        : `nothing was published: ${message}`;
    return { says, ok: false };
  }
}

async function put(group: Group, publishing: Publishing): Promise<string> {
  const { git, out, dryRun, push } = publishing;
  const place = places(out, group);
  if (!existsSync(place.feedback) || !existsSync(place.result)) {
    throw new Error("there is no feedback yet.");
  }
  const clone = await fetchClone(git, group, place.clone);
  const files = new Map([
    ["feedback.md", readFileSync(place.feedback)],
    ["result.json", forGroup(readFileSync(place.result), group)],
  ]);
  // Where the branch grows: in the group's own repository, or in the copy of
  // one that is elsewhere, until somebody pushes.
  const target = group.isUrl
    ? place.clone
    : await git.text(undefined, [
        `--git-dir=${await gitDirOf(git, group.repository)}`,
        "rev-parse",
        "--absolute-git-dir",
      ]);
  const theirs = clone.branches.get(GRADING);
  const tree = await treeOf(git, place.clone, theirs, group.path, files);
  const old =
    theirs && (await git.text(place.clone, ["rev-parse", `${theirs}^{tree}`]));
  const where = group.isUrl ? "the copy of its repository" : group.repository;
  let tip = theirs;
  let said = `the branch ${GRADING} has this feedback already.`;
  if (old !== tree) {
    const how =
      theirs === undefined ? "a new branch without a past" : "one more commit";
    const waiting = group.isUrl && (await published(git, target, theirs, tree));
    if (!waiting && dryRun) {
      said = `would put the feedback on ${GRADING} in ${where}: ${how}.`;
    } else {
      tip = waiting || (await commitTo(git, { group, target, theirs, files }));
      const made = `${how}, commit ${tip.slice(0, 10)}`;
      const copy = group.isUrl;
      if (push && copy && !dryRun) {
        const to = await pushed(publishing, group, target, tip, false);
        return `the feedback is on ${GRADING}: ${made}. ${to}`;
      }
      const rest = copy && !push ? " It waits there for --push." : "";
      said = `the feedback is on ${GRADING} in ${where}: ${made}.${rest}`;
    }
  }
  if (!push) return said;
  return `${said} ${await pushed(publishing, group, target, tip, old === tree)}`;
}

/**
 * The result as its group gets it: its folder is the one in the repository.
 * Where that stands on the instructor's machine is nobody else's matter.
 */
function forGroup(result: Buffer, group: Group): Buffer {
  const report = JSON.parse(result.toString()) as GradeReport;
  const folder = group.path === "" ? "." : group.path;
  const submissions = report.submissions.map((one) => ({ ...one, folder }));
  const text = JSON.stringify({ ...report, submissions }, null, 2);
  return Buffer.from(`${text}\n`);
}

/** The folder of a repository's own files, for a path that may be either. */
async function gitDirOf(git: Git, folder: string): Promise<string> {
  const inside = path.join(folder, ".git");
  if (!existsSync(inside)) return folder;
  // A worktree has a file there that names the folder.
  const named = await git.perhaps(undefined, [
    "-C",
    folder,
    "rev-parse",
    "--absolute-git-dir",
  ]);
  return named ?? inside;
}

/** A tree with the feedback at its place, and all else as it was. */
async function treeOf(
  git: Git,
  gitDir: string,
  base: string | undefined,
  folder: string,
  files: ReadonlyMap<string, Buffer>,
): Promise<string> {
  const [first, ...rest] = folder === "" ? [] : folder.split("/");
  const entries = new Map<string, string>();
  if (base !== undefined) {
    const listed = await git.text(gitDir, [
      "ls-tree",
      "-z",
      "--full-tree",
      base,
    ]);
    for (const entry of listed.split("\0")) {
      const [about, name] = entry.split(/\t([\s\S]*)/);
      if (about && name !== undefined) entries.set(name, about);
    }
  }
  if (first !== undefined) {
    const about = entries.get(first);
    const below = about?.includes(" tree ") ? about.split(" ")[2] : undefined;
    const id = await treeOf(git, gitDir, below, rest.join("/"), files);
    entries.set(first, `040000 tree ${id}`);
  } else {
    for (const [name, input] of files) {
      const args = ["hash-object", "-w", "--no-filters", "--stdin"];
      const id = await git.text(gitDir, args, { input });
      entries.set(name, `100644 blob ${id}`);
    }
  }
  const input = [...entries]
    .map(([name, about]) => `${about}\t${name}\0`)
    .join("");
  return git.text(gitDir, ["mktree", "-z", "--missing"], { input });
}

interface NewCommit {
  readonly group: Group;
  readonly target: string;
  readonly theirs: string | undefined;
  readonly files: ReadonlyMap<string, Buffer>;
}

/** Commits the feedback and moves the branch, if nobody else has meanwhile. */
async function commitTo(git: Git, about: NewCommit): Promise<string> {
  const { group, target, theirs, files } = about;
  await expectNotCheckedOut(git, target);
  const made = await treeOf(git, target, theirs, group.path, files);
  const parent = theirs === undefined ? [] : ["-p", theirs];
  const message = `Feedback for ${group.name}, exercise 4\n`;
  const commit = await git.text(target, ["commit-tree", made, ...parent], {
    input: message,
    env: await identity(git),
  });
  // In the copy the branch is ours alone: what was there and never pushed is
  // out of date. In the group's own repository it must be as it was read.
  const expected = group.isUrl ? [] : [theirs ?? NONE];
  await git.bytes(target, [
    "update-ref",
    "-m",
    "grading: feedback",
    BRANCH,
    commit,
    ...expected,
  ]);
  return commit;
}

/** A commit of an earlier run that says the same and was not pushed yet. */
async function published(
  git: Git,
  gitDir: string,
  theirs: string | undefined,
  tree: string,
): Promise<string | undefined> {
  const format = "--format=%H|%P|%T";
  const args = ["log", "-1", format, BRANCH, "--"];
  const [commit, parents, has] = (
    (await git.perhaps(gitDir, args)) ?? ""
  ).split("|");
  return has === tree && parents === (theirs ?? "") ? commit : undefined;
}

/** A checked out branch that moves would leave its work tree behind. */
async function expectNotCheckedOut(git: Git, gitDir: string) {
  const bare = await git.text(gitDir, ["rev-parse", "--is-bare-repository"]);
  const head = await git.perhaps(gitDir, ["symbolic-ref", "--quiet", "HEAD"]);
  const trees = await git.text(gitDir, ["worktree", "list", "--porcelain"]);
  const elsewhere = trees
    .split("\n\n")
    .slice(1)
    .some((one) => one.split("\n").includes(`branch ${BRANCH}`));
  if ((bare === "false" && head === BRANCH) || elsewhere) {
    throw new Error(
      `the branch ${GRADING} is checked out there. Check out another one first.`,
    );
  }
}

/** Whose commit it is: the user's, as far as git knows one. */
async function identity(git: Git): Promise<Record<string, string>> {
  const ask = (name: string) =>
    git.perhaps(undefined, ["config", "--get", name], { asUser: true });
  const name = (await ask("user.name")) || "Grading";
  const email = (await ask("user.email")) || "grading@localhost";
  const env: Record<string, string> = {};
  for (const role of ["AUTHOR", "COMMITTER"]) {
    env[`GIT_${role}_NAME`] = process.env[`GIT_${role}_NAME`] ?? name;
    env[`GIT_${role}_EMAIL`] = process.env[`GIT_${role}_EMAIL`] ?? email;
  }
  return env;
}

/** Pushes the branch, never by force, out of the copy. */
async function pushed(
  { git, out, dryRun }: Publishing,
  group: Group,
  target: string,
  tip: string | undefined,
  unchanged: boolean,
): Promise<string> {
  let to: string | undefined = address(group);
  if (!group.isUrl) {
    to = await git.perhaps(target, ["config", "--get", "remote.origin.url"]);
    if (!to) return "There is no remote origin to push to.";
    const local = !/^[a-z][a-z0-9+.-]+:\/\/|^[\w.-]+@[\w.-]+:/i.test(to);
    if (local) to = path.resolve(group.repository, to);
  } else if (unchanged) return "There is nothing to push.";
  if (dryRun) return `Would push ${GRADING} to ${to}.`;
  if (tip === undefined) return "There is nothing to push.";
  const { clone } = places(out, group);
  if (!group.isUrl) {
    const spec = `+${BRANCH}:${COPIED}${GRADING}`;
    const args = [
      "fetch",
      "--quiet",
      "--no-tags",
      "--",
      group.repository,
      spec,
    ];
    await git.bytes(clone, args);
  }
  try {
    const args = [
      "push",
      "--quiet",
      "--no-verify",
      "--",
      to,
      `${tip}:${BRANCH}`,
    ];
    await git.bytes(clone, args, { asUser: true });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new Unreadable(
      `${GRADING} was not pushed to ${to} (${error.message}). If it has moved there, run this again.`,
    );
  }
  return `It is pushed to ${to}.`;
}
