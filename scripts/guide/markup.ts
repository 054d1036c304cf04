/** HTML from text. */

/** Text as it stands in HTML, also inside of an attribute. */
export function escaped(text: string): string {
  return text
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");
}

/** A sentence with `code` in it. */
export function inline(text: string): string {
  return escaped(text).replace(/`([^`]+)`/g, "<code>$1</code>");
}

/** A word as part of an address. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\d]+/gu, "-")
    .replace(/^-|-$/g, "");
}

const VERBATIM = /^(code|pre|svg|script|style|textarea)$/;
const BLOCK = /^(p|li|td|th|h\d|d[dt]|div|summary|figcaption|legend|label|br)$/;

/** A number, with the unit that must not stand on the next line. */
const UNIT = /(\d) (?=(?:%|(?:[KMG]i?B|kB|B|[mµ]?s)(?!\w)))/g;

/**
 * HTML with the quotes and apostrophes that print has, in place of those that
 * keyboards have, and each number with its unit. What is code stays as it is.
 */
export function typeset(html: string): string {
  let before = " ";
  let verbatim = 0;
  return html.replace(
    /<(\/?)(\w+)[^>]*>|[^<]+/g,
    (part, close: string, tag: string | undefined) => {
      if (tag !== undefined) {
        if (VERBATIM.test(tag)) verbatim += close ? -1 : 1;
        if (BLOCK.test(tag)) before = " ";
        return part;
      }
      const last = before;
      before = part.at(-1) ?? " ";
      if (verbatim > 0) return part;
      const units = part.replace(UNIT, "$1\u00a0");
      return units.replace(/&quot;|["']/g, (sign, at: number) => {
        const opens = /[\s([{/–]/.test(at > 0 ? (units[at - 1] ?? "") : last);
        if (sign === "'") return opens ? "‘" : "’";
        return opens ? "“" : "”";
      });
    },
  );
}
