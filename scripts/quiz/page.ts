/**
 * The questions as a part of a page. Without JavaScript the questions are
 * there, and the answers with their reasons behind "All answers"; the script
 * `self_check.browser.ts` makes a self-check of it.
 */
import { blockHTML, codeHTML, escapeHTML, inlineHTML } from "./prose.ts";
import type { Choice, Oral, Quiz } from "./questions.ts";

const NUMBERS = ["No", "One", "Two", "Three", "Four", "Five", "Six"];

/** "One answer is right." */
export function howMany(choose: number): string {
  const number = NUMBERS[choose] ?? String(choose);
  return choose === 1
    ? `${number} answer is right.`
    : `${number} answers are right.`;
}

function choiceHTML(choice: Choice, number: number): string {
  const { id, ask, code, choose, answers } = choice;
  const name = `quiz-${id.replace(".", "-")}`;
  const type = choose === 1 ? "radio" : "checkbox";
  const options = answers.map(
    ({ text }, n) =>
      `<label class="quiz-answer"><input type="${type}" name="${name}" value="${n}"> <span>${inlineHTML(text)}</span></label>`,
  );
  const reasons = answers.map(
    ({ text, because, right }) =>
      `<li data-right="${right}"><strong>${right ? "Right" : "Wrong"}:</strong> <span class="quiz-said">${inlineHTML(text)}</span> <span class="quiz-because">${inlineHTML(because)}</span></li>`,
  );
  return `<form class="quiz-question" id="${name}" data-choose="${choose}">
<fieldset>
<legend><span class="quiz-number">${number}.</span> ${inlineHTML(ask)} <span class="quiz-how-many">${howMany(choose)}</span></legend>
${codeHTML(code)}
${options.join("\n")}
</fieldset>
<button type="submit" hidden>Check</button>
<div class="quiz-feedback" role="status" aria-live="polite"></div>
<details class="quiz-key"><summary>All answers to question ${number}</summary>
<ul>
${reasons.join("\n")}
</ul>
<p>Read again: “${escapeHTML(choice.read)}”.</p>
</details>
</form>`;
}

function oralHTML(oral: Oral, number: number, chapter: string): string {
  const { ask, expect, change } = oral;
  const edits = change.edit.map(
    ({ replace, by }) =>
      `<p>In place of</p>\n${codeHTML(replace)}\n<p>write</p>\n${codeHTML(by)}`,
  );
  const command = `npm run check -- ${chapter} --only ${change.check}`;
  return `<div class="quiz-oral">
<p><span class="quiz-number">${number}.</span> ${inlineHTML(oral.ask)}</p>
<details><summary>Answer to question ${number}<span class="quiz-hidden">: ${inlineHTML(ask)}</span></summary>
${blockHTML(expect)}
</details>
<p><strong>And now change the code:</strong> ${inlineHTML(change.task)}</p>
<details><summary>One way to change it, and how to see that it works<span class="quiz-hidden">, for question ${number}</span></summary>
${edits.join("\n")}
<p>Then <code>${escapeHTML(command)}</code> ${change.verdict === "pass" ? "passes" : "fails"}. ${inlineHTML(change.see)}</p>
</details>
</div>`;
}

/**
 * The questions of a chapter, as HTML without a heading of its own. Every text
 * of it is escaped; ids begin with "quiz-".
 */
export function quizHTML({ chapter, choices, oral }: Quiz): string {
  const asked = choices.map((one, n) => choiceHTML(one, n + 1));
  const aloud = oral.map((one, n) =>
    oralHTML(one, choices.length + n + 1, chapter.number),
  );
  return `<div class="quiz">
${asked.join("\n")}
<p class="quiz-aloud">The next questions are answered aloud, as in an oral quiz. Say the answer first, then look.</p>
${aloud.join("\n")}
</div>`;
}
