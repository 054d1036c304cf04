/** What a chapter's page says at certain places, for the terminal. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Chapter } from "../workbook/chapters.ts";

function read(chapter: Chapter): string {
  return readFileSync(path.join(chapter.folder, "README.md"), "utf8");
}

/** The text below a heading, up to the next one. */
function section(chapter: Chapter, heading: string): string {
  const sections = read(chapter).split(/^#+ /m);
  const found = sections.find((one) => one.startsWith(`${heading}\n`));
  return found?.slice(heading.length).trim() ?? "";
}

/** A field of the page's front matter. */
function field(chapter: Chapter, name: string): string {
  const matter = /^---\n([\s\S]*?)\n---/.exec(read(chapter))?.[1] ?? "";
  const line = new RegExp(`^${name}: (.+)$`, "m").exec(matter)?.[1] ?? "";
  return line.replace(/^"(.*)"$/, "$1");
}

/** The chapter's name, as a heading has it. */
export function nameOf(chapter: Chapter): string {
  return field(chapter, "title");
}

/** The question that the chapter answers. */
export function questionOf(chapter: Chapter): string {
  const [, first = "", rest = ""] =
    /^# [^:\n]+: (\w)(.*)$/m.exec(read(chapter)) ?? [];
  return first.toUpperCase() + rest;
}

/** Why the chapter's program works, in a sentence or two. */
export function whyItWorks(chapter: Chapter): string {
  return field(chapter, "works");
}

/** What still goes wrong with it, in a sentence or two. */
export function whatIsMissing(chapter: Chapter): string {
  return field(chapter, "missing");
}

/**
 * The listings that a section shows, if it shows any: the regions of the
 * chapter's program, without their comments.
 */
export function listing(chapter: Chapter, heading: string): string | undefined {
  const text = section(chapter, heading);
  const named = [...text.matchAll(/^```ts (\S+)#(\S+)$/gm)];
  if (named.length === 0) return undefined;
  return named
    .map(([, file = "", region = ""]) => {
      const source = readFileSync(path.join(chapter.folder, file), "utf8");
      const [, body = ""] = source.split(`// #region ${region}\n`);
      return (body.split(`// #endregion ${region}`)[0] ?? "")
        .split("\n")
        .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line))
        .join("\n")
        .replace(/\n{3,}/g, "\n\n")
        .trim();
    })
    .join("\n\n");
}
