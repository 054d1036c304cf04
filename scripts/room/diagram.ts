/** A transcript as a diagram of text: participants left, the program right. */
import type { Entry } from "./transcript.ts";

/** The most of a chunk that is quoted, in characters. */
const QUOTED = 48;
/** How many lines of a conversation a diagram shows at most. */
const SHOWN = 14;
/** Chunks in a row, the same way, that are drawn before they are counted. */
const IN_A_ROW = 3;

/** Newlines as ⏎, other control characters made visible. */
export function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, (control) => {
    if (control === "\n") return "⏎";
    if (control >= " ") return "␡";
    return String.fromCharCode(0x2400 + control.charCodeAt(0));
  });
}

/** Bytes in quotes, with what cannot be printed made visible. */
function quote(entry: Entry & { bytes: Buffer }): string {
  const text = visible(entry.bytes.toString("utf8"));
  const characters = [...text];
  const length = entry.length ?? 0;
  if (characters.length <= QUOTED && entry.bytes.length === length) {
    return `"${text}"`;
  }
  return `"${characters.slice(0, QUOTED).join("")}…" (${length} bytes)`;
}

/** Which way an entry goes, for those that go from one to another. */
function way(entry: Entry): { from: string; to: string } | undefined {
  return "from" in entry ? entry : undefined;
}

/**
 * Draws one entry as a line, for a program of this name and participants whose
 * names are at most `width` characters long.
 */
export function draw(entry: Entry, program: string, width: number): string {
  const indent = " ".repeat(width + 2);
  const person = (who: string) => who.padEnd(width);
  const arrow = (label: string) => {
    const { from, to } = way(entry) as { from: string; to: string };
    return from === program
      ? `${indent}${from} ──${label}──▶ ${to}`
      : `${person(from)} ──${label}──▶ ${to}`;
  };
  switch (entry.kind) {
    case "start":
      return `${indent}${entry.who} starts: ${entry.text}`;
    case "listen":
      return `${indent}${entry.who} listens on port ${entry.port}, ${entry.text}`;
    case "connect":
      return `${indent}${entry.who} connects to ${entry.text}:${entry.port}`;
    case "join":
      return entry.who === program
        ? `${indent}${program} is connected`
        : `${person(entry.who)} joins`;
    case "send":
      return arrow(quote(entry));
    case "fin":
      return arrow("FIN");
    case "reset":
      return arrow("RST");
    case "print": {
      const where = entry.stream === "stderr" ? " on stderr" : "";
      return `${indent}${entry.who} prints${where} ${quote(entry)}`;
    }
    case "type":
      return `${person("user")} ──${quote(entry)}──▶ ${entry.who}`;
    case "eof":
      return `${person("user")} ──end of input──▶ ${entry.who}`;
    case "signal":
      return `${person("")} ──${entry.text}──▶ ${entry.who}`;
    case "exit": {
      const how = entry.signal ?? `exit code ${entry.code}`;
      return `${indent}${entry.who} ends (${how})`;
    }
    case "note":
      return entry.who === program
        ? `${indent}${program} ${entry.text}`
        : `${person(entry.who)} ${entry.text}`;
  }
}

/** An entry, or how many chunks are only counted. */
export type Row = Entry | number;

/** Entries of a long run the same way become one that counts them. */
export function shorten(entries: readonly Entry[]): Row[] {
  const short: Row[] = [];
  let row = 0;
  let before: Entry | undefined;
  for (const entry of entries) {
    const same =
      entry.kind === "send" &&
      before?.kind === "send" &&
      entry.from === before.from &&
      entry.to === before.to;
    row = same ? row + 1 : 0;
    before = entry;
    if (row < IN_A_ROW || entry.mark !== undefined) short.push(entry);
    else if (typeof short.at(-1) === "number") {
      short.push((short.pop() as number) + 1);
    } else short.push(1);
  }
  return short;
}

/**
 * Draws the entries of a transcript. `program` is the name of the one under
 * check, "server" or "client". With `steps`, only the last ones are drawn, up
 * to and a little past the one that is marked as wrong.
 */
export function diagram(
  entries: readonly Entry[],
  program: string,
  steps = SHOWN,
): string {
  const names = entries.flatMap((entry) => {
    const between = way(entry);
    return between ? [between.from, between.to] : [];
  });
  const width = Math.max(
    4,
    ...names.filter((name) => name !== program).map((name) => name.length),
  );
  const short = shorten(entries);
  const marked = short.findLastIndex(
    (entry) => typeof entry !== "number" && entry.mark !== undefined,
  );
  const end = marked >= 0 ? Math.min(marked + 3, short.length) : short.length;
  const begin = Math.max(0, end - steps);
  const lines = short.slice(begin, end).map((entry) => {
    if (typeof entry === "number") {
      return `${" ".repeat(width)} … ${entry} more chunk${entry > 1 ? "s" : ""}`;
    }
    const line = draw(entry, program, width);
    return entry.mark === undefined ? line : `${line}     ✗ ${entry.mark}`;
  });
  if (begin > 0) lines.unshift("…");
  return lines.join("\n");
}
