/**
 * npm run grade -- FOLDER… [--json FILE|-] [--seed N] [--lenient-names]
 * npm run grade -- --course LIST --deadline TIME [--out FOLDER] [--publish]
 * npm run grade -- --admission TABLE…
 * npm run grade -- --self-test
 *
 * Gives points to hand-ins: ten requirements, one point each, with what every
 * program did. The points say nothing of the exit code: 0 when all is graded.
 */
import path from "node:path";
import { run, UsageError } from "./command/run.ts";
import { expectFolder, isFolder, writeWhole } from "./command/whole_file.ts";
import { parseCommand } from "./command/words.ts";
import { readCourse, runAdmission, runCourse } from "./course/command.ts";
import { feedback } from "./course/feedback.ts";
import { asCSV } from "./formats/csv.ts";
import { asGradescope } from "./formats/gradescope.ts";
import { asJUnit } from "./formats/junit.ts";
import { Grader } from "./grade/grade.ts";
import { isNearMiss, TAKE_NEARLY } from "./grade/hand_in.ts";
import type { GradeReport, Submission } from "./grade/report.ts";
import { knownHandIns, selfTest } from "./grade/self_test.ts";
import { summary } from "./grade/summary.ts";
import { newSeed } from "./room/tokens.ts";

/** Other people's formats: what each is called here, and made of. */
const FORMATS = {
  csv: asCSV,
  junit: asJUnit,
  gradescope({ submissions }: GradeReport) {
    const [one] = submissions as [Submission];
    return `${JSON.stringify(asGradescope(one), null, 2)}\n`;
  },
  feedback({ submissions }: GradeReport) {
    return submissions.map((one) => feedback(one)).join("\n");
  },
} as const;
type Format = keyof typeof FORMATS;
/** The options that name a file to be written. */
const OUTPUTS = [...(Object.keys(FORMATS) as Format[]), "json"] as const;

/** The options that make sense with a --course alone. */
const OF_A_COURSE = [
  ...(["deadline", "out", "path", "again", "publish", "push"] as const),
  "dry-run",
] as const;

/** Says that an option would be ignored, where it would be. */
function goesAlone(
  name: string,
  options: object,
  positionals: readonly string[],
  allowed: readonly string[] = [],
) {
  const other = Object.keys(options).find(
    (one) => one !== name && !allowed.includes(one),
  );
  const [word] = positionals;
  if (other === undefined && word === undefined) return;
  throw new UsageError(
    `--${name} does not go together with ${other === undefined ? word : `--${other}`}.`,
  );
}

/** Grades hand-ins whose points are known; 1 when one gets others. */
async function gradeItself(): Promise<number> {
  const grader = await Grader.open({
    seed: newSeed(),
    pointsOnly: true,
    onNotice: (sentence) => console.error(sentence),
  });
  try {
    const known = await knownHandIns();
    const problems = await selfTest(grader, known, (name, problem) => {
      console.log(problem ? `✗ ${name} ${problem}` : `✓ ${name}`);
    });
    console.log(
      `\n${known.length - problems.length} of ${known.length} hand-ins got the points that are known.`,
    );
    return problems.length === 0 ? 0 : 1;
  } finally {
    await grader.close();
  }
}

