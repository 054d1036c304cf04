/**
 * Grades as JUnit XML, which CI systems show beside a commit. Its elements are
 * written down in `junit.xsd`, with their source.
 */
import { XMLBuilder } from "fast-xml-parser";
import { toldOf } from "../grade/own_tests.ts";
import type {
  GradedRequirement,
  GradeReport,
  Submission,
} from "../grade/report.ts";
import type { Verdict } from "../verdict/hold.ts";

/** What stands in a test case: nothing when it has passed. */
type Outcome = "failure" | "error" | "skipped" | undefined;

interface Case {
  readonly name: string;
  readonly classname: string;
  readonly outcome: Outcome;
  readonly verdict: Verdict;
  readonly message: string;
  readonly text: string;
}

/** A requirement that has lost its point is never shown as skipped. */
function ofRequirement(name: string, one: GradedRequirement): Case {
  const { id, verdict, feedback, checks } = one;
  const failed = checks.filter(({ verdict }) => verdict === "fail");
  const full = one.points === one.maxPoints;
  return {
    name: id,
    classname: `${name}.${id.split(".")[0]}`,
    outcome:
      verdict === "infrastructure" ? "error" : full ? undefined : "failure",
    verdict,
    message: feedback,
    text: failed.map(({ transcript }) => transcript).join("\n\n"),
  };
}

/** Beyond the points nothing fails a build: it is shown, as skipped. */
function ofRobustness(
  name: string,
  one: Submission["robustness"][number],
): Case {
  const passed = one.verdict === "pass";
  return {
    name: one.id,
    classname: `${name}.robustness`,
    outcome: passed ? undefined : "skipped",
    verdict: one.verdict,
    message: one.cause || one.verdict,
    text: "",
  };
}

/** Text without what XML 1.0 does not allow. */
const allowed = (text: string) =>
  text
    .replace(/\p{Surrogate}/gu, "\ufffd")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these it is about
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");

function testcase({ name, classname, outcome, ...about }: Case) {
  const attributes = {
    "@name": allowed(name),
    "@classname": allowed(classname),
  };
  if (outcome === undefined) return attributes;
  return {
    ...attributes,
    [outcome]: {
      "@message": allowed(about.message).replace(/\s+/g, " "),
      "@type": about.verdict,
      ...(about.text !== "" && { "#text": allowed(about.text) }),
    },
  };
}

/** The document, a suite for each hand-in. */
export function asJUnit({ submissions }: GradeReport): string {
  const suites = submissions.map((one) => {
    const cases = [
      ...one.requirements.map((each) => ofRequirement(one.name, each)),
      ...one.robustness.map((each) => ofRobustness(one.name, each)),
    ];
    const count = (outcome: Outcome) =>
      cases.filter((each) => each.outcome === outcome).length;
    const counts = {
      "@tests": cases.length,
      "@failures": count("failure"),
      "@errors": count("error"),
    };
    const said = [...one.notes, ...(one.tests ? [toldOf(one.tests)] : [])];
    const notes = said.length > 0 && {
      "system-out": allowed(said.join("\n")),
    };
    return {
      counts,
      suite: {
        "@name": allowed(one.name),
        ...counts,
        "@skipped": count("skipped"),
        testcase: cases.map(testcase),
        ...notes,
      },
    };
  });
  const sum = (name: "@tests" | "@failures" | "@errors") =>
    suites.reduce((total, { counts }) => total + counts[name], 0);
  const builder = new XMLBuilder({
    attributeNamePrefix: "@",
    ignoreAttributes: false,
    format: true,
    suppressEmptyNode: true,
  });
  const document = {
    testsuites: {
      "@name": "chat over TCP",
      "@tests": sum("@tests"),
      "@failures": sum("@failures"),
      "@errors": sum("@errors"),
      testsuite: suites.map(({ suite }) => suite),
    },
  };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(document)}`;
}
