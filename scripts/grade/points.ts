/** From the results of checks to points and to sentences for the student. */
import { REQUIREMENTS, type Requirement } from "../room/check.ts";
import type { Result, Verdict } from "../verdict/hold.ts";
import type { Strand } from "../workbook/chapters.ts";
import type { GradedCheck, GradedRequirement, Robustness } from "./report.ts";

/** A result as the report needs it: what was said and done, drawn. */
export type Outcome = Omit<Result, "transcript"> & { readonly diagram: string };

/** Worst first: a requirement has the worst verdict of its checks. */
const WORST: readonly Verdict[] = [
  "fail",
  "infrastructure",
  "not reached",
  "unstable",
  "pass",
];

/** Verdicts with which a point is given: a doubt is the student's. */
const GIVEN: readonly Verdict[] = ["pass", "unstable"];

/** What a check's result says to its student: what happened, why, what to do. */
export function feedback({
  message,
  cause,
  verdict,
  skipped,
}: Outcome): string {
  if (verdict === "pass") return "";
  if (verdict === "infrastructure") {
    return `This was not graded, and that is the grader's fault: ${message}`;
  }
  if (skipped) return message;
  if (verdict === "not reached") {
    return cause ? `${message} ${cause.says}` : message;
  }
  const sentences = [/[.!?]$/.test(message) ? message : `${message}.`];
  if (cause) {
    const [chapter, heading] = cause.read;
    sentences.push(cause.says, cause.mend);
    sentences.push(`Read on: chapters/${chapter}, "${heading}".`);
  }
  return sentences.join(" ");
}

/** One check as the report has it. */
function gradedCheck(result: Outcome): GradedCheck {
  const { check, verdict } = result;
  return {
    id: check.id,
    verdict,
    graded: check.graded,
    cause: feedback(result),
    transcript: result.diagram,
  };
}

/** One requirement, from the results of its graded checks. */
function requirement(
  id: Requirement,
  results: readonly Outcome[],
): GradedRequirement {
  const own = results.filter(
    ({ check }) => check.graded && check.requirement === id,
  );
  // What cannot be looked at with this program says nothing of it.
  const held = own.filter(({ skipped }) => !skipped);
  const verdict =
    WORST.find((one) => held.some((result) => result.verdict === one)) ??
    "infrastructure";
  const points = GIVEN.includes(verdict) ? 1 : 0;
  // One sentence once, though two checks say it.
  const bad = held
    .filter((result) => result.verdict !== "pass")
    .sort((a, b) => WORST.indexOf(a.verdict) - WORST.indexOf(b.verdict));
  // What was not reached because of another of them says nothing new.
  const reached = bad.filter((result) => result.verdict !== "not reached");
  const told = reached.length > 0 ? reached : bad.slice(0, 1);
  const said = new Set(told.map(feedback));
  return {
    id,
    points,
    maxPoints: 1,
    verdict,
    feedback: verdict === "pass" ? "" : [...said].join(" "),
    checks: own.map(gradedCheck),
  };
}

/** The five requirements of a program that is not there, or cannot be run. */
export function withoutProgram(
  strand: Strand,
  why: string,
): GradedRequirement[] {
  return REQUIREMENTS.filter((id) => id.startsWith(strand)).map((id) => ({
    id,
    points: 0,
    maxPoints: 1,
    verdict: "fail",
    feedback: why,
    checks: [],
  }));
}

/** The five requirements of a program, from the results of its checks. */
export function requirements(
  strand: Strand,
  results: readonly Outcome[],
): GradedRequirement[] {
  return REQUIREMENTS.filter((id) => id.startsWith(strand)).map((id) =>
    requirement(id, results),
  );
}

/** The checks beyond the ten points. */
export function robustness(results: readonly Outcome[]): Robustness[] {
  return results
    .filter(({ check }) => !check.graded)
    .map((result) => ({
      id: result.check.id,
      verdict: result.verdict,
      cause: feedback(result),
    }));
}

/** The five requirements of a program that the grader could not grade. */
export function notGraded(strand: Strand, why: string): GradedRequirement[] {
  return withoutProgram(strand, "").map((one) => ({
    ...one,
    verdict: "infrastructure",
    feedback: `This was not graded, and that is the grader's fault: ${why}.`,
  }));
}
