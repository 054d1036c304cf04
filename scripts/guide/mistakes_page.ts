/** The page of all wrong programs, each with the run that shows it. */
import { nameOf } from "../student/pages.ts";
import { CHAPTERS, ROOT } from "../workbook/chapters.ts";
import { readMistakes } from "../workbook/mistakes.ts";
import { drawing } from "./drawing.ts";
import { escaped, inline, slug } from "./markup.ts";
import type { Page } from "./pages.ts";
import { differenceHTML } from "./programs.ts";
import type { Recorder } from "./record.ts";
import { verdictLine } from "./story.ts";

/** A mistake's place on the page. */
export function mistakeAnchor(name: string): string {
  return slug(name);
}

/** Calls, events and values as they stand in a header without any marks. */
const CODE =
  /(?<![\w.])[a-z]\w*(?:\.\w+)*\((?:[^()]|\(\))*\)|'[a-z]+'|"[^"\s]*\\[^"\s]*"|\bPORT=\w+|\bawait\b/gi;

/** Words of a header as a sentence of their own; a name of code stays itself. */
function sentence(text: string): string {
  const marked = text
    .split("`")
    .map((part, n) => (n % 2 === 1 ? part : part.replace(CODE, "`$&`")))
    .join("`");
  if (/^[a-z]+[A-Z.]/.test(marked)) return marked.replace(/^\S+/, "`$&`");
  return marked.charAt(0).toUpperCase() + marked.slice(1);
}

/** Asks for the conversations that the page shows. */
export async function wantMistakes(recorder: Recorder): Promise<void> {
  for (const { caughtBy, file } of readMistakes()) {
    await recorder.want(caughtBy, file);
  }
}

export function mistakesPage(recorder: Recorder): Page {
  const mistakes = readMistakes();
  let figures = 0;
  const sections = CHAPTERS.map((chapter) => {
    const own = mistakes.filter((one) => one.chapter.name === chapter.name);
    const articles = own.map(
      ({ file, name, what, happens, why, caughtBy, loses, given }) => {
        const id = mistakeAnchor(name);
        const recording = recorder.get(caughtBy, file);
        const told = recording.skipped
          ? `<p class="note">${escaped(recording.message)}</p>`
          : `<figure class="talk">${drawing(recording, `f${++figures}`)}<figcaption>${escaped(verdictLine(recording))}</figcaption></figure>`;
        const price =
          loses.length > 0
            ? `A program with it does not do ${loses.map((one) => `<code>${one}</code>`).join(", ")}.`
            : "It costs none of the ten points.";
        const raised =
          given.length > 0
            ? ` Grading gives <code>${given.join(", ")}</code> all the same: it sees that functions of the program run on each message.`
            : "";
        return `<article class="mistake" id="${id}">
<h3 id="${id}-name">${escaped(sentence((name.split("/")[1] ?? "").replaceAll("_", " ")))}</h3>
<div class="told"><p>${inline(sentence(what))}</p><p>${inline(sentence(happens))}</p><p><b>Why people write it.</b> ${inline(sentence(why))}</p><p>Caught by the check <i>${escaped(recording.check.title)}</i>. ${price}${raised}</p>
${differenceHTML(file, chapter.program)}</div>
${told}
</article>`;
      },
    );
    return `<h2 id="chapter-${chapter.number}">${chapter.number} ${nameOf(chapter)}</h2>\n\n${articles.join("\n").replace(/\n{2,}/g, "\n")}\n`;
  });
  const ways = CHAPTERS.map((chapter) => {
    const title = `${chapter.number} ${nameOf(chapter)}`;
    const own = mistakes.filter((one) => one.chapter.name === chapter.name);
    return `<li><a href="#chapter-${chapter.number}">${title}</a> <small>${own.length}</small></li>`;
  });
  return {
    url: "mistakes/index.html",
    title: "All mistakes",
    short: "Mistakes",
    folder: ROOT,
    wide: true,
    markdown: `# ${mistakes.length} mistakes, and what they do\n\nEach of them is a whole program in the workbook, wrong in one place. Each drawing is a run of it: a check held the conversation when this page was built.\n\n<ul class="ways">${ways.join("")}</ul>\n\n${sections.join("\n")}`,
  };
}
