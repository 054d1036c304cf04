/**
 * The figures that the workbook prints: from the recorded run alone. Pages hold
 * a figure between two marks, and `npm run bench -- figures` writes it there:
 *
 *     <!-- figure all-to-all 07 cpuPerMillion -->0.61<!-- /figure -->
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../command/run.ts";
import { CHAPTERS, shortPath } from "../workbook/chapters.ts";
import { FIGURES, type Figure, type Results, rowOf } from "./results.ts";
import { circumstances, short } from "./table.ts";

/** Where `npm run bench -- --json` is to put the run that pages quote. */
export const RECORDED = fileURLToPath(
  new URL("results/servers.json", import.meta.url),
);

/**
 * The recorded run.
 *
 * @throws {Error} with a sentence, when there is none, or an unknown version
 */
export function readRecorded(file = RECORDED): Results {
  if (!existsSync(file)) {
    throw new Error(
      `There is no recorded run. Make one: npm run bench -- --json ${shortPath(file)}`,
    );
  }
  const results = JSON.parse(readFileSync(file, "utf8")) as Results;
  if (results.version !== 1) {
    throw new Error(
      `${shortPath(file)} has version ${results.version}, and 1 is known.`,
    );
  }
  return results;
}

/** Bytes are told in megabytes, and of one connection in kilobytes. */
const UNITS: Partial<Record<Figure, number>> = { peak: 1e6, idleBytes: 1e3 };

/**
 * A figure as a page shows it: "SCENARIO SERVER FIGURE", or "circumstances".
 * With "/ SERVER" at the end it is divided by the one of that server.
 *
 * @throws {Error} with a sentence, when nothing like it was measured
 */
export function figureText(results: Results, name: string): string {
  if (name === "circumstances") return circumstances(results);
  const [scenario = "", server = "", figure = "", , other] = name.split(" ");
  const value = (who: string) => {
    const row = rowOf(results, scenario, who);
    if (!row) throw new Error(`Nothing was measured for "${name}".`);
    if (row.fails !== undefined) return `fails: it ${row.fails}`;
    if (figure === "fails") {
      throw new Error(`"${name}": it does not fail any more.`);
    }
    if (!FIGURES.some((one) => one === figure)) {
      throw new Error(`"${name}": there is no figure ${figure}.`);
    }
    const range = row[figure as Figure];
    if (!range) throw new Error(`"${name}" was not measured.`);
    return range.median / (UNITS[figure as Figure] ?? 1);
  };
  const own = value(server);
  if (typeof own === "string") return own;
  if (other === undefined) return short(own);
  const base = value(other);
  if (typeof base === "string") throw new Error(`"${name}": ${base}.`);
  return short(own / base);
}

const MARKED = /<!-- figure ([^>]+?) -->(.*?)<!-- \/figure -->/gs;

/**
 * A page with the figures of a run.
 *
 * @throws {Error} when it names one that there is not
 */
export function withFigures(page: string, results: Results): string {
  return page.replace(
    MARKED,
    (_, name: string) =>
      `<!-- figure ${name} -->${figureText(results, name)}<!-- /figure -->`,
  );
}

/** The pages of the chapters. */
export function pages(): string[] {
  return CHAPTERS.flatMap(({ folder }) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".md"))
      .map((name) => path.join(folder, name)),
  );
}

/** npm run bench -- figures */
export function command(words: readonly string[]): Promise<void> {
  return run(
    {
      usage: "npm run bench -- figures",
      about: "Writes the figures of the recorded run into the chapters' pages.",
      options: {},
      optionsOnly: true,
    },
    async () => {
      const results = readRecorded();
      for (const page of pages()) {
        const before = readFileSync(page, "utf8");
        const after = withFigures(before, results);
        if (after === before) continue;
        writeFileSync(page, after);
        console.log(`${shortPath(page)} has the figures of the recorded run.`);
      }
      console.log(circumstances(results));
      return 0;
    },
    words,
  );
}
