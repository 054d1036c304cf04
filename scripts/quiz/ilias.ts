/**
 * Questions as a question pool of ILIAS: a zip with QTI 1.2 in ILIAS's own
 * dialect.
 *
 * Source of the format: ILIAS-eLearning/ILIAS, in
 * `components/ILIAS/TestQuestionPool/classes`.
 * - `class.ilQuestionpoolExport.php`: the folder `<time>__<inst>__qpl_<id>`
 *   with `….xml` of the same name, `…__qti_<id>.xml`, and `objects/`.
 * - trait `TestQuestionsImportTrait`: both names are made from the name of the
 *   zip, by "qti" in place of "qpl". So the zip must keep its name. It also
 *   knows "SINGLE CHOICE QUESTION" and "MULTIPLE CHOICE QUESTION", by its own
 *   comment until ILIAS 12.
 * - `export/qti12/class.assSingleChoiceExport.php` and
 *   `class.assMultipleChoiceExport.php`: the parts of an `<item>`, `MCSR` and
 *   `MCMR`, one `respcondition` for each answer, with several right ones also
 *   one for the answer that is not chosen, and `itemfeedback` for each answer.
 * - `import/qti12/class.assMultipleChoiceImport.php`: between two versions of
 *   ILIAS it hands on what an item says of its duration and of the width of its
 *   pictures to functions that take whole numbers alone. So both are given,
 *   though a question has no pictures, and its time is the test's.
 * - `import/qti12/class.assQuestionImport.php`: the state of a question, by two
 *   names; "draft" is what it has when nobody has said anything.
 * - `class.ilObjQuestionPool.php`, `objectToXmlWriter`: `ContentObject` with
 *   `MetaData`, `Settings` and a `PageObject` for each question.
 */
import { strToU8, type Zippable, zipSync } from "fflate";
import { escapeHTML } from "./prose.ts";
import type { Answer, Choice, Quiz } from "./questions.ts";
import { answerHTML, questionHTML } from "./shared.ts";

/** What the zip of a pool is called. */
export const POOL_NAME = /^\d+__\d+__qpl_\d+\.zip$/;

/** The name for a pool that is made now. */
export function poolName(now: Date): string {
  return `${Math.floor(now.getTime() / 1000)}__0__qpl_1.zip`;
}

/** `mattext` of type text/xhtml holds HTML as escaped text. */
function material(html: string): string {
  return `<material><mattext texttype="text/xhtml">${escapeHTML(html)}</mattext></material>`;
}

function field(label: string, entry: string): string {
  return `<qtimetadatafield><fieldlabel>${label}</fieldlabel><fieldentry>${escapeHTML(entry)}</fieldentry></qtimetadatafield>`;
}

/** Points: one for a whole question; a wrong answer takes a right one's away. */
function points({ choose }: Choice, { right }: Answer): string {
  const share = Number((1 / choose).toFixed(5));
  if (right) return String(share);
  return choose === 1 ? "0" : String(-share);
}