await run(
  {
    usage: `npm run grade -- FOLDER… [options]
npm run grade -- --course LIST --deadline TIME [options]
npm run grade -- --admission TABLE… [--out FILE]`,
    about: "Gives points to hand-ins, and tells what their programs did.",
    options: {
      json: {
        type: "string",
        help: "FILE for the report as JSON; - is stdout",
      },
      seed: { type: "string", help: "N, for the same random lines again" },
      "server-command": { type: "string", help: "how to start the server" },
      "client-command": { type: "string", help: "how to start the client" },
      build: { type: "string", help: "what to run in the folder before" },
      "lenient-names": { type: "boolean", help: "take names nearly right" },
      "all-mistakes": {
        type: "boolean",
        help: "rate the students' own tests by all mistakes",
      },
      "self-test": { type: "boolean", help: "grade what is known beforehand" },
      csv: { type: "string", help: "FILE for the points as a table" },
      junit: { type: "string", help: "FILE for JUnit XML" },
      gradescope: { type: "string", help: "FILE for Gradescope; one folder" },
      feedback: { type: "string", help: "FILE for the feedback as Markdown" },
      course: { type: "string", help: "LIST of groups, a CSV file" },
      deadline: { type: "string", help: "TIME: 2026-11-20T12:00+01:00" },
      out: {
        type: "string",
        help: "FOLDER of a course's reports; groups of before stay",
      },
      path: { type: "string", help: "FOLDER of the exercise in repositories" },
      again: { type: "boolean", help: "also what is graded already" },
      publish: { type: "boolean", help: "feedback onto the branch grading" },
      "dry-run": { type: "boolean", help: "only say what --publish would do" },
      push: { type: "boolean", help: "push what --publish made" },
      admission: { type: "boolean", help: "who is admitted, by these TABLEs" },
    },
  },
  async ({ options, positionals, number }) => {
    if (options["self-test"]) {
      goesAlone("self-test", options, positionals);
      return gradeItself();
    }
    if (options.admission) {
      goesAlone("admission", options, [], ["out"]);
      if (positionals.length === 0) throw new UsageError("Name a table.");
      return runAdmission(positionals, options.out);
    }
    const list =
      options.course === undefined
        ? undefined
        : readCourse({
            ...options,
            course: options.course,
            dryRun: options["dry-run"],
          });
    if (list && positionals.length > 0) {
      throw new UsageError("Name folders or a --course, not both.");
    }
    if (!list && positionals.length === 0) {
      throw new UsageError("Name folders, or a --course.");
    }
    if (!list) {
      for (const name of OF_A_COURSE) {
        if (options[name] === undefined) continue;
        throw new UsageError(`--${name} needs a --course.`);
      }
    }
    for (const name of OUTPUTS) {
      if (!list || !(name in options)) continue;
      throw new UsageError(`--${name} is for folders; a course has --out.`);
    }
    if (options.gradescope !== undefined && positionals.length !== 1) {
      throw new UsageError("--gradescope is of one hand-in: name one folder.");
    }
    for (const folder of positionals) {
      if (!isFolder(folder)) {
        throw new UsageError(`There is no folder ${folder}.`);
      }
    }
    // Said now, and not when a hundred hand-ins have been graded.
    for (const name of OUTPUTS) {
      const file = options[name];
      if (file === undefined || (name === "json" && file === "-")) continue;
      if (!isFolder(file)) continue;
      throw new UsageError(`--${name} takes a file, and ${file} is a folder.`);
    }
    if (list) expectFolder(path.resolve(options.out ?? "reports"));
    const seed = number("seed") ?? newSeed();
    const server = options["server-command"];
    const client = options["client-command"];
    const quiet = options.json === "-";
    const settings = {
      commands: {
        ...(server !== undefined && { server: parseCommand(server) }),
        ...(client !== undefined && { client: parseCommand(client) }),
      },
      build:
        options.build === undefined ? undefined : parseCommand(options.build),
      lenientNames: options["lenient-names"] ?? false,
      allMistakes: options["all-mistakes"] ?? false,
    };
    const grader = await Grader.open({
      seed,
      ...settings,
      onNotice: (sentence) => console.error(sentence),
    });
    try {
      if (list && options.course !== undefined) {
        const { course } = options;
        const about = { ...options, course, dryRun: options["dry-run"] };
        return await runCourse(about, list, {
          grade: (handIn) => grader.grade(handIn),
          atOnce: grader.atOnce,
          seed,
          settings,
        });
      }
      const submissions: Submission[] = await Promise.all(
        positionals.map(async (folder) => {
          const name = path.basename(path.resolve(folder));
          const submission = await grader.grade({ name, folder });
          if (!quiet) console.log(summary(submission));
          return submission;
        }),
      );
      const near = submissions.some(({ requirements }) =>
        requirements.some(({ feedback }) => isNearMiss(feedback)),
      );
      if (near) console.error(TAKE_NEARLY);
      const report: GradeReport = { version: 1, seed, submissions };
      const text = `${JSON.stringify(report, null, 2)}\n`;
      if (quiet) process.stdout.write(text);
      else if (options.json !== undefined) writeWhole(options.json, text);
      for (const name of Object.keys(FORMATS) as Format[]) {
        const file = options[name];
        if (file !== undefined) writeWhole(file, FORMATS[name](report));
      }
      const failed = submissions.some(({ requirements }) =>
        requirements.some(({ verdict }) => verdict === "infrastructure"),
      );
      return failed ? 1 : 0;
    } finally {
      await grader.close();
    }
  },
);
