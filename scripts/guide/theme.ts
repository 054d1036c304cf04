/** The look of every page: one frame, around a chapter or the code reference. */

import path from "node:path";
import {
  type DeclarationReflection,
  DefaultTheme,
  JSX,
  type PageEvent,
  PageKind,
  type Reflection,
  type RouterTarget,
  StructureRouter,
} from "typedoc";
import { ROOT } from "../workbook/chapters.ts";
import { placeOf, wayTo } from "./markdown.ts";
import { escaped, typeset } from "./markup.ts";
import type { Page } from "./pages.ts";
import { changesHTML, programHTML } from "./programs.ts";
import { modulesHTML } from "./reference.ts";

/** What the theme shows; set before the pages are written. */
export const book: { pages: readonly Page[]; words: string[] } = {
  pages: [],
  words: [],
};

/** A chapter's heading: its number and name, and below them its question. */
function withQuestion(html: string): string {
  return html.replace(
    /(<h1[^>]*>)(\d\d [^:<]+): (\w)/,
    (_, open: string, name: string, first: string) =>
      `${open}<span class="name">${numbered(name)}</span> ${first.toUpperCase()}`,
  );
}

/** A name with its number, if it has one, set apart. */
function numbered(name: string): string {
  return escaped(name).replace(/^(\d\d) /, "<b>$1</b> ");
}

/** The page that a document stands for. */
export function pageOf(model: unknown): Page | undefined {
  const { name } = model as Reflection;
  return book.pages.find((page) => page.url === name);
}

/** True for a program, which is no module that others import. */
function isProgram({ name }: Reflection): boolean {
  return name.startsWith("solutions/");
}

/** Pages stand where their names say, and the code reference in a folder. */
export class BookRouter extends StructureRouter {
  /** The parts of a program stand on one page, as they do in its file. */
  protected override getPageKind(target: RouterTarget): PageKind | undefined {
    const { parent } = target as Reflection;
    return parent && isProgram(parent) ? undefined : super.getPageKind(target);
  }

  protected override getIdealBaseName(target: RouterTarget): string {
    const base = super.getIdealBaseName(target as Reflection);
    const page = pageOf(target);
    return page ? page.url.replace(/\.html$/, "") : `reference/${base}`;
  }
}

const THEME_BEFORE_PAINT =
  "try{document.documentElement.dataset.theme=localStorage.getItem('theme')||'os'}catch{}";

export class BookTheme extends DefaultTheme {
  #highlight = (code: string) => this.markedPlugin.getHighlighted(code, "ts");

  override render(event: PageEvent): string {
    const isIndex = event.pageKind === PageKind.Index;
    const page = isIndex
      ? book.pages.find(({ url }) => url === "index.html")
      : pageOf(event.model);
    const template =
      event.pageKind === PageKind.Document
        ? this.documentTemplate
        : isIndex
          ? this.indexTemplate
          : this.reflectionTemplate;
    const body = isProgram(event.model as Reflection)
      ? this.#parts(event)
      : JSX.renderElement(template(event as never));
    return page ? this.#page(page, body, event) : this.#reference(event, body);
  }