function item(choice: Choice, number: number, subject: string): string {
  const single = choice.choose === 1;
  const respident = single ? "MCSR" : "MCMR";
  const labels = choice.answers.map(
    ({ text }, n) =>
      `<response_label ident="${n}">${material(answerHTML(text))}</response_label>`,
  );
  const conditions = choice.answers.flatMap((answer, n) => {
    const equal = `<varequal respident="${respident}">${n}</varequal>`;
    const chosen = `<respcondition continue="Yes"><conditionvar>${equal}</conditionvar><setvar action="Add">${points(choice, answer)}</setvar><displayfeedback feedbacktype="Response" linkrefid="response_${n}"/></respcondition>`;
    const other = `<respcondition continue="Yes"><conditionvar><not>${equal}</not></conditionvar><setvar action="Add">0</setvar></respcondition>`;
    return single ? [chosen] : [chosen, other];
  });
  const feedback = choice.answers.map(
    ({ because }, n) =>
      `<itemfeedback ident="response_${n}" view="All"><flow_mat>${material(answerHTML(because))}</flow_mat></itemfeedback>`,
  );
  const title = escapeHTML(choice.id);
  return `<item ident="il_0_qst_${number}" title="${title}" maxattempts="0">
<qticomment>${escapeHTML(subject)}</qticomment>
<duration>P0Y0M0DT0H1M0S</duration>
<itemmetadata><qtimetadata>
${field("ILIAS_VERSION", "8.0 2023-05-10")}
${field("QUESTIONTYPE", single ? "SINGLE CHOICE QUESTION" : "MULTIPLE CHOICE QUESTION")}
${field("AUTHOR", "Chat over TCP")}
${field("additional_cont_edit_mode", "default")}
${field("externalId", choice.id)}
${field("ilias_lifecycle", "draft")}
${field("lifecycle", "draft")}
${field("thumb_size", "150")}
${field("feedback_setting", "2")}
${field("singleline", "1")}
</qtimetadata></itemmetadata>
<presentation label="${title}"><flow>
${material(questionHTML(choice))}
<response_lid ident="${respident}" rcardinality="${single ? "Single" : "Multiple"}"><render_choice shuffle="Yes">
${labels.join("\n")}
</render_choice></response_lid>
</flow></presentation>
<resprocessing><outcomes><decvar/></outcomes>
${conditions.join("\n")}
</resprocessing>
${feedback.join("\n")}
</item>`;
}

const HEADER = '<?xml version="1.0" encoding="utf-8"?>';

/** The questions of a pool, in QTI 1.2 as ILIAS writes it. */
export function qtiOf(quizzes: readonly Quiz[]): string {
  let number = 0;
  const items = quizzes.flatMap(({ chapter, choices }) =>
    choices.map((choice) =>
      item(choice, ++number, `Chapter ${chapter.number}`),
    ),
  );
  return `${HEADER}
<!DOCTYPE questestinterop SYSTEM "ims_qtiasiv1p2p1.dtd">
<questestinterop>
${items.join("\n")}
</questestinterop>
`;
}

/** What ILIAS keeps of a pool besides its questions. */
export function contentObjectOf(quizzes: readonly Quiz[]): string {
  const count = quizzes.reduce((sum, { choices }) => sum + choices.length, 0);
  const pages = Array.from(
    { length: count },
    (_, n) =>
      `<PageObject><PageContent><Question QRef="il_0_qst_${n + 1}"/></PageContent></PageObject>`,
  );
  return `${HEADER}
<!DOCTYPE Test SYSTEM "http://www.ilias.uni-koeln.de/download/dtd/ilias_co.dtd">
<ContentObject Type="Questionpool_Test">
<MetaData><General Structure="Hierarchical"><Identifier Catalog="ILIAS" Entry="il_0_qpl_1"/><Title Language="en">Chat over TCP</Title><Language Language="en"/><Description Language="en">Questions of the workbook</Description><Keyword Language="en">TCP</Keyword></General></MetaData>
<Settings><ShowTaxonomies>0</ShowTaxonomies><SkillService>0</SkillService></Settings>
${pages.join("\n")}
</ContentObject>
`;
}

/**
 * The zip of a question pool.
 *
 * @param name the file's name, as `POOL_NAME` says
 */
export function poolOf(quizzes: readonly Quiz[], name: string): Uint8Array {
  const folder = name.replace(/\.zip$/, "");
  // The earliest date that a zip can hold: the same questions, the same bytes.
  const files: Zippable = {
    [`${folder}/${folder}.xml`]: strToU8(contentObjectOf(quizzes)),
    [`${folder}/${folder.replace("qpl", "qti")}.xml`]: strToU8(qtiOf(quizzes)),
    [`${folder}/objects/`]: new Uint8Array(),
  };
  return zipSync(files, { mtime: new Date(1980, 0, 1) });
}
