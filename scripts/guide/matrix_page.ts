/** The kill matrix as a page: every program under every check. */
import {
  type Cell,
  columnsOf,
  type Recorded,
  readRecorded,
} from "../matrix/recorded.ts";
import { allRows, type Row } from "../matrix/rows.ts";
import type { Check } from "../room/check.ts";
import { CHAPTERS, ROOT, type Strand } from "../workbook/chapters.ts";
import { readMistakes } from "../workbook/mistakes.ts";
import { escaped } from "./markup.ts";
import { mistakeAnchor } from "./mistakes_page.ts";
import type { Page } from "./pages.ts";

/** What a cell says: words for who hears it, a sign of the class for who sees. */
const CELLS: Record<Cell, string> = {
  "·": '<td class="ok">passes</td>',
  "✗": '<td class="no">fails</td>',
  "–": '<td class="na">not reached</td>',
  "!": '<td class="na">could not be held</td>',
  "~": '<td class="na">unstable</td>',
  " ": "<td></td>",
};
/** The wrong program and the check that is there for it. */
const CAUGHT = '<td class="no kill">fails, as its page says</td>';

const GROUPS: readonly [Row["kind"], string][] = [
  ["chapter", "The programs of the chapters"],
  ["design", "Other correct programs"],
  ["mistake", "Wrong programs, each made for one check"],
  ["before", "The program before a chapter, under the chapter’s checks"],
];

function nameOf({ name, kind }: Row): string {
  const text = escaped(name.replaceAll("_", " ").replace("/", ": "));
  if (kind === "mistake") {
    return `<a href="../mistakes/index.html#${mistakeAnchor(name)}">${text}</a>`;
  }
  return kind === "chapter"
    ? `<a href="../chapters/${name}/index.html">${text}</a>`
    : text;
}

function head(checks: readonly Check[], strand: Strand): string {
  const chapters = CHAPTERS.map(({ name, number }) => ({
    number,
    width: checks.filter(({ chapter }) => chapter.name === name).length,
  })).filter(({ width }) => width > 0);
  const first = chapters.map(
    ({ number, width }) =>
      `<th scope="colgroup" colspan="${width}"><a href="#${strand}-1">${number}</a></th>`,
  );
  const groups = first.map((one, n) => {
    const at = chapters.slice(0, n).reduce((sum, { width }) => sum + width, 1);
    return one.replace(`#${strand}-1`, `#${strand}-${at}`);
  });
  const numbers = checks.map(
    ({ title }, n) =>
      `<th scope="col"><a href="#${strand}-${n + 1}" title="${escaped(title)}">${n + 1}</a></th>`,
  );
  return `<thead><tr><th scope="col" rowspan="2">program</th>${groups.join("")}</tr><tr>${numbers.join("")}</tr></thead>`;
}

function body(
  rows: readonly Row[],
  checks: readonly Check[],
  recorded: Recorded,
): string {
  const killer = new Map(readMistakes().map((one) => [one.name, one.caughtBy]));
  return GROUPS.map(([kind, title]) => {
    const lines = rows
      .filter((row) => row.kind === kind)
      .map((row) => {
        const cells = [...(recorded.rows[row.name] ?? "")].map((cell, n) =>
          cell === "✗" && killer.get(row.name) === checks[n]?.id
            ? CAUGHT
            : CELLS[cell as Cell],
        );
        return `<tr><th scope="row">${nameOf(row)}</th>${cells.join("")}</tr>`;
      });
    return `<tbody><tr class="group"><th scope="rowgroup"><span>${title}</span></th><td colspan="${checks.length}"></td></tr>${lines.join("")}</tbody>`;
  }).join("");
}

async function matrixOf(strand: Strand, rows: readonly Row[]): Promise<string> {
  const checks = await columnsOf(strand);
  const own = rows.filter((row) => row.strand === strand);
  const table = `<table class="matrix">${head(checks, strand)}${body(own, checks, readRecorded()[strand])}</table>`;
  const legend = checks.map(
    ({ title, chapter }, n) =>
      `<li id="${strand}-${n + 1}">${escaped(title)} <small>chapter ${chapter.number}</small></li>`,
  );
  return `## The ${strand}\n\n<div class="scroll sheet-of-cells" tabindex="0" role="region" aria-label="Matrix of the ${strand}">${table}</div>\n\n### The checks of the ${strand}\n\n<ol class="legend">${legend.join("")}</ol>\n`;
}

export async function matrixPage(): Promise<Page> {
  const rows = await allRows();
  const tables = [
    await matrixOf("server", rows),
    await matrixOf("client", rows),
  ];
  return {
    url: "matrix/index.html",
    title: "The kill matrix",
    short: "Kill matrix",
    folder: ROOT,
    wide: true,
    markdown: `# Every program under every check

A check that catches nothing proves nothing, and one that catches a correct program is worse. So each program of the workbook stands here under the checks that were held with it, in a run of \`npm run matrix\`; \`npm test\` fills the matrix again and fails where it differs.

<ul class="signs"><li><span class="cell ok"></span> passes</li><li><span class="cell no"></span> fails</li><li><span class="cell no kill"></span> fails: the check that is there for this mistake</li><li><span class="cell na"></span> not reached: a check that it builds on failed</li><li>blank: not held</li></ul>

${tables.join("\n")}`,
  };
}
