/**
 * A recording as it is told: what differs from run to run (ports, versions, the
 * order of what happens at once) is made the same, and long ones are cut.
 */
import { draw, type Row, shorten } from "../room/diagram.ts";
import { TOKEN } from "../room/tokens.ts";
import type { Entry } from "../room/transcript.ts";
import type { Recording } from "./record.ts";

/** What is told of a recording. */
export interface Story {
  /** "server" or "client". */
  readonly program: string;
  /** The others, in the order in which they appear. */
  readonly people: readonly string[];
  readonly rows: readonly Row[];
  /** True when something before or after is left out. */
  readonly before: boolean;
  readonly after: boolean;
}

/** How many rows are told when the figure does not say which. */
const ROWS = 14;
/** Of them, how many follow the one that is marked. */
const AFTER_MARK = 2;
/** The first port that a kernel gives to a client by itself. */
const EPHEMERAL = 32_768;

/** Other words for what is another one in every run. */
function sameWords() {
  const ports = new Map<string, string>();
  return (text: string) =>
    text
      .replace(/\bv\d+\.\d+\.\d+/g, "v…")
      .replace(/\bnode:([\w/]+):\d+(:\d+)?/g, "node:$1:…")
      .replace(/\b\d{4,5}\b/g, (number) => {
        const at = Number(number);
        if (at < EPHEMERAL || at > 65535) {
          return number;
        }
        if (!ports.has(number)) ports.set(number, `5000${ports.size + 1}`);
        return ports.get(number) as string;
      });
}

/** Prints as lines: how many come in one piece is chance. */
function printedLines(entries: readonly Entry[]): Entry[] {
  const told = sameWords();
  return entries.flatMap((entry): Entry[] => {
    if (entry.kind !== "print") return [entry];
    const { length: _, ...rest } = entry;
    const lines = told(entry.bytes.toString())
      .split(/(?<=\n)/)
      .filter((line) => line.trim() !== "");
    const first = entry.stream === "stderr" ? lines.slice(0, 3) : lines;
    return first.map((line, n) => {
      const { mark, ...unmarked } = rest;
      const bytes = Buffer.from(line);
      const same = { ...unmarked, bytes, length: bytes.length };
      return n === first.length - 1 && mark ? { ...same, mark } : same;
    });
  });
}

/** Of a run of things that the program does by itself, always one order. */
function inOrder(entries: readonly Entry[], program: string): Entry[] {
  const rank = (entry: Entry) => {
    if (entry.kind === "print") return "0";
    if ("to" in entry) return `1 ${entry.to}`;
    return "2";
  };
  const isOwn = (entry: Entry) =>
    (entry.kind === "print" && entry.stream === "stdout") ||
    (entry.kind === "send" && entry.from === program);
  const out: Entry[] = [];
  let run: Entry[] = [];
  const flush = () => {
    out.push(...run.sort((a, b) => rank(a).localeCompare(rank(b))));
    run = [];
  };
  for (const entry of entries) {
    if (isOwn(entry)) run.push(entry);
    else {
      flush();
      out.push(entry);
    }
  }
  flush();
  return out;
}

/** Everything that happened, row by row. */
function allRows({ entries, check }: Recording): Row[] {
  const program = check.strand;
  const told = entries.filter(
    ({ kind, mark }) => (kind !== "start" && kind !== "listen") || mark,
  );
  return shorten(inOrder(printedLines(told), program));
}

/**
 * Tells a recording. `range` names rows, from 1: "3-12"; otherwise it is told
 * to the end, or to a little past what is marked as wrong.
 */
