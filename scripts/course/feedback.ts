/** What a group reads about its hand-in: Markdown, made of the JSON document. */

import { caughtOf } from "../grade/own_tests.ts";
import type {
  Coverage,
  GradedRequirement,
  OwnTests,
  Submission,
} from "../grade/report.ts";
import { otherNotes } from "../grade/summary.ts";
import type { Contribution } from "./contributions.ts";
import type { Choice } from "./hand_in.ts";

/** Where a hand-in comes from; left out for a folder that is no repository. */
export interface Origin {
  readonly choice: Choice;
  readonly contributions: readonly Contribution[];
}

/** Text of strangers, as text: neither markup nor HTML. */
function plain(text: string): string {
  return (
    text
      .replace(/\s+/g, " ")
      .replace(/[\\`*{}[\]<>#|~&!]/g, (sign) => `\\${sign}`)
      // Inside a word it is only an underscore, in most dialects.
      .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
  );
}

/** A drawing in a fence that is longer than any in it. */
function fenced(text: string): string {
  const longest = Math.max(
    0,
    ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length),
  );
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${fence}text\n${text}\n${fence}`;
}

const bullets = (lines: readonly string[]) =>
  lines.map((line) => `- ${plain(line)}`).join("\n");

const WORDS = {
  pass: "yes",
  fail: "no",
  "not reached": "not reached",
  infrastructure: "not graded",
  unstable: "yes, but once not",
} as const;

function section(title: string, ...parts: string[]): string[] {
  const body = parts.filter((part) => part !== "");
  return body.length === 0 ? [] : [`## ${title}`, ...body];
}

/** Requirements that have lost their points, or nearly: what was seen. */
function lost(wrong: readonly GradedRequirement[]): string[] {
  // A program that is missing is said once, not five times.
  const same = new Map<string, GradedRequirement[]>();
  for (const one of wrong) {
    const key = one.checks.length === 0 ? one.feedback : one.id;
    same.set(key, [...(same.get(key) ?? []), one]);
  }
  return [...same.values()].map((ones) => {
    const heading = ones.map(({ id }) => `\`${id}\``).join(", ");
    const [{ feedback, checks }] = ones as [GradedRequirement];
    const shown = checks.filter(
      ({ verdict, transcript }) =>
        (verdict === "fail" || verdict === "unstable") && transcript !== "",
    );
    const drawings = shown.map(({ id, transcript }) => {
      const drawn = fenced(transcript);
      return shown.length > 1 ? `In the check \`${id}\`:\n\n${drawn}` : drawn;
    });
    return [`### ${heading}`, plain(feedback), ...drawings].join("\n\n");
  });
}

/** Checks of robustness that did not pass, and those that were not reached. */
function beyondPoints(beyond: Submission["robustness"]): string {
  const reached = beyond.filter(({ verdict }) => verdict !== "not reached");
  const rest = beyond.filter(({ verdict }) => verdict === "not reached");
  const lines = reached.map(
    ({ id, cause }) => `- \`${id}\`: ${plain(cause || "not seen")}`,
  );
  if (rest.length > 0) {
    const ids = rest.map(({ id }) => `\`${id}\``).join(", ");
    lines.push(
      `- Not reached, since something before them is missing: ${ids}.`,
    );
  }
  return lines.join("\n");
}

function covered(name: string, coverage: Coverage | undefined): string[] {
  if (!coverage) return [];
  const { lines, branches, functions, uncovered } = coverage;
  const never =
    uncovered === ""
      ? "Every line ran."
      : `Lines that never ran: ${uncovered}.`;
  return [
    `- **${name}**: ${round(lines)} % of lines, ${round(branches)} % of branches, ${round(functions)} % of functions. ${never}`,
  ];
}

const round = (percent: number) => Math.round(percent * 10) / 10;

/** Mistakes that were not caught, at most so many of them. */
const MOST_MISSED = 12;

/** What the students' own tests are worth. */
function ownTests(tests: OwnTests): string[] {
  const { files, count, problem, failing, falseAlarms, mistakes } = tests;
  const names = files.map((file) => `\`${plain(file)}\``).join(", ");
  const number = count === 1 ? "1 test" : `${count} tests`;
  if (problem !== "") return [`${names}: not rated. ${plain(problem)}`];
  const parts = [`${names}: ${number}. ${plain(caughtOf(tests))}`];
  const lines = [
    ...(failing.length > 0
      ? [`Your own programs do not pass: ${quoted(failing)}.`]
      : []),
    ...falseAlarms.map(
      ({ program, tests }) =>
        `False alarm: ${program} is correct, and does not pass: ${quoted(tests)}. Such a test counts for nothing.`,
    ),
  ];
  parts.push(bullets(lines));
  const missed = mistakes.filter(({ caught }) => !caught);
  if (missed.length > 0) {
    const shown = missed.slice(0, MOST_MISSED);
    const rest = missed.length - shown.length;
    parts.push(
      "Not caught:",
      bullets([
        ...shown.map(({ name, what }) => `${name}: ${what}`),
        ...(rest > 0 ? [`and ${rest} more`] : []),
      ]),
    );
  }
  const coverage = [
    ...covered("Server", tests.coverage.server),
    ...covered("Client", tests.coverage.client),
  ];
  if (coverage.length > 0) {
    parts.push("What your tests run of your programs:", coverage.join("\n"));
  }
  return parts;
}

const quoted = (texts: readonly string[]) =>
  texts.map((text) => `"${text}"`).join(", ");

/** The feedback for one hand-in. */
export function feedback(submission: Submission, origin?: Origin): string {
  const { name, points, maxPoints, requirements, robustness } = submission;
  const rows = requirements.map(
    ({ id, points, maxPoints, verdict }) =>
      `| \`${id}\` | ${WORDS[verdict]} | ${points} of ${maxPoints} |`,
  );
  const wrong = requirements.filter(({ verdict }) => verdict !== "pass");
  const beyond = robustness.filter(({ verdict }) => verdict !== "pass");
  const seen = robustness.length - beyond.length;
  const coverage = [
    ...covered("Server", submission.coverage.server),
    ...covered("Client", submission.coverage.client),
  ];
  const { why = "", warnings = [] } = origin?.choice ?? {};
  const said = (one: string) => one !== why;
  const { conversation = "" } = submission;
  const parts = [
    `# Exercise 4, ${plain(name)}: ${points} of ${maxPoints} points`,
    ...(why === "" ? [] : [plain(why)]),
    bullets(warnings.filter(said)),
    ["| requirement | seen | points |", "|---|---|---|", ...rows].join("\n"),
    ...section("What to mend", ...lost(wrong)),
    ...section(
      "Beyond the ten points",
      robustness.length === 0
        ? ""
        : `${seen} of ${robustness.length} checks of robustness passed. They give no points; they show what happens outside of a quiet room.`,
      beyondPoints(beyond),
    ),
    ...section("Your client talks to your server", plain(conversation)),
    ...section(
      "Your own tests",
      ...(submission.tests ? ownTests(submission.tests) : []),
    ),
    ...section(
      "Which lines ran",
      coverage.join("\n"),
      coverage.length === 0
        ? ""
        : "This gives no points: it shows where the checks have not looked.",
    ),
    ...section("Notes", bullets(otherNotes(submission).filter(said))),
    ...section("Who contributed", origin ? people(origin.contributions) : ""),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function people(contributions: readonly Contribution[]): string {
  if (contributions.length === 0) return "";
  const rows = contributions.map(
    ({ name, commits, lines }) => `| ${plain(name)} | ${commits} | ${lines} |`,
  );
  return [
    ["| who | commits | lines |", "|---|---|---|", ...rows].join("\n"),
    "Commits up to the hand-in, and lines of it that come from them. Who is named by `Co-authored-by` counts too, so that a line of two counts for both. This is information, and no measure of anybody's work.",
  ].join("\n\n");
}
