/** The page for instructors: what the README says to them, and what comes next. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../workbook/chapters.ts";
import type { Page } from "./pages.ts";

/**
 * A section of the README, without its heading.
 *
 * @throws {Error} with a sentence, when it has none of this name
 */
export function readmeSection(heading: string): string {
  const text = readFileSync(path.join(ROOT, "README.md"), "utf8");
  const found = text
    .split(/^## /m)
    .find((one) => one.startsWith(`${heading}\n`));
  if (!found) throw new Error(`README.md has no section "${heading}".`);
  return found.slice(heading.length).trim();
}

export function kitPage(): Page {
  return {
    url: "course-kit/index.html",
    title: "Course kit",
    short: "Course kit",
    folder: ROOT,
    markdown:
      `# Course kit: for those who teach with it\n\n${readmeSection("For instructors").replace(/^###/gm, "##")}\n\n## In a lecture\n\nEvery figure of this guide can be stepped through: put the keyboard on it, and the arrow keys show one event after the other. The pages grow with the screen, and print one chapter at a time.\n\n## What the students see\n\nThe [list of all mistakes](scripts/guide/mistakes_page.ts) shows what goes wrong most often, each with the run that shows it; the [kill matrix](scripts/guide/matrix_page.ts) says which check finds which of them.\n`
        .replace("scripts/guide/mistakes_page.ts", "#mistakes")
        .replace("scripts/guide/matrix_page.ts", "#matrix"),
  };
}
