/** The kill matrix as a table of text. */
import type { Result } from "../verdict/hold.ts";
import type { Row } from "./rows.ts";

/** How a verdict is drawn, in one character. */
export const CELLS = {
  pass: "·",
  fail: "✗",
  "not reached": "–",
  infrastructure: "!",
  unstable: "~",
} as const;

/**
 * Draws one strand's rows: a column for each check, with its number, and the
 * numbers' meanings below.
 */
export function table(
  rows: readonly { row: Row; results: readonly Result[] }[],
): string {
  const ids = [
    ...new Set(
      rows.flatMap(({ results }) =>
        [...results]
          .sort((a, b) => a.check.chapter.localeCompare(b.check.chapter))
          .map(({ check }) => `${check.chapter.slice(0, 2)} ${check.id}`),
      ),
    ),
  ].sort((a, b) => a.slice(0, 2).localeCompare(b.slice(0, 2)));
  const width = Math.max(...rows.map(({ row }) => row.name.length));
  const head = ids.map((_, n) => String(n + 1).padStart(3)).join("");
  const lines = [`${"".padEnd(width)}${head}`];
  for (const { row, results } of rows) {
    const cells = ids.map((id) => {
      const result = results.find(({ check }) => id.slice(3) === check.id);
      return (result ? CELLS[result.verdict] : " ").padStart(3);
    });
    lines.push(`${row.name.padEnd(width)}${cells.join("")}`.trimEnd());
  }
  lines.push("");
  lines.push("· passes   ✗ fails   – not reached   (blank: not held)");
  lines.push(...ids.map((id, n) => `${String(n + 1).padStart(3)}  ${id}`));
  return lines.join("\n");
}
