/** Listings: parts of the programs that are run and tested, by their region. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { CHAPTERS, type Chapter, shortPath } from "../workbook/chapters.ts";
import { type Fence, fences } from "./fences.ts";

/** A part of a program. */
export interface Listing {
  readonly file: string;
  readonly region: string;
  readonly text: string;
  /** Its first and last line in the file. */
  readonly first: number;
  readonly last: number;
}

/** The most lines of code that a page may show without a source. */
const BY_HAND = 2;
const MARKER = /^\s*\/\/ #(end)?region (\S+)$/;

/** True for a line that only says where a region begins or ends. */
export function isMarker(line: string): boolean {
  return MARKER.test(line);
}

/**
 * The regions of a program, in their order.
 *
 * @throws {Error} with a sentence, when one is not named once at both ends
 */
export function readRegions(file: string): Listing[] {
  const lines = readFileSync(file, "utf8").split("\n");
  const found: Listing[] = [];
  const wrong = (region: string) =>
    new Error(
      `${shortPath(file)}: region "${region}" must begin and end once.`,
    );
  let open: { region: string; at: number } | undefined;
  for (const [at, line] of lines.entries()) {
    const [, end, region = ""] = MARKER.exec(line) ?? [];
    if (region === "") continue;
    if (end === undefined) {
      const twice = found.some((one) => one.region === region);
      if (open || twice) throw wrong(region);
      open = { region, at };
    } else {
      if (open?.region !== region) throw wrong(region);
      const text = `${lines
        .slice(open.at + 1, at)
        .join("\n")
        .trim()}\n`;
      found.push({ file, region, text, first: open.at + 2, last: at });
      open = undefined;
    }
  }
  if (open) throw wrong(open.region);
  return found;
}

/** What a fenced block names as its source: "./server.ts#framing". */
function source({ info }: Fence): string | undefined {
  return info[0] === "ts" ? info[1] : undefined;
}

/**
 * The listing that a fenced block stands for; `undefined` when it is none.
 *
 * @throws {Error} with a sentence, when file or region is unknown
 */
export function listingOf(fence: Fence, folder: string): Listing | undefined {
  const named = source(fence);
  if (named === undefined) return undefined;
  const [name = "", region = ""] = named.split("#");
  const file = path.join(folder, name);
  const where = `${shortPath(folder)}, line ${fence.line}`;
  if (!existsSync(file)) throw new Error(`${where}: there is no ${name}.`);
  const regions = readRegions(file);
  const found = regions.find((one) => one.region === region);
  if (found) return found;
  const known = regions.map((one) => one.region).join(", ") || "none";
  throw new Error(
    `${where}: ${name} has no region "${region}". It has: ${known}.`,
  );
}

/**
 * What is wrong with the listings of the book: unknown, shown twice, shown
 * nowhere, out of date, or typed by hand.
 */
export function listingProblems(
  pages: readonly { chapter: Chapter; text: string }[],
): string[] {
  const problems: string[] = [];
  const shown = new Set<string>();
  for (const { chapter, text } of pages) {
    for (const fence of fences(text)) {
      const where = `${chapter.name}/README.md, line ${fence.line}`;
      try {
        const listing = listingOf(fence, chapter.folder);
        if (!listing) {
          const code = ["ts", "js", "typescript", "javascript"];
          const lines = fence.body.trimEnd().split("\n").length;
          if (code.includes(fence.info[0] ?? "") && lines > BY_HAND) {
            problems.push(
              `${where}: ${lines} lines of code that no program has. Name a region: \`\`\`ts ./server.ts#region`,
            );
          }
          continue;
        }
        const name = `${shortPath(listing.file)}#${listing.region}`;
        if (shown.has(name)) problems.push(`${where}: ${name} is shown twice.`);
        shown.add(name);
        if (listing.text !== fence.body) {
          problems.push(`${where}: the listing differs from ${name}.`);
        }
      } catch (error) {
        problems.push((error as Error).message);
      }
    }
  }
  for (const file of new Set(CHAPTERS.map(({ program }) => program))) {
    try {
      for (const { region } of readRegions(file)) {
        const name = `${shortPath(file)}#${region}`;
        if (!shown.has(name)) problems.push(`${name} is shown on no page.`);
      }
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  return problems;
}
