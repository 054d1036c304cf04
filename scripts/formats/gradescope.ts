/**
 * A hand-in's grade as Gradescope reads it from `results.json`. The fields are
 * written down in `gradescope.schema.json`, with their source.
 */
import { toldOf } from "../grade/own_tests.ts";
import type { GradedRequirement, Submission } from "../grade/report.ts";

/** What a requirement's test shows to the student. */
function output({ feedback, checks }: GradedRequirement): string {
  const failed = checks.filter(({ verdict }) => verdict === "fail");
  const parts = [feedback, ...failed.map(({ transcript }) => transcript)];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** The document for one hand-in. */
export function asGradescope(submission: Submission): object {
  const { points, maxPoints, notes, requirements, robustness, tests } =
    submission;
  return {
    score: points,
    output: [`${points} of ${maxPoints} points.`, ...notes].join("\n"),
    output_format: "text",
    test_output_format: "text",
    test_name_format: "text",
    visibility: "visible",
    stdout_visibility: "hidden",
    tests: [
      ...requirements.map((one, at) => ({
        score: one.points,
        max_score: one.maxPoints,
        status: one.points === one.maxPoints ? "passed" : "failed",
        name: one.id,
        number: String(at + 1),
        output: output(one),
        tags: ["points"],
        visibility: "visible",
        extra_data: { verdict: one.verdict },
      })),
      // Without a score of their own: Gradescope adds up what has one.
      ...robustness.map(({ id, verdict, cause }) => ({
        status: verdict === "pass" ? "passed" : "failed",
        name: `${id} (beyond the points)`,
        output: cause,
        tags: ["robustness"],
        visibility: "visible",
        extra_data: { verdict },
      })),
      ...(tests
        ? [
            {
              name: "own tests (beyond the points)",
              output: toldOf(tests),
              tags: ["own tests"],
              visibility: "visible",
            },
          ]
        : []),
    ],
  };
}
