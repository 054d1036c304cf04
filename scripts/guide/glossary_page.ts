/** The page of the field's words, and the links from a chapter to it. */
import { CHAPTERS, ROOT } from "../workbook/chapters.ts";
import { inline, slug } from "./markup.ts";
import type { Page } from "./pages.ts";
import { WORDS } from "./words.ts";

export function glossaryPage(): Page {
  const rows = WORDS.map(({ word, means, chapter }) => {
    const found = CHAPTERS.find((one) => one.number === chapter);
    if (!found) throw new Error(`"${word}" names no chapter: ${chapter}.`);
    const where = `<a href="../chapters/${found.name}/index.html">chapter ${chapter}</a>`;
    return `<dt id="${slug(word)}">${word}</dt><dd>${inline(means)} ${where}</dd>`;
  });
  return {
    url: "glossary/index.html",
    title: "Words of the field",
    short: "Words",
    folder: ROOT,
    markdown: `# Words of the field\n\nOne word for one thing, in all chapters. The first time that a chapter uses one of them, it links to this page.\n\n<dl class="words">\n${rows.join("\n")}\n</dl>\n`,
  };
}

const FORMS = new Map(
  WORDS.flatMap(({ word, also = [] }) =>
    [word, ...also].map((form) => [form.toLowerCase(), slug(word)] as const),
  ),
);
const ANY = new RegExp(
  `(?<![\\p{L}\\d-])(${[...FORMS.keys()].sort((a, b) => b.length - a.length).join("|")})(?![\\p{L}\\d-])`,
  "giu",
);

/**
 * Cuts a text at the words that a page uses for the first time; `seen` holds
 * those that it has used before.
 */
export function firstWords(
  text: string,
  seen: Set<string>,
): { text: string; to?: string }[] {
  const parts: { text: string; to?: string }[] = [];
  let end = 0;
  for (const match of text.matchAll(ANY)) {
    const to = FORMS.get(match[0].toLowerCase()) as string;
    if (seen.has(to)) continue;
    seen.add(to);
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: match[0], to });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}
