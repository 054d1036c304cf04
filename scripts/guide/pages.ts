/** The pages of the guide: what a module must give to be one, and their order. */
import type { Chapter } from "../workbook/chapters.ts";

/** One page. */
export interface Page {
  /** Where it stands in the site: "glossary/index.html". */
  readonly url: string;
  readonly title: string;
  /** Its name in the list of pages. */
  readonly short: string;
  /** Its text, as markdown; HTML and the guide's own fences may be in it. */
  readonly markdown: string;
  /** The folder from which its links start, in the workbook. */
  readonly folder: string;
  readonly chapter?: Chapter;
  /** True for tables and drawings that need the whole width. */
  readonly wide?: boolean;
}
