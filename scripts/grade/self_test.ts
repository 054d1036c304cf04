/**
 * The grader graded: hand-ins whose points are known beforehand. The template
 * must get nothing, every correct design all, and each wrong program must lose
 * what its header says and nothing else.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { collectChecks } from "../room/check.ts";
import {
  CHAPTERS,
  chaptersUpTo,
  ROOT,
  type Strand,
} from "../workbook/chapters.ts";
import { readDesigns } from "../workbook/designs.ts";
import { readMistakes } from "../workbook/mistakes.ts";
import type { Grader } from "./grade.ts";
import type { Submission } from "./report.ts";

/** A hand-in with known points. */
export interface Known {
  readonly name: string;
  /** Files of the workbook, and what they are called in the hand-in. */
  readonly files: readonly { from: string; to: string }[];
  /** The requirements that are looked at. */
  readonly requirements: readonly string[];
  /** Those of them that must be lost. */
  readonly loses: readonly string[];
}

const named = (strand: Strand, file: string) => ({
  from: file,
  to: `ex_04_${strand}${path.extname(file)}`,
});

/** All hand-ins whose points are known, the template first. */
export async function knownHandIns(): Promise<Known[]> {
  const graded = (await collectChecks(CHAPTERS)).filter((one) => one.graded);
  const all = [...new Set(graded.map(({ requirement }) => requirement))];
  const of = (strand: Strand) => all.filter((id) => id.startsWith(strand));
  const pair = (folder: string) =>
    (["server", "client"] as const).map((strand) =>
      named(strand, path.join(folder, `ex_04_${strand}.ts`)),
    );
  const template = path.join(ROOT, "scripts", "student", "starting_points");
  const solutions = path.join(ROOT, "solutions");
  const whole = [
    { name: "template", files: pair(template), requirements: all, loses: all },
    { name: "reference", files: pair(solutions), requirements: all, loses: [] },
  ];
  const designs = readDesigns().map(({ name, strand, file }) => ({
    name: `${name} ${strand}`,
    files: [named(strand, file)],
    requirements: of(strand),
    loses: [],
  }));
  // A wrong program grows with its chapter: what later ones add, it lacks.
  const mistakes = readMistakes().map(({ name, chapter, file, ...says }) => ({
    name,
    files: [named(chapter.strand, file)],
    requirements: of(chapter.strand).filter((id) =>
      graded
        .filter(({ requirement }) => requirement === id)
        .every((check) => chaptersUpTo(chapter).includes(check.chapter)),
    ),
    loses: says.loses.filter((id) => !says.given.includes(id)),
  }));
  return [...whole, ...designs, ...mistakes];
}

/** What is not as it is known to be, in a sentence; nothing when all is. */
function problem(known: Known, { requirements }: Submission) {
  const looked = requirements.filter(({ id }) =>
    known.requirements.includes(id),
  );
  const fault = looked.find(({ verdict }) => verdict === "infrastructure");
  if (fault) return fault.feedback;
  const lost = looked.filter(({ points }) => points === 0).map(({ id }) => id);
  const told = (ids: readonly string[]) => [...ids].sort().join(", ");
  if (told(lost) === told(known.loses)) return undefined;
  return `loses ${told(lost) || "nothing"}, must lose ${told(known.loses) || "nothing"}`;
}

/**
 * Grades them all. Resolves to what is not as it should be, a sentence each.
 *
 * @param onKnown called with each as it is graded
 */
export async function selfTest(
  grader: Grader,
  known: readonly Known[],
  onKnown: (name: string, problem: string | undefined) => void = () => {},
): Promise<string[]> {
  const top = mkdtempSync(path.join(os.tmpdir(), "chat-self-test-"));
  try {
    const found = await Promise.all(
      known.map(async (one, n) => {
        const folder = path.join(top, String(n));
        mkdirSync(folder);
        for (const { from, to } of one.files) {
          copyFileSync(from, path.join(folder, to));
        }
        const { name } = one;
        const wrong = problem(one, await grader.grade({ name, folder }));
        onKnown(name, wrong);
        return wrong === undefined ? [] : [`${name} ${wrong}`];
      }),
    );
    return found.flat();
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}
