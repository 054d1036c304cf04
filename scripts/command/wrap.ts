/** Prose for a terminal. */

/** The most that a line of prose is wide, in characters: more is hard to read. */
const WIDEST = 78;

/** Breaks text into lines of at most `columns` characters, words kept whole. */
export function wrap(text: string, columns: number): string {
  const width = Math.max(20, Math.min(columns, WIDEST));
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(word);
  }
  return lines.join("\n");
}
