/** Builds the guide: holds its conversations, and writes its pages. */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { transform } from "esbuild";
import {
  Application,
  DocumentReflection,
  LogLevel,
  PageEvent,
  type ProjectReflection,
  type Reflection,
} from "typedoc";
import { quizHTML } from "../quiz/page.ts";
import { readQuiz } from "../quiz/questions.ts";
import { CHAPTERS, type Chapter, ROOT } from "../workbook/chapters.ts";
import {
  allFigures,
  chapterPages,
  figureOf,
  readPage,
} from "./chapter_pages.ts";
import { recolour } from "./colours.ts";
import { replaceFences } from "./fences.ts";
import { glossaryPage } from "./glossary_page.ts";
import { kitPage } from "./kit_page.ts";
import { landingPage } from "./landing_page.ts";
import { listingOf, listingProblems } from "./listings.ts";
import { installMarkdown } from "./markdown.ts";
import { matrixPage } from "./matrix_page.ts";
import { mistakesPage } from "./mistakes_page.ts";
import type { Page } from "./pages.ts";
import type { Recorder } from "./record.ts";
import { recordAside, whyNot } from "./recordings.ts";
import { readReference } from "./reference.ts";
import { searchIndex } from "./search.ts";
import { playSessions, renewedBody, type Session } from "./sessions.ts";
import { asText, stillTells } from "./story.ts";
import { survivalPage } from "./survival_page.ts";
import { BookRouter, BookTheme, book, pageOf } from "./theme.ts";
import { fontLicence, fontStyles } from "./type.ts";

/** What a build came to. */
export interface Built {
  readonly folder: string;
  /** How many conversations were held, and not remembered. */
  readonly held: number;
  readonly problems: readonly string[];
  /** The chapters' pages that `update` wrote anew. */
  readonly updated: readonly string[];
}

/** A chapter's page with its listings, figures and sessions as they are now. */
export function renewed(
  chapter: Chapter,
  recorder: Recorder,
  sessions: readonly Session[],
): string {
  return replaceFences(readPage(chapter), (fence) => {
    const session = sessions.find(
      (one) => one.chapter === chapter && one.fence.line === fence.line,
    );
    if (session) return renewedBody(session);
    const listing = listingOf(fence, chapter.folder);
    if (listing) return listing.text;
    const figure = figureOf(fence, chapter);
    if (!figure) return fence.body;
    const recording = recorder.get(figure.check, figure.program);
    if (recording.skipped) return fence.body;
    const told =
      fence.body !== "" && stillTells(fence.body, recording, figure.part);
    return told ? fence.body : asText(recording, figure.part);
  });
}

/** What stands in the chapters' pages and is not so. */
function pageProblems(recorder: Recorder): string[] {
  const problems = listingProblems(
    CHAPTERS.map((chapter) => ({ chapter, text: readPage(chapter) })),
  );
  for (const { fence, figure, chapter } of allFigures()) {
    const why = whyNot(fence, figure, recorder);
    if (why) {
      problems.push(`${chapter.name}/README.md, line ${fence.line}: ${why}`);
    }
  }
  return problems;
}

async function allPages(recorder: Recorder): Promise<Page[]> {
  return [
    landingPage(recorder),
    ...chapterPages(),
    mistakesPage(recorder),
    await matrixPage(),
    survivalPage(),
    glossaryPage(),
    kitPage(),
  ];
}

/** What can be touched on the pages: a module of its own knows how. */
interface Interactive {
  readonly WIDGETS: readonly string[];
  widgetHTML(name: string): Promise<string>;
  interactiveStyles(): string;
  interactiveScripts(): Promise<Record<string, string>>;
}

/** The self-checks and the widgets, ready to be put into pages. */
async function interactive() {
  const quizzes = new Map(
    CHAPTERS.map((chapter) => [chapter.name, quizHTML(readQuiz(chapter))]),
  );
  const module = path.join(ROOT, "scripts/guide/widgets/interactive.ts");
  const parts = existsSync(module)
    ? ((await import(pathToFileURL(module).href)) as Interactive)
    : undefined;
  const widgets = new Map<string, string>();
  for (const name of parts?.WIDGETS ?? []) {
    widgets.set(name, (await parts?.widgetHTML(name)) ?? "");
  }
  const scripts = Object.values((await parts?.interactiveScripts()) ?? {});
  return {
    quiz: (page: Page) => quizzes.get(page.chapter?.name ?? "") ?? "",
    widget: (name: string) => {
      const found = widgets.get(name);
      if (found === undefined) throw new Error(`There is no widget "${name}".`);
      return found;
    },
    css: parts?.interactiveStyles() ?? "",
    js: scripts.join("\n"),
  };
}

