/**
 * The colours of code: few, so that a listing is read like the text around it.
 * What the highlighter takes for a name, a function or a sign stays ink.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * What is coloured, by the colour that the highlighter gives it in its light
 * theme (light-plus); `book.css` says how each of them looks.
 */
const KINDS: Readonly<Record<string, string>> = {
  "#0000ff": "k",
  "#af00db": "k",
  "#a31515": "s",
  "#811f3f": "s",
  "#d16969": "s",
  "#ee0000": "s",
  "#008000": "c",
  "#098658": "n",
  "#267f99": "t",
};

/** The kind of each class that the highlighter's own styles name. */
function kindsOf(styles: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, number, colour = ""] of styles.matchAll(
    /--light-hl-(\d+): (#\w{6})/g,
  )) {
    const kind = KINDS[colour.toLowerCase()];
    if (kind) found.set(`hl-${number}`, kind);
  }
  return found;
}

/** Gives all code in the site of `folder` the book's own colours. */
export function recolour(folder: string, styles: string): void {
  const kinds = kindsOf(styles);
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const name of names.filter((one) => one.endsWith(".html"))) {
    const file = path.join(folder, name);
    const html = readFileSync(file, "utf8");
    const now = html.replace(
      /<span class="(hl-\d+)">([^<]*)<\/span>/g,
      (_, own: string, text: string) => {
        const kind = text.trim() === "" ? undefined : kinds.get(own);
        return kind ? `<span class=${kind}>${text}</span>` : text;
      },
    );
    if (now !== html) writeFileSync(file, now);
  }
}
