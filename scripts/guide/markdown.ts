/** What the guide adds to markdown: its own fences, its links, its words. */
import { existsSync } from "node:fs";
import path from "node:path";
import { CHAPTERS, ROOT, SOLUTIONS, shortPath } from "../workbook/chapters.ts";
import { figureOf } from "./chapter_pages.ts";
import { drawing } from "./drawing.ts";
import { firstWords } from "./glossary_page.ts";
import { listingOf } from "./listings.ts";
import { escaped } from "./markup.ts";
import { mistakeAnchor } from "./mistakes_page.ts";
import type { Page } from "./pages.ts";
import type { Highlight } from "./programs.ts";
import type { Recorder } from "./record.ts";
import { verdictLine } from "./story.ts";

/** The parts of a markdown token that are looked at here. */
interface Token {
  type: string;
  tag: string;
  info: string;
  content: string;
  map: [number, number] | null;
  children: Token[] | null;
  attrGet(name: string): string | null;
  attrSet(name: string, value: string): void;
}
type Rule = (tokens: Token[], index: number) => string;
interface State {
  tokens: Token[];
  Token: new (type: string, tag: string, nesting: number) => Token;
}
interface Parser {
  renderer: { rules: Record<string, Rule | undefined> };
  core: { ruler: { push(name: string, rule: (state: State) => void): void } };
}

/** What the fences draw from. */
export interface Sources {
  /** The page that is being written. */
  page(): Page;
  recorder(): Recorder;
  readonly highlight: Highlight;
  /** The self-check of a chapter's questions. */
  quiz(page: Page): string;
  /** The place where a widget comes, and what stands there without JavaScript. */
  widget(name: string): string;
  /** Notes what is wrong with a page. */
  problem(text: string): void;
}

/** The way from one page of the site to another. */
export function wayTo(from: string, to: string): string {
  const [file = "", anchor] = to.split("#");
  const way = path.posix.relative(path.posix.dirname(from), file);
  return anchor === undefined ? way : `${way}#${anchor}`;
}

/** Where a file of the workbook stands in the site, if anywhere. */
export function placeOf(file: string): string | undefined {
  const short = shortPath(file);
  if (short === "README.md" || short === "") return "index.html";
  const chapter = CHAPTERS.find(
    ({ folder, name }) =>
      file === folder ||
      file === path.join(folder, "README.md") ||
      short === `chapters/${name}/`,
  );
  if (chapter) return `chapters/${chapter.name}/index.html`;
  const wrong = /^chapters\/(\w+)\/mistakes\/(\w+)\.ts$/.exec(short);
  if (wrong) {
    return `mistakes/index.html#${mistakeAnchor(`${wrong[1]}/${wrong[2]}`)}`;
  }
  if (/\/mistakes\/?$/.test(short)) return "mistakes/index.html";
  const programs = [...Object.values(SOLUTIONS)];
  const ending = CHAPTERS.find(
    ({ program, folder }) =>
      program === file &&
      (program.startsWith(folder) || programs.includes(file)),
  );
  if (ending) return `chapters/${ending.name}/index.html#program`;
  return undefined;
}

function listing(token: Token, line: number, sources: Sources): string {
  const page = sources.page();
  const info = token.info.trim().split(/\s+/);
  const fence = { info, body: token.content, line };
  const found = listingOf(fence, page.folder);
  if (!found) return code(token.content, sources.highlight);
  const place = placeOf(found.file)?.split("#")[0];
  const way = place ? wayTo(page.url, place) : "";
  const name = path.basename(found.file);
  return `<figure class="listing"><figcaption><a href="${way}#L${found.first}"><code>${name}</code></a> <span>lines ${found.first} to ${found.last}</span></figcaption>${code(found.text, sources.highlight)}</figure>`;
}

function code(text: string, highlight: Highlight): string {
  const html = highlight(text.trimEnd()).replace(/<br\s*\/?>/g, "\n");
  return `<pre class="code" tabindex="0"><code>${html}</code></pre>`;
}

function terminal(text: string): string {
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) =>
      line.startsWith("$ ") || line === "$"
        ? `<b>${escaped(line)}</b>`
        : escaped(line),
    );
  return `<pre class="terminal" tabindex="0"><code>${lines.join("\n")}</code></pre>`;
}

/** What a page tells of a conversation that this system cannot hold. */
function told(text: string, why: string): string {
  return `<figure class="talk"><pre class="plain" tabindex="0"><code>${escaped(text)}</code></pre><figcaption>Not held when this page was built: ${escaped(why)}</figcaption></figure>`;
}

