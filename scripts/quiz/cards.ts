/** The oral questions as cards to print: one for each question. */
import { blockHTML, codeHTML, escapeHTML, inlineHTML } from "./prose.ts";
import type { Oral, Quiz } from "./questions.ts";

const STYLE = `
body { font: 12pt/1.45 Georgia, serif; margin: 1.5rem auto; max-width: 44rem; padding: 0 1rem; }
article { border: 1px solid #555; border-radius: 8px; margin: 0 0 1.5rem; padding: 0.75rem 1.25rem; break-inside: avoid; }
h1 { font-size: 1.5rem; } h2 { font-size: 1rem; margin: 0; color: #555; }
h3 { font-size: 1rem; margin: 0.75rem 0 0; }
.ask { font-size: 1.25rem; margin: 0.5rem 0; }
pre { overflow-x: auto; background: #f3f3f3; padding: 0.5rem; font-size: 10pt; white-space: pre-wrap; }
p, ul { margin: 0.35rem 0; }
@media print { body { margin: 0; max-width: none; } pre { border: 1px solid #bbb; } }
`;

function card(
  { id, ask, expect, listen, change, read }: Oral,
  quiz: Quiz,
): string {
  const { number, word } = quiz.chapter;
  const edits = change.edit.map(
    ({ replace, by }) =>
      `<p>In place of</p>${codeHTML(replace)}<p>for example</p>${codeHTML(by)}`,
  );
  return `<article id="${escapeHTML(id)}">
<h2>Chapter ${number}, ${escapeHTML(word.replaceAll("_", " "))}</h2>
<p class="ask">${inlineHTML(ask)}</p>
<h3>Expected</h3>
${blockHTML(expect)}
<h3>Listen for</h3>
<ul>${listen.map((one) => `<li>${inlineHTML(one)}</li>`).join("")}</ul>
<h3>A change on the spot</h3>
<p>${inlineHTML(change.task)}</p>
${edits.join("\n")}
<p><code>npm run check -- --program FILE --only ${escapeHTML(change.check)} ${number}</code> ${change.verdict === "pass" ? "passes" : "fails"}. ${inlineHTML(change.see)}</p>
<p>To read: “${escapeHTML(read)}”.</p>
</article>`;
}

/** All oral questions as a page that prints, one card unbroken on a sheet. */
export function cardsOf(quizzes: readonly Quiz[]): string {
  const cards = quizzes.flatMap((quiz) =>
    quiz.oral.map((one) => card(one, quiz)),
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Oral questions: chat over TCP</title><style>${STYLE}</style></head>
<body><main>
<h1>Oral questions</h1>
${cards.join("\n")}
</main></body>
</html>
`;
}
