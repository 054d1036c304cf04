/** Whole courses, over real repositories with fixed dates. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import pty from "@lydell/node-pty";
import { parse } from "csv-parse/sync";
import { withoutProgram } from "../grade/points.ts";
import type { Submission } from "../grade/report.ts";
import { summary } from "../grade/summary.ts";
import { REQUIREMENTS } from "../room/check.ts";
import { fetchClone } from "./clone.ts";
import { contributions } from "./contributions.ts";
import { type Course, gradeCourse, places } from "./course.ts";
import { parseDeadline, showTime } from "./deadline.ts";
import { Git } from "./git.ts";
import { type Group, readGroups } from "./group_list.ts";
import { chooseHandIn } from "./hand_in.ts";
import { publish } from "./publish.ts";
import { readTree, writeTree } from "./tree.ts";

const root = mkdtempSync(path.join(os.tmpdir(), "course-test-"));
after(() => rmSync(root, { recursive: true, force: true }));
const settings = path.join(root, "gitconfig");
// What the user has set for himself is not part of what is tested.
writeFileSync(
  settings,
  "[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n",
);
for (const name of Object.keys(process.env)) {
  if (name.startsWith("GIT_")) delete process.env[name];
}
process.env.GIT_CONFIG_GLOBAL = settings;
process.env.GIT_CONFIG_NOSYSTEM = "1";

const hasGit = (() => {
  try {
    execFileSync("git", ["--version"]);
    return true;
  } catch {
    return false;
  }
})();
const skip = hasGit ? false : "There is no git on this system.";

const DEADLINE = parseDeadline("2026-11-20T12:00+01:00");
let git: Git;
before(() => {
  git = new Git(path.join(root, "settings"));
});

interface Dates {
  readonly committed: string;
  readonly authored?: string;
  readonly author?: string;
}

/** A repository that a group fills. */
class Repository {
  readonly folder: string;

  constructor(name: string) {
    this.folder = path.join(root, "repositories", name);
    mkdirSync(this.folder, { recursive: true });
    this.git({}, "init", "--quiet");
  }

