/** A whole program, and what is new in it, as HTML. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { structuredPatch } from "diff";
import { type Chapter, chaptersUpTo, shortPath } from "../workbook/chapters.ts";
import { isMarker, readRegions } from "./listings.ts";
import { escaped } from "./markup.ts";

/** Turns code into coloured HTML, its lines joined by `<br/>`. */
export type Highlight = (code: string) => string;

const isComment = (line: string) => /^\s*(\/\/|\/\*|\*)/.test(line);

/** The lines of a program without the marks of its regions. */
function codeLines(file: string): string[] {
  return readFileSync(file, "utf8").trimEnd().split("\n");
}

function coloured(lines: readonly string[], highlight: Highlight): string[] {
  return highlight(lines.join("\n")).split(/<br\s*\/?>|\n/);
}

/** The whole program of a chapter; a region's lines can be linked to. */
export function programHTML(chapter: Chapter, highlight: Highlight): string {
  const lines = codeLines(chapter.program);
  const html = coloured(lines, highlight);
  const anchors = new Set(readRegions(chapter.program).map((one) => one.first));
  const rows = lines.map((line, n) => {
    if (isMarker(line)) return "";
    const id = anchors.has(n + 1) ? ` id="L${n + 1}"` : "";
    const kind = isComment(line) ? ' class="cm"' : "";
    return `<span${id}${kind}><i>${n + 1}</i>${html[n] ?? ""}\n</span>`;
  });
  const name = shortPath(chapter.program);
  const count = lines.filter((line) => !isMarker(line)).length;
  return `<details class="program" id="program"><summary>The whole program: <code>${name}</code>, ${count} lines</summary><label class="fold"><input type="checkbox"> without its comments</label><pre class="numbered" tabindex="0"><code>${rows.join("")}</code></pre></details>`;
}

/** What is new since the chapter before, as changed lines with some around. */
export function changesHTML(chapter: Chapter, highlight: Highlight): string {
  const before = chaptersUpTo(chapter).at(-2);
  if (!before) return "";
  const without = (file: string) =>
    codeLines(file).filter((line) => !isMarker(line));
  const old = without(before.program);
  const now = without(chapter.program);
  const oldHTML = coloured(old, highlight);
  const nowHTML = coloured(now, highlight);
  const { hunks } = structuredPatch(
    "",
    "",
    old.join("\n"),
    now.join("\n"),
    "",
    "",
    { context: 2 },
  );
  let added = 0;
  let removed = 0;
  const rows: string[] = [];
  for (const hunk of hunks) {
    let from = hunk.oldStart - 1;
    let to = hunk.newStart - 1;
    if (rows.length > 0) rows.push('<span class="gap">⋯\n</span>');
    for (const line of hunk.lines) {
      const sign = line[0] ?? " ";
      if (sign === "\\") continue;
      const comment = isComment(line.slice(1)) ? " cm" : "";
      if (sign === "-") {
        removed++;
        rows.push(
          `<del class="${comment.trim()}"><i>−</i>${oldHTML[from++] ?? ""}\n</del>`,
        );
      } else if (sign === "+") {
        added++;
        rows.push(
          `<ins class="${comment.trim()}"><i>+</i>${nowHTML[to++] ?? ""}\n</ins>`,
        );
      } else {
        rows.push(
          `<span class="${comment.trim()}"><i> </i>${nowHTML[to++] ?? ""}\n</span>`,
        );
        from++;
      }
    }
  }
  const marks = rows.join("").replaceAll(' class=""', "");
  return `<details class="program" id="changes"><summary>What is new since chapter ${before.number}: ${added} lines more, ${removed} gone</summary><label class="fold"><input type="checkbox"> without comments</label><pre class="changes" tabindex="0"><code>${marks}</code></pre></details>`;
}

/** The lines in which a wrong program differs from the chapter's, as text. */
export function differenceHTML(wrong: string, right: string): string {
  const bare = (file: string) =>
    codeLines(file).filter(
      (line) => !isMarker(line) && !isComment(line) && line.trim() !== "",
    );
  const { hunks } = structuredPatch(
    "",
    "",
    bare(right).join("\n"),
    bare(wrong).join("\n"),
    "",
    "",
    { context: 1 },
  );
  const rows = hunks.flatMap((hunk, n) => [
    ...(n > 0 ? ['<span class="gap">⋯\n</span>'] : []),
    ...hunk.lines
      .filter((line) => !line.startsWith("\\"))
      .map((line) => {
        const sign = line[0];
        const text = escaped(line.slice(1));
        if (sign === "-") return `<del><i>−</i>${text}\n</del>`;
        if (sign === "+") return `<ins><i>+</i>${text}\n</ins>`;
        return `<span><i> </i>${text}\n</span>`;
      }),
  ]);
  const name = path.basename(wrong);
  return `<details class="program"><summary>How <code>${name}</code> differs from the chapter’s program</summary><pre class="changes" tabindex="0"><code>${rows.join("")}</code></pre></details>`;
}
