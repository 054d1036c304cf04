/** What can be searched for: the text of every page, heading by heading. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "./pages.ts";

/** Where, under which page and heading, and what stands there. */
export type Found = readonly [
  url: string,
  page: string,
  heading: string,
  text: string,
];

const plain = (html: string) =>
  html
    .replace(/<(pre|svg|nav)[\s\S]*?<\/\1>/g, " ")
    .replace(/<\/?(a|b|code|em|i|small|span|strong)\b[^>]*>/g, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/&quot;|[“”]/g, '"')
    .replace(/[‘’]/g, "'")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&")
    .replace(/\s+/g, " ")
    .trim();

/** Reads the pages that were written into `folder`. */
export function searchIndex(folder: string, pages: readonly Page[]): Found[] {
  return pages.flatMap(({ url, title }) => {
    const html = readFileSync(path.join(folder, url), "utf8");
    const main = /<main[^>]*>([\s\S]*)<\/main>/.exec(html)?.[1] ?? "";
    const parts = main.split(/(?=<h[123][^>]*id=")/);
    return parts.flatMap((part): Found[] => {
      const head = /^<h[123][^>]*id="([^"]+)"[^>]*>([\s\S]*?)<\/h[123]>/.exec(
        part,
      );
      if (!head) return [];
      const [whole, id = "", heading = ""] = head;
      const text = plain(part.slice(whole.length)).slice(0, 600);
      const name = heading.includes('class="name"') ? title : plain(heading);
      return [[`${url}#${id}`, title, name, text]];
    });
  });
}
