/** The texts of the questions: paragraphs, with `code` between backticks. */

/** A part of a paragraph. */
export interface Part {
  readonly text: string;
  readonly code: boolean;
}

/** The paragraphs of a text, each in its parts; line breaks are blanks. */
export function paragraphs(text: string): Part[][] {
  return text.split(/\n\s*\n/).map((paragraph) =>
    paragraph
      .replace(/\s+/g, " ")
      .trim()
      .split("`")
      .map((part, n) => ({ text: part, code: n % 2 === 1 }))
      .filter(({ text: one }) => one !== ""),
  );
}

/** Makes a text safe inside of HTML and XML, in attributes too. */
export function escapeHTML(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** A text as HTML in one line: code in `<code>`, paragraphs by `<br><br>`. */
export function inlineHTML(text: string): string {
  return paragraphs(text)
    .map((parts) =>
      parts
        .map((part) =>
          part.code
            ? `<code>${escapeHTML(part.text)}</code>`
            : escapeHTML(part.text),
        )
        .join(""),
    )
    .join("<br><br>");
}

/** A text as HTML, each paragraph in `<p>`. */
export function blockHTML(text: string): string {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => `<p>${inlineHTML(paragraph)}</p>`)
    .join("\n");
}

/** Code as HTML; nothing when there is none. */
export function codeHTML(code: string): string {
  return code === ""
    ? ""
    : `<pre tabindex="0"><code>${escapeHTML(code)}</code></pre>`;
}
