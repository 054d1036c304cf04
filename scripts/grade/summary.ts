/** A hand-in's grade as a person reads it in the terminal. */
import { wrap } from "../command/wrap.ts";
import { SIGNS } from "../verdict/report.ts";
import { toldOf } from "./own_tests.ts";
import type { Submission } from "./report.ts";

const indent = (text: string, by: number) =>
  text.replace(/^(?=.)/gm, " ".repeat(by));

/** The notes that no requirement's feedback says in the same words. */
export function otherNotes({ notes, requirements }: Submission): string[] {
  const said = new Set(requirements.map(({ feedback }) => feedback));
  return notes.filter((note) => !said.has(note));
}

/** The points, each requirement, and what does not work beyond them. */
export function summary(submission: Submission): string {
  const { name, points, maxPoints } = submission;
  const lines = [`${name}: ${points} of ${maxPoints} points`];
  const { requirements } = submission;
  for (const [at, one] of requirements.entries()) {
    const { id, verdict, points, feedback } = one;
    lines.push(`  ${SIGNS[verdict]} ${id.padEnd(18)} ${points}`);
    // A program that is missing is said once, below the last of its five.
    if (feedback === requirements[at + 1]?.feedback) continue;
    if (feedback !== "") lines.push(indent(wrap(feedback, 72), 6));
  }
  const beyond = submission.robustness.filter(
    ({ verdict }) => verdict !== "pass",
  );
  if (beyond.length > 0) {
    const ids = beyond.map(({ id }) => id).join(", ");
    lines.push(indent(wrap(`Beyond the points, not seen: ${ids}.`, 76), 2));
  }
  if (submission.conversation !== undefined) {
    lines.push(indent(wrap(submission.conversation, 76), 2));
  }
  if (submission.tests) {
    lines.push(indent(wrap(toldOf(submission.tests), 76), 2));
  }
  for (const note of otherNotes(submission)) {
    lines.push(indent(wrap(`Note: ${note}`, 76), 2));
  }
  return `${lines.join("\n")}\n`;
}