/**
 * Builds the guide into `folder`, which is emptied before.
 *
 * @throws {Error} with a sentence, when a page names what does not exist
 */
export async function buildGuide(
  folder: string,
  options: { update?: boolean } = {},
): Promise<Built> {
  const recording = recordAside();
  // Its failure is told below, where it is awaited.
  recording.catch(() => {});
  const problems: string[] = [];
  const updated: string[] = [];
  const { quiz, widget, css, js } = await interactive();
  let recorder: Recorder | undefined;
  let current: Page | undefined;
  let theme: BookTheme | undefined;
  const app = await Application.bootstrapWithPlugins({
    options: path.join(ROOT, "typedoc.json"),
    logLevel: LogLevel.Warn,
    hideGenerator: true,
    out: folder,
    markdownItLoader: (parser: unknown) =>
      installMarkdown(parser, {
        page: () =>
          current ?? {
            url: "",
            title: "",
            short: "",
            folder: ROOT,
            markdown: "",
          },
        recorder: () => recorder as Recorder,
        highlight: (code) =>
          theme?.markedPlugin.getHighlighted(code, "ts") ?? code,
        quiz,
        widget,
        problem: (text) => problems.push(text),
      }),
  });
  // The reference alone is read: all other files would be read for nothing.
  app.options.setCompilerOptions(
    app.options.getValue("entryPoints").map((file) => path.resolve(ROOT, file)),
    app.options.getCompilerOptions(app.logger),
    undefined,
  );
  readReference(app);
  app.renderer.defineRouter("book", BookRouter);
  app.renderer.defineTheme(
    "book",
    class extends BookTheme {
      constructor(...args: ConstructorParameters<typeof BookTheme>) {
        super(...args);
        theme = this;
      }
    },
  );
  app.options.setValue("router", "book");
  app.options.setValue("theme", "book");
  app.renderer.on(PageEvent.BEGIN, (event) => {
    current =
      event.url === "index.html"
        ? book.pages.find(({ url }) => url === "index.html")
        : pageOf(event.model);
  });
  const project = await app.convert();
  if (!project) throw new Error("The code reference cannot be built.");
  recorder = await recording;
  if (options.update) {
    const sessions = await playSessions();
    for (const chapter of CHAPTERS) {
      const text = renewed(chapter, recorder, sessions);
      if (text === readPage(chapter)) continue;
      writeFileSync(path.join(chapter.folder, "README.md"), text);
      updated.push(chapter.name);
    }
  }
  problems.push(...pageProblems(recorder));
  book.pages = await allPages(recorder);
  addDocuments(project);
  rmSync(folder, { recursive: true, force: true });
  await app.generateDocs(project, folder);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) {
    problems.push("The code reference has warnings; they stand above.");
  }
  const assets = path.join(folder, "assets");
  mkdirSync(assets, { recursive: true });
  const styled = path.join(assets, "highlight.css");
  recolour(folder, readFileSync(styled, "utf8"));
  for (const name of [
    "highlight.css",
    "style.css",
    "main.js",
    "navigation.js",
    "search.js",
    "icons.js",
    "icons.svg",
    "hierarchy.js",
  ]) {
    rmSync(path.join(assets, name), { force: true });
  }
  const own = (name: string) =>
    readFileSync(path.join(ROOT, "scripts", "guide", name), "utf8");
  const script = await transform(own("book.browser.ts"), {
    loader: "ts",
    format: "iife",
    target: "es2022",
    minify: true,
  });
  const small = async (text: string) =>
    (await transform(text, { loader: "css", minify: true })).code;
  const styles = await small(own("book.css") + css);
  writeFileSync(path.join(assets, "book.css"), styles);
  writeFileSync(path.join(assets, "type.css"), fontStyles());
  writeFileSync(path.join(assets, "type.txt"), fontLicence());
  writeFileSync(path.join(assets, "book.js"), script.code + js);
  const index = JSON.stringify(searchIndex(folder, book.pages));
  writeFileSync(path.join(assets, "words.js"), `window.guideWords=${index};`);
  return { folder, held: recorder.held, problems, updated };
}

/** Puts the pages beside the code reference, as TypeDoc's documents. */
function addDocuments(project: ProjectReflection) {
  for (const { url, markdown } of book.pages) {
    const content = [{ kind: "text" as const, text: markdown }];
    if (url === "index.html") {
      project.readme = content;
      continue;
    }
    const document = new DocumentReflection(url, project, content, {});
    project.registerReflection(document as Reflection, undefined, undefined);
    project.addChild(document);
  }
}
