/**
 * Which commit is the hand-in: the last one before the deadline on the branch
 * of the hand-in, and everything about it that a person should look at.
 */
import type { Clone } from "./clone.ts";
import { type Moment, showSpan, showTime } from "./deadline.ts";
import type { Group } from "./group_list.ts";

/** The branch of the feedback: nobody hands in there. */
export const GRADING = "grading";

/**
 * The course's list names what the repository does not have, or does not name
 * what it must: a matter of the list, and no points of a group's.
 */
export class NotInRepository extends Error {}

/** What was chosen, and why. */
export interface Choice {
  readonly branch: string;
  /** The commit; none when nothing was handed in. */
  readonly commit?: string;
  /** Seconds since 1970: the committer's date. */
  readonly committed?: number;
  /** In a sentence: which commit, and why this one. */
  readonly why: string;
  /** What a person should look at, a sentence each. */
  readonly warnings: readonly string[];
}

/** A commit, as its header has it. */
interface Commit {
  readonly id: string;
  readonly parents: readonly string[];
  /** Seconds since 1970. */
  readonly committed: number;
  readonly authored: number;
}

/** Author's and committer's dates further apart are worth a look: a day. */
const FAR_APART = 86_400;
/** How many commits are named in a warning, and counted beyond. */
const NAMED = 5;

const short = (id: string) => id.slice(0, 10);

/** The first of them, and how many more there are. */
export function list(items: readonly string[]): string {
  const named = items.slice(0, NAMED).join(", ");
  const rest = items.length - NAMED;
  return rest > 0 ? `${named} and ${rest} more` : named;
}

/**
 * The branch of the hand-in; a sentence when another was taken for it. None in
 * a repository without branches: its group has handed in nothing.
 *
 * @throws {NotInRepository} when the list names another one, or must name one
 */
function branchOf(
  { branches, head }: Clone,
  { branch }: Group,
): { branch?: string; warning?: string } {
  const own = [...branches.keys()].filter((name) => name !== GRADING);
  if (branch !== undefined) {
    if (branches.has(branch)) return { branch };
    if (own.length > 0) {
      throw new NotInRepository(
        `The list names the branch ${branch}, and the repository has none of that name. There are: ${list(own)}.`,
      );
    }
  }
  if (head !== undefined && head !== GRADING && branches.has(head)) {
    return { branch: head };
  }
  if (own.length === 0) {
    return { warning: "The repository is empty: it has no branch." };
  }
  const usual = ["main", "master"].filter((name) => own.includes(name));
  const only =
    own.length === 1 ? own[0] : usual.length === 1 ? usual[0] : undefined;
  // A HEAD that names a branch which is not there is not told of by git.
  const said =
    head === GRADING
      ? `The repository's HEAD is the branch ${GRADING}`
      : "The repository's HEAD names no branch that exists";
  if (only === undefined) {
    throw new NotInRepository(
      `${said}. There are: ${list(own)}. Name one in the list.`,
    );
  }
  return { branch: only, warning: `${said}: ${only} was taken.` };
}

/** All commits of a branch; those that it went through itself come apart. */
async function history(clone: Clone, tip: string) {
  const read = async (...more: string[]) => {
    const format = "--format=%H %P|%ct|%at";
    const args = ["log", "--topo-order", ...more, format, tip, "--"];
    const text = await clone.git.text(clone.gitDir, args);
    return text.split("\n").map((line): Commit => {
      const [ids = "", committed, authored] = line.split("|");
      const [id = "", ...parents] = ids.split(" ").filter((one) => one !== "");
      return {
        id,
        parents,
        committed: Number(committed),
        authored: Number(authored),
      };
    });
  };
  return { all: await read(), line: await read("--first-parent") };
}

/** What the dates of these commits say that cannot be. */
function contradictions(
  commits: readonly Commit[],
  { offset }: Moment,
  now: number,
): string[] {
  const warnings: string[] = [];
  const byId = new Map(commits.map((commit) => [commit.id, commit]));
  const at = ({ committed }: Commit) => showTime(committed, offset);
  const older = commits.flatMap((commit) =>
    commit.parents.flatMap((id) => {
      const parent = byId.get(id);
      if (!parent || parent.committed <= commit.committed) return [];
      return [
        `${short(commit.id)} (${at(commit)}) follows ${short(id)} (${at(parent)})`,
      ];
    }),
  );
  if (older.length > 0) {
    warnings.push(
      `Dates contradict the order of commits: ${list(older)}. A clock was wrong, or a date was set by hand.`,
    );
  }
  const apart = commits.filter(
    ({ committed, authored }) => Math.abs(committed - authored) > FAR_APART,
  );
  if (apart.length > 0) {
    const named = apart.map(
      ({ id, committed, authored }) =>
        `${short(id)} (written ${showTime(authored, offset)}, committed ${showTime(committed, offset)})`,
    );
    warnings.push(
      `The author's and the committer's date are more than a day apart: ${list(named)}. Amending and rebasing do that, and setting a date by hand.`,
    );
  }
  const ahead = commits.filter(({ committed }) => committed > now + 60);
  if (ahead.length > 0) {
    const named = ahead.map((commit) => `${short(commit.id)} (${at(commit)})`);
    warnings.push(`Commits are dated in the future: ${list(named)}.`);
  }
  return warnings;
}

