/** The chapters' pages: their text, and the figures that it asks for. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { nameOf } from "../student/pages.ts";
import { CHAPTERS, type Chapter } from "../workbook/chapters.ts";
import { type Fence, fences } from "./fences.ts";
import type { Page } from "./pages.ts";
import type { Recorder } from "./record.ts";
import type { Part } from "./story.ts";

/** What a fenced block asks to be drawn. */
export interface Figure {
  readonly check: string;
  readonly program: string;
  readonly part: Part;
}

/** A chapter's page as it stands in the workbook. */
export function readPage(chapter: Chapter): string {
  return readFileSync(path.join(chapter.folder, "README.md"), "utf8");
}

/** What a fenced block asks to be drawn; `undefined` when it is no figure. */
export function figureOf(fence: Fence, chapter: Chapter): Figure | undefined {
  const [kind, check = "", ...rest] = fence.info;
  if (kind !== "figure") return undefined;
  const file = rest.find((word) => word.endsWith(".ts"));
  const value = (name: string) =>
    rest.find((word) => word.startsWith(`${name}:`))?.slice(name.length + 1);
  const [from, rows, only] = [value("from"), value("rows"), value("only")];
  if (from !== undefined && !/^\/.+\/$/.test(from)) {
    const where = `${chapter.name}/README.md, line ${fence.line}`;
    throw new Error(`${where}: from: needs /TEXT/, with no blank in it.`);
  }
  return {
    check,
    program: file ? path.join(chapter.folder, file) : chapter.program,
    part: {
      ...(from && { from: new RegExp(from.slice(1, -1), "u") }),
      ...(rows && { rows: Number(rows) }),
      ...(only && { only }),
    },
  };
}

/** Each figure in the chapters' pages. */
export function allFigures(): {
  chapter: Chapter;
  fence: Fence;
  figure: Figure;
}[] {
  return CHAPTERS.flatMap((chapter) =>
    fences(readPage(chapter)).flatMap((fence) => {
      const figure = figureOf(fence, chapter);
      return figure ? [{ chapter, fence, figure }] : [];
    }),
  );
}

/** Asks for the conversations of all figures in the chapters. */
export async function wantFigures(recorder: Recorder): Promise<void> {
  for (const { figure } of allFigures()) {
    await recorder.want(figure.check, figure.program);
  }
}

export function chapterPages(): Page[] {
  return CHAPTERS.map((chapter) => {
    const text = readPage(chapter).replace(/^---\n[\s\S]*?\n---\n/, "");
    const name = `${chapter.number} ${nameOf(chapter)}`;
    return {
      url: `chapters/${chapter.name}/index.html`,
      title: name,
      short: name,
      folder: chapter.folder,
      chapter,
      markdown: text,
    };
  });
}
