/** The kill matrix as a page: which check catches which wrong program. */
import { collectChecks } from "../room/check.ts";
import { CHAPTERS, ROOT } from "../workbook/chapters.ts";
import { readMistakes } from "../workbook/mistakes.ts";
import { escaped } from "./markup.ts";
import { mistakeAnchor } from "./mistakes_page.ts";
import type { Page } from "./pages.ts";
import type { Recorder } from "./record.ts";

export async function matrixPage(recorder: Recorder): Promise<Page> {
  const checks = await collectChecks(CHAPTERS);
  const mistakes = readMistakes();
  const tables = (["server", "client"] as const).map((strand) => {
    const columns = checks.filter(({ id }) =>
      mistakes.some(
        (one) => one.caughtBy === id && one.chapter.strand === strand,
      ),
    );
    const head = columns
      .map(
        ({ title }, n) =>
          `<th scope="col"><abbr title="${escaped(title)}">${n + 1}</abbr></th>`,
      )
      .join("");
    const rows = mistakes
      .filter(({ chapter }) => chapter.strand === strand)
      .map(({ name, caughtBy, file }) => {
        const cells = columns.map(({ id }) => {
          if (id !== caughtBy) return "<td></td>";
          const { verdict, skipped } = recorder.get(id, file);
          if (skipped) return "<td>–</td>";
          return verdict === "fail" ? '<td class="kill">✗</td>' : "<td>·</td>";
        });
        return `<tr><th scope="row"><a href="../mistakes/index.html#${mistakeAnchor(name)}">${escaped(name.replaceAll("_", " "))}</a></th>${cells.join("")}</tr>`;
      });
    const legend = columns.map(
      ({ title, chapter }) =>
        `<li>${escaped(title)} <small>chapter ${chapter.number}</small></li>`,
    );
    return `## The ${strand}\n\n<div class="scroll" tabindex="0" role="region" aria-label="Matrix of the ${strand}"><table class="matrix"><thead><tr><th scope="col">wrong program</th>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>\n\n<ol class="legend">${legend.join("")}</ol>\n`;
  });
  return {
    url: "matrix/index.html",
    title: "The kill matrix",
    short: "Kill matrix",
    folder: ROOT,
    wide: true,
    markdown: `# Which check catches which mistake\n\nA check that catches nothing proves nothing. So each wrong program names the check that must catch it, and the run of the two is held when this page is built: ✗ where the check found the mistake, and named its cause. \`npm run matrix\` fills in the rest: every wrong program under all graded checks, and that no correct program is caught.\n\n${tables.join("\n")}`,
  };
}