  /** A program of the code reference: what it says of itself, and its parts. */
  #parts(event: PageEvent): string {
    const context = this.getRenderContext(event as PageEvent<Reflection>);
    const model = event.model as DeclarationReflection;
    const { member, commentSummary } = context;
    const parts = (model.children ?? []).map((one) => member(one));
    return [commentSummary(model), ...parts]
      .map((one) => JSX.renderElement(one))
      .join("");
  }

  #page(page: Page, body: string, event: PageEvent): string {
    const { chapter } = page;
    const after = chapter
      ? `<section class="after" aria-labelledby="after"><h2 id="after">The program</h2>${changesHTML(chapter, this.#highlight)}${programHTML(chapter, this.#highlight)}</section>`
      : "";
    const headings = event.pageHeadings
      .filter(({ level }) => level === 2)
      .map(
        ({ link, text }) => `<li><a href="${link}">${escaped(text)}</a></li>`,
      );
    if (chapter) headings.push('<li><a href="#after">The program</a></li>');
    const onPage =
      headings.length > 2
        ? `<nav class="here" aria-label="On this page"><p>On this page</p><ol>${headings.join("")}</ol></nav>`
        : "";
    const kind = page.wide
      ? "wide"
      : chapter
        ? "chapter"
        : page.url === "index.html"
          ? "first"
          : "plain";
    return frame({
      url: page.url,
      title: page.title,
      kind,
      body: `${withQuestion(body)}${after}${this.#neighbours(page)}`,
      beside: onPage,
    });
  }

  #neighbours(page: Page): string {
    const at = book.pages.indexOf(page);
    const link = (other: Page | undefined, word: string, rel: string) =>
      other
        ? `<a rel="${rel}" href="${wayTo(page.url, other.url)}"><small>${word}</small> ${numbered(other.title)}</a>`
        : "<span></span>";
    return `<nav class="turn" aria-label="Pages before and after">${link(book.pages[at - 1], "Back", "prev")}${link(book.pages[at + 1], "Next", "next")}</nav>`;
  }

  #reference(event: PageEvent, body: string): string {
    const model = event.model as Reflection;
    const trail: string[] = [];
    for (let one = model.parent; one && !one.isProject(); one = one.parent) {
      trail.unshift(
        `<a href="${this.router.relativeUrl(model, one)}">${escaped(one.name)}</a>`,
      );
    }
    if (model.isProject()) {
      const list = modulesHTML(event.project, (one) =>
        this.router.relativeUrl(model, one),
      );
      return frame({
        url: event.url,
        title: "Code reference",
        kind: "plain",
        body: `<h1>Code reference</h1>${list}`,
        beside: "",
      });
    }
    const { name } = model;
    const whole = placeOf(path.join(ROOT, `${name}.ts`));
    const program = whole
      ? `<p><a href="${wayTo(event.url, whole)}">The whole program, as text</a></p>`
      : "";
    const top = `<p class="trail"><a href="${this.router.relativeUrl(model, event.project)}">Code reference</a> ${trail.join(" ")}</p>`;
    return frame({
      url: event.url,
      title: name,
      kind: "reference",
      body: `${top}<h1>${escaped(name)}</h1>${program}${body}`,
      beside: "",
    });
  }
}

/** One frame for every page: head, list of pages, and what stands in it. */
function frame(of: {
  url: string;
  title: string;
  kind: string;
  body: string;
  beside: string;
}): string {
  const { url, title, kind, body, beside } = of;
  const to = (target: string) => wayTo(url, target);
  const item = (target: string, name: string) => {
    const current = target === url ? ' aria-current="page"' : "";
    return `<li><a href="${to(target)}"${current}>${numbered(name)}</a></li>`;
  };
  const chapters = book.pages.filter(({ chapter }) => chapter);
  const [start, ...others] = book.pages.filter(({ chapter }) => !chapter);
  const full = title === "Chat over TCP" ? title : `${title} · Chat over TCP`;
  // Icons come from a file that a page on disk may not load, and say nothing.
  const clean = body
    .replace(/<a [^>]*class="tsd-anchor-icon"[^>]*>.*?<\/a>/gs, "")
    .replace(/<svg [^>]*><use href="[^"]*#icon-[^"]*"[^>]*><\/use><\/svg>/g, "")
    .replace(/<button type="button">Copy<\/button>|<button>Copy<\/button>/g, "")
    .replace(/<wbr\s*\/?>/g, "");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(full)}</title>
<link rel="icon" href="data:,">
<script>${THEME_BEFORE_PAINT}</script>
<link rel="stylesheet" href="${to("assets/type.css")}">
<link rel="stylesheet" href="${to("assets/book.css")}">
<script defer src="${to("assets/book.js")}" data-root="${to("index.html").replace(/index\.html$/, "")}"></script>
</head>
<body class="${kind}">
<a class="skip" href="#main">To the text</a>
<header class="top"><a class="home" href="${to("index.html")}">Chat over TCP</a><a class="toc" href="#pages">Contents</a></header>
<div class="sheet">
<main id="main">
${kind === "reference" ? clean : typeset(clean)}
</main>
${typeset(beside)}
<nav class="pages" id="pages" aria-label="All pages"><ol>${item(start?.url ?? "index.html", "Start")}${chapters.map((page) => item(page.url, page.short)).join("")}</ol><ul>${others.map((page) => item(page.url, page.short)).join("")}${item("modules.html", "Code reference")}</ul></nav>
</div>
</body>
</html>
`;
}