/**
 * Chooses the hand-in. The line of first parents is what the branch itself
 * went through; a branch that was merged after the deadline was not handed in
 * before it, whatever its commits' dates are. A commit of exactly the
 * deadline's second counts, as it does for `git log --before`.
 *
 * @throws {NotInRepository} when the list names what is not there
 * @param now seconds since 1970
 */
export async function chooseHandIn(
  clone: Clone,
  group: Group,
  deadline: Moment,
  now = Date.now() / 1000,
): Promise<Choice> {
  const { branch, warning } = branchOf(clone, group);
  const tip = branch === undefined ? undefined : clone.branches.get(branch);
  if (branch === undefined || tip === undefined) {
    if (group.commit !== undefined) {
      throw new NotInRepository(
        `The list names the commit ${group.commit}, and the repository is empty.`,
      );
    }
    const why = warning ?? "There is nothing to hand in.";
    return { branch: group.branch ?? "", why, warnings: [why] };
  }
  const warnings = warning === undefined ? [] : [warning];
  const { all, line } = await history(clone, tip);
  warnings.push(...contradictions(all, deadline, now));
  const until = showTime(deadline.seconds, deadline.offset);
  const says = ({ id, committed }: Commit) =>
    `Commit ${short(id)} of ${showTime(committed, deadline.offset)} on branch ${branch}`;
  if (group.commit !== undefined) {
    const wanted = group.commit.toLowerCase();
    const named = all.filter(({ id }) => id.startsWith(wanted));
    if (wanted.length < 4 || named.length !== 1) {
      throw new NotInRepository(
        `The list names the commit ${group.commit}, which is not one commit of branch ${branch}.`,
      );
    }
    const [commit] = named as [Commit];
    const why = `${says(commit)}: the course's list names it.`;
    return {
      branch,
      commit: commit.id,
      committed: commit.committed,
      why,
      warnings,
    };
  }
  const at = line.findIndex(({ committed }) => committed <= deadline.seconds);
  const late = at < 0 ? line : line.slice(0, at);
  if (late.length > 0) {
    const named = late.map(
      ({ id, committed }) =>
        `${short(id)} (${showTime(committed, deadline.offset)}, ${showSpan(committed - deadline.seconds)} late)`,
    );
    warnings.push(
      `${late.length === 1 ? "One commit" : `${late.length} commits`} after the deadline ${late.length === 1 ? "was" : "were"} ignored: ${list(named)}.`,
    );
  }
  const chosen = line[at];
  if (!chosen) {
    const why = `No commit on branch ${branch} is from before the deadline, ${until}.`;
    return { branch, why, warnings: [why, ...warnings] };
  }
  const inside = new Map(all.map((commit) => [commit.id, commit]));
  const counted = ancestors(chosen, inside);
  const merged = all.filter(
    ({ id, committed }) => !counted.has(id) && committed <= deadline.seconds,
  );
  if (merged.length > 0) {
    const named = merged.map(({ id }) => short(id));
    warnings.push(
      `Commits from before the deadline came to branch ${branch} after it, by a merge, and were ignored: ${list(named)}.`,
    );
  }
  const newer = [...counted].flatMap((id) => {
    const commit = inside.get(id);
    return commit && commit.committed > deadline.seconds ? [short(id)] : [];
  });
  if (newer.length > 0) {
    const before = line
      .slice(at)
      .find((commit) =>
        [...ancestors(commit, inside)].every(
          (id) => (inside.get(id)?.committed ?? 0) <= deadline.seconds,
        ),
      );
    const other =
      before === undefined
        ? ""
        : ` Without them it would be ${short(before.id)}: the column "commit" decides.`;
    warnings.push(
      `The hand-in follows commits that are dated after the deadline: ${list(newer)}.${other}`,
    );
  }
  return {
    branch,
    commit: chosen.id,
    committed: chosen.committed,
    why: `${says(chosen)}: the last one before the deadline, ${until}.`,
    warnings,
  };
}

/** The ids of a commit and of all before it. */
function ancestors(
  from: Commit,
  commits: ReadonlyMap<string, Commit>,
): Set<string> {
  const seen = new Set<string>();
  const open = [from.id];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...(commits.get(id)?.parents ?? []));
  }
  return seen;
}
