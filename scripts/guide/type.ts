/**
 * The book's type: Source Serif for what is read, Source Sans for all around
 * it. The fonts stand inside of the styles, because a page on disk may not load
 * them from a folder of its own in every browser.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const resolve = createRequire(import.meta.url).resolve;

interface Face {
  readonly family: string;
  /** Its package. */
  readonly from: string;
  readonly weight: 400 | 600;
  readonly style: "normal" | "italic";
}

const SERIF = { family: "Source Serif 4", from: "source-serif-4" } as const;
const SANS = { family: "Source Sans 3", from: "source-sans-3" } as const;
const FACES: readonly Face[] = [
  { ...SERIF, weight: 400, style: "normal" },
  { ...SERIF, weight: 400, style: "italic" },
  { ...SERIF, weight: 600, style: "normal" },
  { ...SANS, weight: 400, style: "normal" },
  { ...SANS, weight: 600, style: "normal" },
];

/** The styles that bring the fonts along. */
export function fontStyles(): string {
  return FACES.map(({ family, from, weight, style }) => {
    const name = `${from}-latin-${weight}-${style}.woff2`;
    const file = resolve(`@fontsource/${from}/files/${name}`);
    const data = readFileSync(file, "base64");
    const weights = weight === 600 ? "600 700" : "400";
    return `@font-face{font-family:"${family}";font-style:${style};font-weight:${weights};font-display:block;src:url(data:font/woff2;base64,${data})format("woff2")}`;
  }).join("\n");
}

/** Under what licence both are given: it must go where the fonts go. */
export function fontLicence(): string {
  const file = resolve(`@fontsource/${SERIF.from}/LICENSE`);
  const text = readFileSync(file, "utf8").trim();
  return `${SERIF.family}, ${SANS.family}\n\n${text}\n`;
}
