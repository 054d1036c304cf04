/** The page of what was measured: written from the recorded runs. */
import { recordedPage, TITLE } from "../bench/page.ts";
import { ROOT } from "../workbook/chapters.ts";
import type { Page } from "./pages.ts";

export function survivalPage(): Page {
  return {
    url: "survival/index.html",
    title: TITLE,
    short: "Survival and cost",
    folder: ROOT,
    wide: true,
    markdown: recordedPage(),
  };
}
