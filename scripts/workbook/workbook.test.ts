/** That the parts of the workbook fit together, whoever changes one of them. */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { SYMPTOMS } from "../causes/explain.ts";
import { collectChecks, REQUIREMENTS } from "../room/check.ts";
import {
  CHAPTERS,
  findChapter,
  headings,
  ROOT,
  SOLUTIONS,
  shortPath,
} from "./chapters.ts";
import { readDesigns } from "./designs.ts";
import { readMistake, readMistakes } from "./mistakes.ts";

// At the same time, as grading processes may: no check may be lost.
const [later, checks] = await Promise.all([
  collectChecks(CHAPTERS.slice(4)),
  collectChecks(CHAPTERS),
]);
const read = (file: string) => readFileSync(file, "utf8");
const page = (folder: string) => read(path.join(folder, "README.md"));

test("chapters follow the folders, and each strand ends in its solution", () => {
  const folders = readdirSync(path.join(ROOT, "chapters")).sort();
  assert.deepEqual(
    CHAPTERS.map(({ name }) => name),
    folders,
  );
  for (const strand of ["server", "client"] as const) {
    const last = CHAPTERS.findLast((one) => one.strand === strand);
    assert.equal(last?.program, SOLUTIONS[strand]);
  }
});

test("findChapter() knows a chapter by number, word and folder", () => {
  for (const text of ["5", "05", "broadcasting", "05_broadcasting"]) {
    assert.equal(findChapter(text).name, "05_broadcasting");
  }
  assert.throws(() => findChapter("99"), /There is no chapter "99"/);
});

test("each requirement of the exercise has a graded check", () => {
  for (const requirement of REQUIREMENTS) {
    const graded = checks.filter(
      (check) => check.graded && check.requirement === requirement,
    );
    assert.notEqual(graded.length, 0, requirement);
  }
});

test("check ids are unique, and what a check needs comes before it", () => {
  const seen = new Set<string>();
  for (const { id, needs, chapter, strand, requirement } of checks) {
    assert.ok(!seen.has(id), `${id} stands twice`);
    for (const need of needs) assert.ok(seen.has(need), `${id}: ${need}`);
    assert.equal(chapter.strand, strand);
    assert.ok(requirement.startsWith(strand));
    seen.add(id);
  }
});

test("collectChecks() loses no check when it is called twice at once", () => {
  for (const { checks: files, name } of CHAPTERS) {
    assert.ok(
      files.length === 0 || checks.some(({ chapter }) => chapter.name === name),
      name,
    );
  }
  assert.deepEqual(
    later,
    checks.filter(({ chapter }) => CHAPTERS.indexOf(chapter) >= 4),
  );
});

test("every cause is known once and points to a heading that exists", () => {
  const ids = SYMPTOMS.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const { id, read } of SYMPTOMS) {
    const [name, heading] = read;
    const known = headings(findChapter(name));
    assert.ok(known.includes(heading), `${id}: "${heading}" in ${name}`);
  }
});

test("every wrong program names a check and a cause that exist", () => {
  const ids = new Set(checks.map(({ id }) => id));
  const causes = new Set(SYMPTOMS.map(({ id }) => id));
  const mistakes = readMistakes();
  assert.ok(mistakes.length >= 30, `${mistakes.length} wrong programs`);
  for (const { name, caughtBy, cause, loses } of mistakes) {
    assert.ok(ids.has(caughtBy), `${name}: no check "${caughtBy}"`);
    assert.ok(causes.has(cause), `${name}: no cause "${cause}"`);
    for (const one of loses) {
      assert.ok((REQUIREMENTS as readonly string[]).includes(one), one);
    }
  }
});

test("a misspelt field of a wrong program's header is named", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "chat-mistake-"));
  try {
    const [one] = readMistakes();
    assert.ok(one);
    const file = path.join(folder, "wrong.ts");
    const text = read(one.file).replace("\n */", "\n * Given: nothing\n */");
    writeFileSync(file, text);
    assert.throws(() => readMistake(file, one.chapter), /has "Given: …"/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("there are other correct designs, one of them in another language", () => {
  const designs = readDesigns();
  assert.ok(new Set(designs.map(({ name }) => name)).size >= 6);
  assert.ok(designs.some(({ file }) => file.endsWith(".py")));
});

test("programs use node: modules alone", () => {
  const programs = [
    ...CHAPTERS.map(({ program }) => program),
    ...readMistakes().map(({ file }) => file),
    ...readDesigns().map(({ file }) => file),
  ].filter((file) => !file.endsWith(".py"));
  for (const file of programs) {
    for (const [, name = ""] of read(file).matchAll(/from ["']([^"']+)["']/g)) {
      assert.match(name, /^node:/, shortPath(file));
    }
  }
});

test("every listing of a chapter names a region that stands there once", () => {
  for (const { folder, name } of CHAPTERS) {
    const text = page(folder);
    const listings = [...text.matchAll(/^```ts (\S+)#(\S+)$/gm)];
    assert.notEqual(listings.length, 0, `${name} shows no code`);
    for (const [, file = "", region = ""] of listings) {
      const source = read(path.join(folder, file));
      for (const marker of ["region", "endregion"]) {
        const found = source.split(`// #${marker} ${region}\n`).length - 1;
        assert.equal(found, 1, `${name}: ${file}#${region}`);
      }
    }
  }
});

test("every command and file that a page names exists", () => {
  const { scripts } = JSON.parse(read(path.join(ROOT, "package.json"))) as {
    scripts: Record<string, string>;
  };
  const pages = [ROOT, ...CHAPTERS.map(({ folder }) => folder)];
  for (const folder of pages) {
    const text = page(folder);
    for (const [, name = ""] of text.matchAll(/npm run (?:-s )?([\w:]+)/g)) {
      assert.ok(name in scripts, `${shortPath(folder)}: npm run ${name}`);
    }
    const files =
      /\b(?:chapters|solutions|scripts)\/[\w./]+\.(?:ts|md|mjs|py)/g;
    for (const [file] of text.matchAll(files)) {
      assert.ok(existsSync(path.join(ROOT, file)), `${folder}: ${file}`);
    }
    for (const [, link = ""] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      const target = path.resolve(folder, link);
      assert.ok(existsSync(target), `${shortPath(folder)}: ${link}`);
    }
  }
});

test("pages keep to the words of the field and to their own headings", () => {
  const banned = /\b(simply|obviously|of course|we're gonna|TODO|FIXME)\b/i;
  for (const { folder, name, number } of CHAPTERS) {
    const text = page(folder);
    assert.doesNotMatch(text, banned, name);
    const known = headings(CHAPTERS.find((one) => one.name === name) as never);
    assert.match(known[0] ?? "", new RegExp(`^${number} .*\\?$`), name);
    for (const heading of [
      "What you will see",
      "Try it",
      "What still goes wrong",
      "Recall",
    ]) {
      assert.ok(known.includes(heading), `${name} lacks "${heading}"`);
    }
  }
});

test("no line of a program is longer than 80 columns", () => {
  const programs = CHAPTERS.map(({ program }) => program);
  for (const file of programs) {
    for (const line of read(file).split("\n")) {
      assert.ok([...line].length <= 80, `${shortPath(file)}: ${line}`);
    }
  }
});
