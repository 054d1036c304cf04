/** What a group reads about its hand-in: Markdown, made of the JSON document. */
import type {
  Coverage,
  GradedRequirement,
  Submission,
} from "../grade/report.ts";
import type { Contribution } from "./contributions.ts";
import type { Choice } from "./hand_in.ts";

/** Where a hand-in comes from; left out for a folder that is no repository. */
export interface Origin {
  readonly choice: Choice;
  readonly contributions: readonly Contribution[];
}

/** Text of strangers, as text: neither markup nor HTML. */
function plain(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\`*_{}[\]<>#|~&!]/g, (sign) => `\\${sign}`);
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

/** One requirement that has lost its point, or nearly: what was seen. */
function lost({ id, feedback, checks }: GradedRequirement): string {
  // One drawing each for what went wrong; the first failure says most.
  const shown = checks.filter(
    ({ verdict, transcript }) =>
      (verdict === "fail" || verdict === "unstable") && transcript !== "",
  );
  const drawings = shown.map(({ id, transcript }) =>
    [
      ...(shown.length > 1 ? [`In the check \`${id}\`:`] : []),
      fenced(transcript),
    ].join("\n\n"),
  );
  return [`### \`${id}\``, plain(feedback), ...drawings].join("\n\n");
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
  const conversation = (submission as { conversation?: string }).conversation;
  const parts = [
    `# Exercise 4, ${plain(name)}: ${points} of ${maxPoints} points`,
    ...(origin ? [plain(origin.choice.why)] : []),
    ...(origin && origin.choice.warnings.length > 0
      ? [bullets(origin.choice.warnings)]
      : []),
    ["| requirement | seen | points |", "|---|---|---|", ...rows].join("\n"),
    ...section("What to mend", ...wrong.map(lost)),
    ...section(
      "Beyond the ten points",
      robustness.length === 0
        ? ""
        : `${seen} of ${robustness.length} checks of robustness passed. They give no points; they show what happens outside of a quiet room.`,
      beyond
        .map(({ id, cause }) => `- \`${id}\`: ${plain(cause || "not seen")}`)
        .join("\n"),
    ),
    ...section(
      "Your client talks to your server",
      conversation === undefined ? "" : fenced(conversation),
    ),
    ...section(
      "Which lines ran",
      coverage.join("\n"),
      coverage.length === 0
        ? ""
        : "This gives no points: it shows where the checks have not looked.",
    ),
    ...section("Notes", bullets(submission.notes)),
    ...section("Who contributed", origin ? people(origin.contributions) : ""),
  ];
  return `${parts.join("\n\n")}\n`;
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