  git(env: Record<string, string>, ...args: string[]): string {
    return execFileSync("git", args, {
      cwd: this.folder,
      encoding: "utf8",
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  }

  /** Commits everything; returns the commit. */
  commit(
    { committed, authored = committed, author = "Ada" }: Dates,
    files: Record<string, string> = {},
    message = "work",
  ): string {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(this.folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const env = {
      GIT_COMMITTER_DATE: committed,
      GIT_AUTHOR_DATE: authored,
      GIT_AUTHOR_NAME: author,
      GIT_AUTHOR_EMAIL: `${author.toLowerCase()}@example.org`,
    };
    this.git({}, "add", "--all");
    this.git(env, "commit", "--quiet", "--allow-empty", "-m", message);
    return this.git({}, "rev-parse", "HEAD");
  }

  /** Everything that publishing must not touch. */
  state(): string {
    const refs = this.git(
      {},
      "for-each-ref",
      "--format=%(refname) %(objectname)",
    )
      .split("\n")
      .filter((line) => !line.startsWith("refs/heads/grading "));
    const index = path.join(this.folder, ".git", "index");
    return JSON.stringify([
      refs,
      this.git({}, "symbolic-ref", "HEAD"),
      this.git({}, "status", "--porcelain"),
      existsSync(index) && readFileSync(index).toString("base64"),
      readdirSync(this.folder).sort(),
    ]);
  }
}

function group(
  name: string,
  repository: string,
  more: Partial<Group> = {},
): Group {
  return {
    name,
    slug: name,
    repository,
    isUrl: repository.startsWith("file://"),
    path: "",
    more: {},
    ...more,
  };
}

let copies = 0;
const copyOf = (one: Group) =>
  fetchClone(git, one, path.join(root, "copies", `${++copies}.git`));

/** Chooses the hand-in of a repository. */
async function choose(
  repository: Repository,
  more: Partial<Group> = {},
  deadline = DEADLINE,
) {
  const one = group("group", repository.folder, more);
  return chooseHandIn(await copyOf(one), one, deadline);
}

/** A grade that counts the files of a hand-in, without running any. */
async function countFiles(handIn: {
  name: string;
  folder: string;
}): Promise<Submission> {
  const files = readdirSync(handIn.folder, { recursive: true })
    .map(String)
    .sort();
  return {
    ...handIn,
    points: Math.min(10, files.length),
    maxPoints: 10,
    requirements: REQUIREMENTS.map((id, at) => ({
      id,
      points: at < files.length ? 1 : 0,
      maxPoints: 1,
      verdict: at < files.length ? "pass" : "fail",
      feedback: at < files.length ? "" : "A file is missing. <b>*Really*</b>",
      checks: [],
    })),
    robustness: [],
    coverage: {},
    notes: [`Files: ${files.join(", ")}.`],
  };
}

function course(
  out: string,
  groups: readonly Group[],
  more: Partial<Course> = {},
): Course {
  return {
    groups,
    more: [],
    deadline: DEADLINE,
    out: path.join(root, "out", out),
    seed: 1,
    grade: countFiles,
    atOnce: 2,
    grader: "1",
    ...more,
  };
}

test("a deadline is a moment, and needs its time zone", () => {
  const noon = parseDeadline("2026-11-20T12:00+01:00");
  assert.equal(noon.seconds, Date.UTC(2026, 10, 20, 11) / 1000);
  assert.equal(parseDeadline("2026-11-20 11:00Z").seconds, noon.seconds);
  assert.equal(parseDeadline("2026-11-19T23:30:00-1130").seconds, noon.seconds);
  assert.equal(
    showTime(noon.seconds, noon.offset),
    "2026-11-20 12:00:00 +01:00",
  );
  // The hour that comes twice when summer ends is two moments.
  const summer = parseDeadline("2026-10-25T02:30+02:00");
  const winter = parseDeadline("2026-10-25T02:30+01:00");
  assert.equal(winter.seconds - summer.seconds, 3600);
  for (const [text, says] of [
    ["2026-11-20T12:00", /does not say its time zone/],
    ["2026-02-30T12:00Z", /There is no such time/],
    ["2026-11-20T24:00Z", /There is no such time/],
    ["tomorrow", /is no deadline/],
    ["", /is no deadline/],
  ] as const) {
    assert.throws(() => parseDeadline(text), says);
  }
});

test("the last commit before the deadline is chosen, whatever its zone", {
  skip,
}, async () => {
  const repository = new Repository("zones");
  repository.commit({ committed: "2026-11-20T10:00:00+0000" });
  // 12:00:00 in Berlin, exactly: it counts.
  const last = repository.commit({ committed: "2026-11-20T06:00:00-0500" });
  const late = repository.commit({ committed: "2026-11-20T20:00:01+0900" });
  const chosen = await choose(repository);
  assert.equal(chosen.commit, last);
  assert.equal(chosen.branch, "main");
  assert.match(
    chosen.why,
    /2026-11-20 12:00:00 \+01:00 on branch main: the last one before/,
  );
  assert.match(
    chosen.warnings.join(),
    new RegExp(`One commit .* ignored: ${late.slice(0, 10)} .*1 second late`),
  );
  assert.equal(chosen.warnings.length, 1);
});

test("a deadline in the hour that comes twice means one of them", {
  skip,
}, async () => {
  const repository = new Repository("dst");
  const first = repository.commit({ committed: "2026-10-25T02:20:00+0200" });
  const second = repository.commit({ committed: "2026-10-25T02:20:00+0100" });
  const at = async (text: string) =>
    (await choose(repository, {}, parseDeadline(text))).commit;
  assert.equal(await at("2026-10-25T02:30+02:00"), first);
  assert.equal(await at("2026-10-25T02:30+01:00"), second);
});

test("dates that contradict the order of commits are said", {
  skip,
}, async () => {
  const repository = new Repository("order");
  const honest = repository.commit({ committed: "2026-11-20T10:00:00Z" });
  const late = repository.commit({ committed: "2026-11-20T14:00:00Z" });
  const dated = repository.commit({ committed: "2026-11-20T10:30:00Z" });
  const chosen = await choose(repository);
  assert.equal(chosen.commit, dated);
  const said = chosen.warnings.join("\n");
  assert.match(
    said,
    new RegExp(
      `contradict the order of commits: ${dated.slice(0, 10)}.*follows ${late.slice(0, 10)}`,
    ),
  );
  assert.match(
    said,
    new RegExp(
      `dated after the deadline: ${late.slice(0, 10)}.*would be ${honest.slice(0, 10)}`,
    ),
  );
  const decided = await choose(repository, { commit: honest.slice(0, 12) });
  assert.equal(decided.commit, honest);
  assert.match(decided.why, /the course's list names it/);
});

test("amended dates are said, and do not decide", { skip }, async () => {
  const repository = new Repository("amended");
  const first = repository.commit({ committed: "2026-11-10T10:00:00Z" });
  // Written in time, as its author says, and committed after the deadline.
  repository.commit({
    committed: "2026-11-21T10:00:00Z",
    authored: "2026-11-19T10:00:00Z",
  });
  const chosen = await choose(repository);
  assert.equal(chosen.commit, first);
  assert.match(chosen.warnings.join("\n"), /more than a day apart/);
});

test("a branch that is merged after the deadline was not handed in", {
  skip,
}, async () => {
  const repository = new Repository("merges");
  const base = repository.commit(
    { committed: "2026-11-20T08:00:00Z" },
    { a: "1" },
  );
  repository.git({}, "checkout", "--quiet", "-b", "side");
  const side = repository.commit(
    { committed: "2026-11-20T09:00:00Z" },
    { b: "1" },
  );
  repository.git({}, "checkout", "--quiet", "main");
  const dates = (date: string) => ({
    GIT_COMMITTER_DATE: date,
    GIT_AUTHOR_DATE: date,
  });
  const merge = (date: string) =>
    repository.git(
      dates(date),
      "merge",
      "--quiet",
      "--no-ff",
      "-m",
      "merge",
      "side",
    );
  merge("2026-11-20T13:00:00Z");
  const chosen = await choose(repository);
  assert.equal(chosen.commit, base);
  assert.match(
    chosen.warnings.join("\n"),
    new RegExp(`by a merge, and were ignored: ${side.slice(0, 10)}`),
  );
  repository.git({}, "reset", "--quiet", "--hard", base);
  merge("2026-11-20T10:00:00Z");
  const tip = repository.git({}, "rev-parse", "HEAD");
  const merged = await choose(repository);
  assert.equal(merged.commit, tip);
  assert.deepEqual(merged.warnings, []);
});

test("nothing handed in is said for what it is", { skip }, async () => {
  const empty = await choose(new Repository("empty"));
  assert.equal(empty.commit, undefined);
  assert.match(empty.why, /The repository is empty/);
  const late = new Repository("late");
  late.commit({ committed: "2026-11-20T12:00:00Z" });
  assert.match(
    (await choose(late)).why,
    /No commit on branch main is from before/,
  );
  const named = await choose(new Repository("void"), { branch: "main" });
  assert.match(named.why, /The repository is empty/);
  await assert.rejects(
    choose(new Repository("nil"), { commit: "12345678" }),
    /names the commit 12345678, and the repository is empty\./,
  );
});

test("what the list names wrongly is no 0 points", { skip }, async () => {
  const repository = new Repository("misnamed");
  const commit = repository.commit(
    { committed: "2026-11-20T08:00:00Z" },
    { "ex_04/a": "1", b: "2" },
  );
  repository.commit(
    { committed: "2026-11-20T14:00:00Z" },
    { "ex_05/a": "late" },
  );
  const wrong: [Partial<Group>, RegExp][] = [
    [
      { branch: "mian" },
      /names the branch mian, and the repository has none .* There are: main\./,
    ],
    [{ branch: "--upload-pack=x" }, /names the branch --upload-pack=x/],
    [
      { commit: commit.replace(/.$/, (last) => (last === "0" ? "1" : "0")) },
      /names the commit .* which is not one commit of branch main/,
    ],
    [{ path: "ex_4" }, /the folder ex_4, .* Folders at its top: ex_04\./],
    [{ path: "b" }, /the folder b, and the repository has it on no branch/],
  ];
  const at = (name: string, more: Partial<Group>) =>
    group(name, repository.folder, more);
  const groups = wrong.map(([more], n) => at(`wrong-${n}`, more));
  // It was made after the deadline: nothing of it was handed in.
  groups.push(at("late", { path: "ex_05" }));
  const entries = await gradeCourse(course("misnamed", groups));
  for (const [n, [, says]] of wrong.entries()) {
    assert.match(entries[n]?.problem ?? "", says);
    assert.equal(entries[n]?.submission, undefined);
  }
  assert.equal(entries.at(-1)?.submission?.points, 0);
  // A grade of before is not one of what the list names now.
  const good = await gradeCourse(course("misnamed", [at("wrong-0", {})]));
  assert.equal(good[0]?.submission?.points, 3);
  const [again] = await gradeCourse(course("misnamed", groups));
  assert.match(again?.problem ?? "", /names the branch mian/);
});

test("a list of a late group loses nobody else", { skip }, async () => {
  const repository = new Repository("kept");
  repository.commit({ committed: "2026-11-20T08:00:00Z" }, { a: "1" });
  const at = (name: string, more: Record<string, string> = {}) =>
    group(name, repository.folder, { more });
  const { out } = course("kept", []);
  const run = async (groups: Group[], more: string[] = []) => {
    let kept = 0;
    const onKept = (others: readonly unknown[]) => {
      kept = others.length;
    };
    await gradeCourse(course("kept", groups, { more, onKept }));
    const points = readFileSync(path.join(out, "points.csv"), "utf8");
    const rows = parse(points, { columns: true }) as Record<string, string>[];
    return { kept, rows };
  };
  const quiz = { quiz_1: "yes" };
  const wrong = { ...at("g-11", quiz), branch: "mian" };
  await run([at("g-2", quiz), at("g-10", quiz), wrong], ["quiz_1"]);
  const { kept, rows } = await run([at("late")]);
  assert.equal(kept, 3);
  assert.deepEqual(
    rows.map(({ group, points, quiz_1 }) => [group, points, quiz_1]),
    [
      ["late", "1", ""],
      ["g-2", "1", "yes"],
      ["g-10", "1", "yes"],
      ["g-11", "", "yes"],
    ],
  );
  assert.match(rows[1]?.warnings ?? "", /not in the list of the last run/);
  assert.equal(rows[0]?.warnings, "");
  assert.match(rows[3]?.warnings ?? "", /names the branch mian/);
  const page = readFileSync(path.join(out, "index.html"), "utf8");
  assert.match(
    page,
    / 3 groups, marked \(earlier\), are not in the list of the last run/,
  );
  rmSync(places(out, { slug: "g-2" }).folder, { recursive: true });
  assert.deepEqual(
    (await run([at("late"), at("g-10", quiz)])).rows.map(({ group }) => group),
    ["late", "g-10", "g-11"],
  );
});

test("HEAD may name what is no hand-in", { skip }, async () => {
  const repository = new Repository("head");
  const commit = repository.commit({ committed: "2026-11-20T08:00:00Z" });
  repository.git({}, "symbolic-ref", "HEAD", "refs/heads/master");
  const chosen = await choose(repository);
  assert.equal(chosen.commit, commit);
  assert.match(
    chosen.warnings.join(),
    /HEAD names no branch that exists: main was taken/,
  );
  repository.git({}, "branch", "other", "main");
  repository.git({}, "branch", "third", "main");
  repository.git({}, "branch", "-D", "main");
  await assert.rejects(choose(repository), /Name one in the list/);
});

test("a repository's own settings and hooks start nothing", {
  skip,
}, async () => {
  const repository = new Repository("hostile");
  const trap = path.join(root, "trap");
  const script = `#!/bin/sh\ntouch '${trap}'\n`;
  repository.commit(
    { committed: "2026-11-20T08:00:00Z" },
    {
      "ex_04_server.ts": "plain",
      ".gitattributes": "* filter=trap diff=trap\n",
    },
  );
  for (const hook of [
    "post-checkout",
    "reference-transaction",
    "pre-push",
    "post-receive",
  ]) {
    const file = path.join(repository.folder, ".git", "hooks", hook);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, script, { mode: 0o755 });
  }
  const run = path.join(root, "trap.sh");
  writeFileSync(run, script, { mode: 0o755 });
  for (const name of [
    "filter.trap.smudge",
    "filter.trap.clean",
    "diff.trap.textconv",
    "core.fsmonitor",
    "core.sshCommand",
    "gpg.program",
    "uploadpack.packObjectsHook",
    "core.pager",
  ]) {
    repository.git({}, "config", name, run);
  }
  rmSync(trap, { force: true });
  const one = group("hostile", repository.folder);
  const about = course("hostile", [one]);
  await gradeCourse(about);
  const done = await publish(one, {
    git,
    out: about.out,
    dryRun: false,
    push: false,
  });
  assert.equal(done.ok, true, done.says);
  assert.equal(
    existsSync(trap),
    false,
    "a program of the repository was started",
  );
});

test("a tree writes plain files, and follows nothing", { skip }, async () => {
  const repository = new Repository("tree");
  repository.commit(
    { committed: "2026-11-20T08:00:00Z" },
    { "ex 04/sérver.ts": "x\n\n", "-n": "dash" },
  );
  if (process.platform !== "win32") {
    symlinkSync(
      "/etc/passwd",
      path.join(repository.folder, "ex 04", "link.ts"),
    );
    repository.commit({ committed: "2026-11-20T08:30:00Z" });
  }
  // Names that no git would make; a hand-made tree has them.
  const blob = execFileSync("git", ["hash-object", "-w", "--stdin"], {
    cwd: repository.folder,
    input: "out",
  })
    .toString()
    .trim();
  const literal = (name: string, mode: string, id: string) =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, "hex")]);
  const tree = (...entries: Buffer[]) =>
    execFileSync(
      "git",
      ["hash-object", "-w", "-t", "tree", "--literally", "--stdin"],
      {
        cwd: repository.folder,
        input: Buffer.concat(entries),
      },
    )
      .toString()
      .trim();
  const up = tree(literal("escaped.ts", "100644", blob));
  const bad = tree(
    literal("..", "40000", up),
    literal(".git", "40000", up),
    literal("good.ts", "100644", blob),
  );
  const dates = {
    GIT_COMMITTER_DATE: "2026-11-20T09:00:00Z",
    GIT_AUTHOR_DATE: "2026-11-20T09:00:00Z",
  };
  const evil = repository.git(dates, "commit-tree", bad, "-m", "evil");
  repository.git({}, "update-ref", "refs/heads/evil", evil);
  const clone = await copyOf(group("tree", repository.folder));
  const folder = path.join(root, "tree", "inside");
  const escaped = await readTree(clone, evil, "");
  assert.deepEqual(
    escaped.files.map(({ name }) => name),
    ["good.ts"],
  );
  assert.match(escaped.notes.join(), /leads elsewhere.*belongs to git/);
  assert.deepEqual(await writeTree(clone, escaped.files, folder), []);
  assert.deepEqual(readdirSync(path.dirname(folder)), ["inside"]);
  assert.deepEqual(readdirSync(folder), ["good.ts"]);
  const own = await readTree(clone, clone.branches.get("main") ?? "", "ex 04");
  assert.deepEqual(
    own.files.map(({ name }) => name),
    ["sérver.ts"],
  );
  if (process.platform !== "win32")
    assert.match(own.notes.join(), /link\.ts" is a link/);
  await writeTree(clone, own.files, folder);
  assert.equal(readFileSync(path.join(folder, "sérver.ts"), "utf8"), "x\n\n");
});

test("who contributed: authors, co-authors, by the names of .mailmap", {
  skip,
}, async () => {
  const repository = new Repository("people");
  repository.commit(
    { committed: "2026-11-20T08:00:00Z" },
    { a: "1\n2\n3\n", ".mailmap": "Ben <ben@example.org> <b@home.example>\n" },
  );
  repository.commit(
    { committed: "2026-11-20T08:10:00Z", author: "Cleo" },
    { a: "1\n2\nthree\n" },
    "x\n\nCo-authored-by: B. <b@home.example>\nCo-authored-by: Cleo <cleo@example.org>",
  );
  repository.commit(
    { committed: "2026-11-20T08:20:00Z", author: "Ben" },
    { "package-lock.json": "1\n2\n" },
  );
  const clone = await copyOf(group("people", repository.folder));
  const tip = clone.branches.get("main") ?? "";
  const { files } = await readTree(clone, tip, "");
  const people = await contributions(clone, tip, "", files);
  assert.deepEqual(
    people.map(({ name, commits, lines }) => [name, commits, lines]),
    [
      ["Ada", 1, 3],
      ["Ben", 2, 1],
      ["Cleo", 1, 1],
    ],
  );
});

test("a list from a spreadsheet: byte order mark, semicolons, umlauts", () => {
  const file = path.join(root, "excel.csv");
  writeFileSync(
    file,
    "\uFEFFGroup;Repository;Path;Quiz 1\r\nGrüppe 1;a b;ex;ja\r\n\r\n;x;;\r\nGrüppe 1;c;;\r\ntwo;;;\r\n../three;https://example.org/x.git;../up;\r\nfour;git@example.org:f.git;;;;\r\nfive;a;b;c;d\r\n../../six;-x;;\r\n",
  );
  const { groups, bad, more } = readGroups(file);
  assert.deepEqual(more, ["quiz_1"]);
  assert.deepEqual(
    groups.map(({ name, slug, repository, isUrl, path }) => [
      name,
      slug,
      repository,
      isUrl,
      path,
    ]),
    [
      ["Grüppe 1", "Grüppe-1", path.join(root, "a b"), false, "ex"],
      ["four", "four", "git@example.org:f.git", true, ""],
      ["../../six", "six", path.join(root, "-x"), false, ""],
    ],
  );
  assert.deepEqual(
    bad.map(({ line, problem }) => [line, problem.slice(0, 24)]),
    [
      [4, "It names no group."],
      [5, "Grüppe 1 stands in line "],
      [6, "two has no repository."],
      [7, 'The path "../up" leads o'],
      [9, "It has 5 cells, and ther"],
    ],
  );
  writeFileSync(file, "name,repo\na,b\n");
  assert.throws(
    () => readGroups(file),
    /has no column "group"\. It has: name, repo\./,
  );
  writeFileSync(file, "");
  assert.throws(() => readGroups(file), /is empty/);
  assert.throws(() => readGroups(`${file}.absent`), /There is no file/);
});

test("one bad repository never stops the rest", { skip }, async () => {
  const good = new Repository("good");
  good.commit({ committed: "2026-11-20T08:00:00Z" }, { "ex/a": "1", b: "2" });
  const corrupt = new Repository("corrupt");
  const broken = corrupt.commit({ committed: "2026-11-20T08:00:00Z" });
  rmSync(path.join(corrupt.folder, ".git", "objects", broken.slice(0, 2)), {
    recursive: true,
  });
  const folder = path.join(root, "folder");
  mkdirSync(folder);
  const about = course(
    "bad",
    [
      group("missing", path.join(root, "absent")),
      group("corrupt", corrupt.folder),
      group("no-git", folder),
      group("good", good.folder, { path: "ex" }),
      group("=1+1", good.folder, { slug: "formula" }),
      group("gone", "file:///nowhere/at/all.git"),
      group("thrown", good.folder),
    ],
    {
      grade: (handIn) =>
        handIn.name === "thrown"
          ? Promise.reject(new Error("no sandbox today"))
          : countFiles(handIn),
    },
  );
  const entries = await gradeCourse(about);
  assert.deepEqual(
    entries.map(
      ({ submission, problem }) =>
        submission?.points ?? problem?.replaceAll(root, ""),
    ),
    [
      "There is no folder /absent.",
      entries[1]?.problem?.replaceAll(root, ""),
      '/folder is not a git repository. Name the folder that holds .git, and the exercise\'s folder in the column "path".',
      1,
      3,
      entries[5]?.problem,
      "It was not graded: no sandbox today",
    ],
  );
  assert.match(
    entries[1]?.problem ?? "",
    /corrupt cannot be read \(.*\)\. It may be damaged/,
  );
  const points = readFileSync(path.join(about.out, "points.csv"), "utf8");
  const rows = parse(points, { columns: true }) as Record<string, string>[];
  assert.deepEqual(
    rows.map(({ status }) => status),
    [
      "not graded",
      "not graded",
      "not graded",
      "graded",
      "graded",
      "not graded",
      "not graded",
    ],
  );
  assert.equal(rows[4]?.group, "'=1+1");
  const page = readFileSync(path.join(about.out, "index.html"), "utf8");
  assert.doesNotMatch(page, /<b>|(src|href)="(https?:)?\/\//);
  const { feedback } = places(about.out, { slug: "good" });
  assert.match(
    readFileSync(feedback, "utf8"),
    /\\<b\\>\\\*Really\\\*\\<\/b\\>/,
  );
});

test("what is graded is graded again only when something has changed", {
  skip,
}, async () => {
  const repository = new Repository("resumed");
  repository.commit({ committed: "2026-11-20T08:00:00Z" }, { a: "1" });
  let graded = 0;
  const grade: Course["grade"] = (handIn) => {
    graded++;
    return countFiles(handIn);
  };
  const one = group("resumed", repository.folder);
  const again = (more: Partial<Course> = {}) =>
    gradeCourse(course("resumed", [one], { grade, ...more }));
  await again();
  const { feedback, result } = places(course("resumed", []).out, one);
  const first = readFileSync(result, "utf8");
  repository.commit({ committed: "2026-11-20T18:00:00Z" }, { late: "1" });
  await again({ seed: 2 });
  assert.equal(graded, 1);
  assert.equal(readFileSync(result, "utf8"), first);
  assert.match(
    readFileSync(feedback, "utf8"),
    /One commit after the deadline was ignored/,
  );
  await again({ again: true });
  await again({ grader: "2" });
  assert.equal(graded, 3);
  repository.commit({ committed: "2026-11-20T09:00:00Z" }, { b: "1" });
  await again({ grader: "2" });
  assert.equal(graded, 4);
  // The repository goes: its grade stays, and says so.
  rmSync(repository.folder, { recursive: true });
  const [entry] = await again({ grader: "2" });
  assert.equal(graded, 4);
  assert.match(
    entry?.origin?.choice.warnings.join() ?? "",
    /could not be read again/,
  );
});

test("what the grader could not see is graded by the next run", {
  skip,
}, async () => {
  const repository = new Repository("unseen");
  repository.commit({ committed: "2026-11-20T08:00:00Z" }, { a: "1" });
  const one = group("unseen", repository.folder);
  let graded = 0;
  const grade: Course["grade"] = async (handIn) => {
    const submission = await countFiles(handIn);
    if (++graded > 1) return submission;
    const [first, ...rest] = submission.requirements;
    assert.ok(first);
    return {
      ...submission,
      requirements: [{ ...first, verdict: "infrastructure" }, ...rest],
    };
  };
  for (let run = 1; run <= 3; run++) {
    await gradeCourse(course("unseen", [one], { grade }));
  }
  assert.equal(graded, 2);
});

const GRADED_IN_PART = `
import { gradeCourse } from ${JSON.stringify(new URL("course.ts", import.meta.url).href)};
const { groups, out, stop } = JSON.parse(process.argv[2]);
let count = 0;
await gradeCourse({
  groups, out, more: [], deadline: { seconds: ${DEADLINE.seconds}, offset: 60 }, seed: 1, atOnce: 2, grader: "1",
  grade: async ({ name, folder }) => {
    console.log("grade " + name);
    // The last hand-in is in hand when the grader is killed.
    if (++count > stop) await new Promise(() => setInterval(() => {}, 1000));
    return { name, folder, points: 1, maxPoints: 10, requirements: [], robustness: [], coverage: {}, notes: [] };
  },
});
`;

test("killed in the middle and run again, it goes on", { skip }, async () => {
  const repository = new Repository("killed");
  repository.commit({ committed: "2026-11-20T08:00:00Z" }, { a: "1" });
  const groups = [1, 2, 3, 4, 5, 6].map((n) =>
    group(`group-${n}`, repository.folder),
  );
  const about = course("killed", groups);
  const program = path.join(root, "part.mts");
  writeFileSync(program, GRADED_IN_PART);
  const { out } = about;
  const data = JSON.stringify({ groups, out, stop: 3 });
  const child = spawn(process.execPath, ["--import", "tsx", program, data], {
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.on("exit", () => reject(new Error("It ended by itself.")));
    child.stdout.on("data", (chunk) => {
      said += chunk;
      if (said.split("\n").length > 5) resolve();
    });
  });
  child.removeAllListeners("exit");
  child.kill("SIGKILL");
  await once(child, "exit");
  const whole = (file: string) => JSON.parse(readFileSync(file, "utf8"));
  const finished = groups.filter((one) => existsSync(places(out, one).marker));
  assert.equal(finished.length, 3);
  for (const one of finished) {
    assert.equal(whole(places(out, one).result).submissions.length, 1);
  }
  const points = readFileSync(path.join(out, "points.csv"), "utf8");
  assert.equal((parse(points, { columns: true }) as unknown[]).length, 6);
  const graded: string[] = [];
  const entries = await gradeCourse({
    ...about,
    grade: (handIn) => {
      graded.push(handIn.name);
      return countFiles(handIn);
    },
  });
  assert.equal(graded.length, 3);
  assert.equal(entries.filter(({ submission }) => submission).length, 6);
  assert.deepEqual(
    readdirSync(out, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith(".part") || name.includes(".work")),
    [],
  );
});

const INTERRUPTED = `
import { readCourse, runCourse } from ${JSON.stringify(new URL("command.ts", import.meta.url).href)};
const options = JSON.parse(process.argv[2]);
await runCourse(options, readCourse(options), {
  atOnce: 1, seed: 1, settings: {},
  grade: async () => {
    console.log("in hand");
    await new Promise(() => setInterval(() => {}, 1000));
  },
});
`;

test("Ctrl-C gives the terminal back, and says how to go on", {
  skip:
    skip || (process.platform === "win32" && "Signals are not those of POSIX."),
  timeout: 60_000,
}, async (t) => {
  const repository = new Repository("interrupted");
  repository.commit({ committed: "2026-11-20T08:00:00Z" }, { a: "1" });
  const list = path.join(root, "interrupted.csv");
  writeFileSync(list, `group,repository\none,${repository.folder}\n`);
  const program = path.join(root, "interrupted.mts");
  writeFileSync(program, INTERRUPTED);
  const { out } = course("interrupted", []);
  const data = { course: list, deadline: "2026-11-20T12:00+01:00", out };
  const child = pty.spawn(
    process.execPath,
    ["--import", "tsx", program, JSON.stringify(data)],
    {
      cwd: fileURLToPath(new URL("../../", import.meta.url)),
      cols: 200,
      rows: 24,
    },
  );
  let ended = false;
  t.after(() => {
    if (!ended) child.kill("SIGKILL");
  });
  let said = "";
  let pressed = false;
  child.onData((chunk) => {
    said += chunk;
    if (pressed || !said.includes("in hand")) return;
    pressed = true;
    child.write("\x03");
  });
  const { signal } = await new Promise<{ signal?: number | undefined }>(
    (resolve) => {
      child.onExit((exit) => {
        ended = true;
        resolve(exit);
      });
    },
  );
  assert.equal(signal, os.constants.signals.SIGINT, said);
  for (const [off, on] of [
    ["\x1b[?25l", "\x1b[?25h"],
    ["\x1b[?7l", "\x1b[?7h"],
  ] as const) {
    assert.ok(said.includes(off));
    assert.ok(said.lastIndexOf(on) > said.lastIndexOf(off), said);
  }
  assert.match(said, /Interrupted\. .*run the same command again/);
});

test("two runs do not write into one folder", { skip }, async () => {
  const about = course("taken", [group("absent", "/nowhere")]);
  mkdirSync(about.out, { recursive: true });
  writeFileSync(path.join(about.out, ".lock"), String(process.ppid));
  await assert.rejects(
    gradeCourse(about),
    /Another run \(process \d+\) writes into/,
  );
  writeFileSync(path.join(about.out, ".lock"), "999999999");
  assert.equal((await gradeCourse(about)).length, 1);
});

test("without git there is one sentence", async () => {
  const { PATH } = process.env;
  process.env.PATH = path.join(root, "nothing");
  try {
    await assert.rejects(
      gradeCourse(course("no-git", [group("one", root)])),
      /^Error: There is no git on this system, or it is not in PATH\. Install git/,
    );
  } finally {
    process.env.PATH = PATH;
  }
});

test("programs that are missing are said once, with what to do", {
  skip,
}, async () => {
  const repository = new Repository("no-programs");
  repository.commit({ committed: "2026-11-20T08:00:07Z" }, { "Server.ts": "" });
  const says =
    "ex_04_server.ts is missing; found Server.ts. Rename it to ex_04_server.ts.";
  const none: Submission = {
    ...{ name: "none", folder: "", points: 0, maxPoints: 10, robustness: [] },
    requirements: [
      ...withoutProgram("server", says),
      ...withoutProgram("client", "ex_04_client.ts is missing."),
    ],
    coverage: {},
    notes: [says, "ex_04_client.ts is missing.", "Another note."],
  };
  const one = group("none", repository.folder);
  const about = course("none", [one], { grade: async () => none });
  await gradeCourse(about);
  const plain = readFileSync(places(about.out, one).feedback, "utf8");
  const page = readFileSync(path.join(about.out, "index.html"), "utf8");
  for (const text of [plain, page, summary(none)]) {
    const once = text.replace(/\s+/g, " ");
    assert.equal(once.split("found Server.ts. Rename it").length, 2, text);
    assert.equal(once.split("ex_04_client.ts is missing.").length, 2, text);
    assert.match(once, /Another note\./);
  }
  assert.match(page, /--lenient-names takes programs/);
  assert.match(page, /Ada: 1 commit, 0 lines/);
  assert.doesNotMatch(page, /0 of 0/);
  assert.match(
    page,
    /<time title="2026-11-20 09:00:07 \+01:00">2026-11-20 09:00<\/time>/,
  );
});

test("feedback goes onto an orphan branch, and nothing else moves", {
  skip,
}, async () => {
  const repository = new Repository("published");
  const hand = repository.commit(
    { committed: "2026-11-20T08:00:00Z" },
    { "ex_04/a": "1" },
  );
  writeFileSync(path.join(repository.folder, "unsaved"), "work");
  const one = group("published", repository.folder, { path: "ex_04" });
  const about = course("published", [one]);
  await gradeCourse(about);
  const before = repository.state();
  const put = async (how: { dryRun?: boolean } = {}) => {
    const done = await publish(one, {
      git,
      out: about.out,
      dryRun: false,
      push: false,
      ...how,
    });
    assert.equal(done.ok, true, done.says);
    assert.equal(repository.state(), before);
    return done.says;
  };
  const grading = () => repository.git({}, "rev-parse", "refs/heads/grading");
  assert.match(
    await put({ dryRun: true }),
    /would put the feedback on grading .*: a new branch without a past/,
  );
  assert.throws(grading);
  assert.match(await put(), /a new branch without a past/);
  const first = grading();
  assert.equal(repository.git({}, "rev-list", "--count", "grading"), "1");
  assert.throws(() => repository.git({}, "merge-base", hand, "grading"));
  assert.deepEqual(
    repository.git({}, "ls-tree", "-r", "--name-only", "grading").split("\n"),
    ["ex_04/feedback.md", "ex_04/result.json"],
  );
  const { feedback } = places(about.out, one);
  assert.equal(
    `${repository.git({}, "show", "grading:ex_04/feedback.md")}\n`,
    readFileSync(feedback, "utf8"),
  );
  const published = repository.git({}, "show", "grading:ex_04/result.json");
  assert.equal(JSON.parse(published).submissions[0].folder, "ex_04");
  assert.doesNotMatch(published, new RegExp(path.basename(root)));
  assert.match(await put(), /has this feedback already/);
  assert.equal(grading(), first);
  // Somebody puts an orphan of his own there by force: it is gone on from.
  const blob = execFileSync("git", ["hash-object", "-w", "--stdin"], {
    cwd: repository.folder,
    input: "by hand",
  })
    .toString()
    .trim();
  const tree = execFileSync("git", ["mktree"], {
    cwd: repository.folder,
    input: `100644 blob ${blob}\tremarks.md\n`,
  })
    .toString()
    .trim();
  const orphan = repository.git({}, "commit-tree", tree, "-m", "remarks");
  repository.git({}, "update-ref", "refs/heads/grading", orphan);
  assert.match(await put({ dryRun: true }), /one more commit/);
  assert.equal(grading(), orphan);
  await put();
  assert.equal(repository.git({}, "rev-parse", "grading^"), orphan);
  assert.match(
    repository.git({}, "ls-tree", "-r", "--name-only", "grading"),
    /remarks\.md/,
  );
  repository.git({}, "checkout", "--quiet", "--force", "grading");
  writeFileSync(feedback, "changed\n");
  const refused = await publish(one, {
    git,
    out: about.out,
    dryRun: false,
    push: false,
  });
  assert.match(refused.says, /is checked out there/);
  assert.equal(refused.ok, false);
});

test("for a URL the feedback waits in the copy until it is pushed", {
  skip,
}, async () => {
  const repository = new Repository("elsewhere");
  repository.commit({ committed: "2026-11-20T08:00:00Z" }, { a: "1" });
  const one = group("elsewhere", `file://${repository.folder}`);
  const about = course("elsewhere", [one]);
  await gradeCourse(about);
  const before = repository.state();
  const put = (push: boolean) =>
    publish(one, { git, out: about.out, dryRun: false, push });
  const { says } = await put(false);
  const waiting =
    /, commit ([0-9a-f]{10})\. It waits there for --push/.exec(says)?.[1] ??
    "none";
  assert.throws(() => repository.git({}, "rev-parse", "refs/heads/grading"));
  const pushed = await put(true);
  assert.equal(pushed.ok, true, pushed.says);
  assert.doesNotMatch(pushed.says, /waits|copy/);
  assert.match(pushed.says, new RegExp(`commit ${waiting}\\. It is pushed to`));
  const there = repository.git({}, "rev-parse", "refs/heads/grading");
  assert.ok(
    there.startsWith(waiting),
    "the waiting commit is the one that is pushed",
  );
  assert.equal(repository.state(), before);
  assert.match(
    (await put(true)).says,
    /has this feedback already\. There is nothing to push/,
  );
  assert.equal(repository.git({}, "rev-list", "--count", "grading"), "1");
});
