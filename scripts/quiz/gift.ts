/**
 * Questions as GIFT, the text format of Moodle and others.
 *
 * Source of the format: docs.moodle.org, "GIFT format", and `format.php` of
 * `question/format/gift` in moodle/moodle: a question is `::name::text {…}`
 * between blank lines, `=` and `~` begin an answer, `~%50%` weighs one, `#` its
 * feedback; `[html]` says what the text is; `~ = # { } :` and the backslash
 * are escaped by a backslash, and `\n` is a newline.
 */
import type { Choice, Quiz } from "./questions.ts";
import { answerHTML, questionHTML, shareOf } from "./shared.ts";

/** A text with the characters escaped that mean something in GIFT. */
export function escapeGift(text: string): string {
  return text.replace(/[\\~=#{}:]/g, "\\$&").replaceAll("\n", "\\n");
}

function giftQuestion(choice: Choice): string {
  const answers = choice.answers.map((answer) => {
    const sign =
      choice.choose === 1
        ? answer.right
          ? "="
          : "~"
        : `~%${shareOf(choice, answer)}%`;
    const text = escapeGift(answerHTML(answer.text));
    return `\t${sign}[html]${text}#[html]${escapeGift(answerHTML(answer.because))}`;
  });
  return `::${escapeGift(choice.id)}::[html]${escapeGift(questionHTML(choice))} {\n${answers.join("\n")}\n}`;
}

/** All multiple-choice questions as one GIFT file. */
export function giftOf(quizzes: readonly Quiz[]): string {
  const parts = quizzes.map(({ chapter, choices }) =>
    [
      `$CATEGORY: Chat over TCP/${chapter.number} ${chapter.word.replaceAll("_", " ")}`,
      ...choices.map(giftQuestion),
    ].join("\n\n"),
  );
  return `${parts.join("\n\n")}\n`;
}
