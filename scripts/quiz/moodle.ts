/**
 * Questions as Moodle XML.
 *
 * Source of the format: docs.moodle.org, "Moodle XML format", and `format.php`
 * of `question/format/xml` in moodle/moodle: `<quiz>` of `<question>`; type
 * `category` sets the category, `multichoice` has `<single>`,
 * `<shuffleanswers>`, `<answernumbering>` and `<answer fraction>` with
 * `<feedback>`. HTML stands in CDATA.
 */
import { escapeHTML } from "./prose.ts";
import type { Choice, Quiz } from "./questions.ts";
import { answerHTML, questionHTML, shareOf } from "./shared.ts";

/** CDATA cannot hold its own end, so that is cut in two. */
function html(text: string): string {
  return `<text><![CDATA[${text.replaceAll("]]>", "]]]]><![CDATA[>")}]]></text>`;
}

function moodleQuestion(choice: Choice): string {
  const answers = choice.answers.map(
    (
      answer,
    ) => `    <answer fraction="${shareOf(choice, answer)}" format="html">
      ${html(answerHTML(answer.text))}
      <feedback format="html">${html(answerHTML(answer.because))}</feedback>
    </answer>`,
  );
  return `  <question type="multichoice">
    <name><text>${escapeHTML(choice.id)}</text></name>
    <questiontext format="html">${html(questionHTML(choice))}</questiontext>
    <generalfeedback format="html">${html(`Read again: “${escapeHTML(choice.read)}”.`)}</generalfeedback>
    <defaultgrade>1</defaultgrade>
    <penalty>0.3333333</penalty>
    <hidden>0</hidden>
    <single>${choice.choose === 1}</single>
    <shuffleanswers>true</shuffleanswers>
    <answernumbering>abc</answernumbering>
${answers.join("\n")}
  </question>`;
}

/** All multiple-choice questions as one Moodle XML file. */
export function moodleOf(quizzes: readonly Quiz[]): string {
  const parts = quizzes.flatMap(({ chapter, choices }) => [
    `  <question type="category">
    <category><text>$course$/Chat over TCP/${chapter.number} ${chapter.word.replaceAll("_", " ")}</text></category>
  </question>`,
    ...choices.map(moodleQuestion),
  ]);
  return `<?xml version="1.0" encoding="UTF-8"?>
<quiz>
${parts.join("\n")}
</quiz>
`;
}