/** Installs the guide's own markdown into the parser that TypeDoc uses. */
export function installMarkdown(parser: unknown, sources: Sources): void {
  const { renderer, core } = parser as Parser;
  let figures = 0;
  renderer.rules.fence = (tokens, index) => {
    const token = tokens[index] as Token;
    const page = sources.page();
    const line = (token.map?.[0] ?? 0) + 1;
    const [kind = "", ...words] = token.info.trim().split(/\s+/);
    try {
      if (kind === "console") return terminal(token.content);
      if (kind === "quiz") return sources.quiz(page);
      if (kind === "widget") return sources.widget(words[0] ?? "");
      if (kind === "figure" && page.chapter) {
        const info = [kind, ...words];
        const fence = { info, body: token.content, line };
        const figure = figureOf(fence, page.chapter);
        if (!figure) return "";
        const { check, program, part } = figure;
        const recording = sources.recorder().get(check, program);
        if (recording.skipped) return told(token.content, recording.message);
        const id = `f${++figures}`;
        const name = path.basename(program);
        const place = placeOf(program);
        const link = place
          ? `<a href="${wayTo(page.url, place)}"><code>${name}</code></a>`
          : `<code>${name}</code>`;
        return `<figure class="talk">${drawing(recording, id, part)}<figcaption>${link} ${escaped(verdictLine(recording))}</figcaption></figure>`;
      }
      if (kind === "ts") return listing(token, line, sources);
    } catch (error) {
      // What a figure or a listing lacks is told where all of them are proved.
      if (kind !== "figure" && kind !== "ts") {
        sources.problem(`${page.title}: ${(error as Error).message}`);
      }
      return "";
    }
    return `<pre class="plain" tabindex="0"><code>${escaped(token.content)}</code></pre>`;
  };
  renderer.rules.code_block = (tokens, index) =>
    terminal((tokens[index] as Token).content);
  let tables = 0;
  renderer.rules.table_open = () =>
    `<div class="scroll" role="region" aria-label="Table ${++tables}" tabindex="0"><table>`;
  renderer.rules.table_close = () => "</table></div>";

  core.ruler.push("guide_links", ({ tokens }) => {
    for (const { children } of tokens) {
      for (const [at, token] of (children ?? []).entries()) {
        if (token.type === "link_open")
          relink(token, children ?? [], at, sources);
      }
    }
  });
  core.ruler.push("guide_words", (state) => {
    if (sources.page().chapter) linkWords(state, sources.page());
  });
}

/** Points a link of the workbook to its place in the site. */
function relink(token: Token, all: Token[], at: number, sources: Sources) {
  const page = sources.page();
  const href = token.attrGet("href") ?? "";
  if (/^[a-z]+:/.test(href)) return;
  const known: Record<string, string> = {
    "#mistakes": "mistakes/index.html",
    "#matrix": "matrix/index.html",
  };
  const [file = "", anchor] = href.split("#");
  const to =
    known[href] ??
    (file === "" ? undefined : placeOf(path.resolve(page.folder, file)));
  if (file === "" && !known[href]) return;
  if (to) {
    const way = wayTo(page.url, to);
    token.attrSet("href", anchor && file ? `${way}#${anchor}` : way);
    return;
  }
  if (!existsSync(path.resolve(page.folder, file))) {
    sources.problem(`${shortPath(page.folder)}: there is no ${file}.`);
  }
  // A file of the workbook that has no page: its name is enough.
  token.type = "text";
  token.tag = "";
  token.content = "";
  const end = all.findIndex((one, n) => n > at && one.type === "link_close");
  const close = all[end];
  if (close) {
    close.type = "text";
    close.tag = "";
    close.content = ` (${path.relative(ROOT, path.resolve(page.folder, file)).split(path.sep).join("/")})`;
  }
}

/** Links the words of the field where a chapter uses them first. */
function linkWords(state: State, page: Page) {
  const seen = new Set<string>();
  const to = wayTo(page.url, "glossary/index.html");
  let heading = false;
  for (const block of state.tokens) {
    if (block.type === "heading_open") heading = true;
    if (block.type === "heading_close") heading = false;
    if (block.type !== "inline" || heading || !block.children) continue;
    let inLink = false;
    block.children = block.children.flatMap((token) => {
      if (token.type === "link_open") inLink = true;
      if (token.type === "link_close") inLink = false;
      if (token.type !== "text" || inLink) return [token];
      return firstWords(token.content, seen).flatMap(({ text, to: word }) => {
        const plain = new state.Token("text", "", 0);
        plain.content = text;
        if (word === undefined) return [plain];
        const open = new state.Token("html_inline", "", 0);
        open.content = `<a class="word" href="${to}#${word}">`;
        const close = new state.Token("html_inline", "", 0);
        close.content = "</a>";
        return [open, plain, close];
      });
    });
  }
}