export function tell(recording: Recording, range?: string): Story {
  const program = recording.check.strand;
  const rows = allRows(recording);
  const [from, to] = (range ?? "").split("-").map(Number);
  const marked = rows.findLastIndex(
    (row) => typeof row !== "number" && row.mark !== undefined,
  );
  const end =
    to ?? (marked >= 0 ? Math.min(marked + 1 + AFTER_MARK, rows.length) : ROWS);
  const begin = range ? (from ?? 1) - 1 : Math.max(0, end - ROWS);
  const shown = rows.slice(begin, end);
  const people = new Set<string>();
  for (const row of shown) {
    if (typeof row === "number") continue;
    const names =
      row.kind === "type" || row.kind === "eof"
        ? ["user"]
        : "from" in row
          ? [row.from, row.to]
          : "who" in row && row.kind !== "signal"
            ? [row.who]
            : [];
    for (const name of names) if (name !== program) people.add(name);
  }
  const order = ["user", "Ada", "Ben", "Cleo"];
  const place = (name: string) => {
    const at = order.indexOf(name);
    return at < 0 ? order.length : at;
  };
  return {
    program,
    people: [...people].sort((a, b) => place(a) - place(b)),
    rows: shown,
    before: begin > 0,
    after: end < rows.length,
  };
}

/** One row as text. */
function textRow(row: Row, { people, program }: Story): string {
  const width = Math.max(4, ...people.map((name) => name.length));
  if (typeof row === "number") {
    return `${" ".repeat(width)} … ${row} more chunk${row > 1 ? "s" : ""}`;
  }
  const line = draw(row, program, width);
  return row.mark === undefined ? line : `${line}     ✗ ${row.mark}`;
}

/** The verdict in a line, with its cause, for the end of the text. */
export function verdictLine(recording: Recording): string {
  const { verdict, message, check, cause } = recording;
  if (verdict === "pass") return `✓ ${check.title}`;
  const happened = sameWords()(message.replace(/in [\d.]+ s of/, "while"));
  const stop = /[.!?]$/.test(happened) ? "" : ".";
  return `✗ ${happened}${stop}${cause ? ` ${cause.says}` : ""}`;
}

/** The story as text, as it stands in a page for readers on a code host. */
export function asText(recording: Recording, range?: string): string {
  const story = tell(recording, range);
  const lines = story.rows.map((row) => textRow(row, story).trimEnd());
  if (story.before) lines.unshift("…");
  if (story.after) lines.push("…");
  return `${[...lines, verdictLine(recording)].join("\n")}\n`;
}

/**
 * True when a text still tells what happens in `recording`: each of its lines
 * is there, in whatever order things happened that nobody waited for.
 */
export function stillTells(text: string, recording: Recording): boolean {
  const whole = { ...tell(recording), rows: allRows(recording) };
  const people = new Set<string>(whole.people);
  const story: Story = { ...whole, people: [...people] };
  const bare = (line: string) =>
    line
      .trim()
      .replace(/\s+/g, " ")
      // What is in the chunks of a flood, and how they are cut, is chance.
      .replace(/"[^"]*…" \(\d+ bytes\)/, '"…"')
      .replace(/^… \d+ more chunks?$/, "…");
  const digits = (line: string) => line.replace(/\d+/g, "0");
  // Two lines that the program sends at once may come as one chunk or as two.
  const apart = (line: string) => {
    const [, before, lines = "", after] =
      /^(\S+ ──")((?:[^"⏎]*⏎){2,})("──▶ .*)$/.exec(line) ?? [];
    if (!before?.startsWith(`${story.program} `)) return [line];
    return (lines.match(/[^⏎]*⏎/g) ?? []).map((one) => before + one + after);
  };
  // Which token it is depends on how often somebody had to greet, and which row
  // comes last depends on what had been printed when it was noticed.
  const facts = (line: string) => {
    const [row = "", mark] = bare(line.replace(TOKEN, "token")).split(" ✗ ");
    return [...apart(row), ...(mark ? [mark] : [])].map(digits);
  };
  const there = new Set([
    "…",
    ...story.rows.flatMap((row) => facts(textRow(row, story))),
    ...facts(verdictLine(recording)),
  ]);
  return text
    .trimEnd()
    .split("\n")
    .flatMap(facts)
    .every((fact) => there.has(fact));
}
