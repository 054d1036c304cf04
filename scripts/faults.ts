/**
 * npm run faults -- [ID…] [--json FILE]
 *
 * Does to the reference whatever a network and a system do to a program, and
 * prints what came of it. `npm test` does the same; the document is for the page
 * of the guide that tells what this server survives.
 */
import { writeFileSync } from "node:fs";
import { needsFolder, run, UsageError } from "./command/run.ts";
import {
  FAULTS,
  figureText,
  reportOf,
  type Told,
  tellOf,
} from "./faults/report.ts";

const SIGNS = { survives: "✓", known: "–", fails: "✗", skipped: " " } as const;

await run(
  {
    usage: "npm run faults -- [ID…] [--json FILE]",
    about: `Does to the reference what a network does to a program. ID is one of: ${FAULTS.map(({ id }) => id).join(", ")}.`,
    options: {
      json: { type: "string", help: "FILE for the findings, - for the output" },
    },
  },
  async ({ options, positionals }) => {
    const unknown = positionals.find((id) =>
      FAULTS.every((one) => one.id !== id),
    );
    if (unknown !== undefined) {
      throw new UsageError(
        `There is no fault "${unknown}". There are: ${FAULTS.map(({ id }) => id).join(", ")}.`,
      );
    }
    const wanted = FAULTS.filter(
      ({ id }) => positionals.length === 0 || positionals.includes(id),
    );
    // Now, not in a minute.
    if (options.json !== undefined) needsFolder(options.json);
    const told: Told[] = [];
    for (const fault of wanted) {
      const one = await tellOf(fault);
      told.push(one);
      if (options.json === "-") continue;
      console.log(`${SIGNS[one.verdict]} ${one.title}`);
      const rest = [figureText(one.figure), one.reason].filter(Boolean);
      for (const line of rest) console.log(`    ${line}`);
    }
    const text = `${JSON.stringify(reportOf(told), null, 2)}\n`;
    if (options.json === "-") process.stdout.write(text);
    else if (options.json !== undefined) writeFileSync(options.json, text);
    return told.some(({ verdict }) => verdict === "fails") ? 1 : 0;
  },
);
