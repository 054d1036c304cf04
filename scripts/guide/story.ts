/**
 * A recording as it is told: what differs from run to run (ports, versions, the
 * order of what happens at once) is made the same, and long ones are cut.
 */
import { draw, type Row, shorten } from "../room/diagram.ts";
import { TOKEN } from "../room/tokens.ts";
import type { Entry } from "../room/transcript.ts";
import { FLOOD, GAP, type Recording } from "./record.ts";

/** Which rows of a recording are told; all that is not said is as it comes. */
export interface Part {
  /** The first row is the first one whose text this matches. */
  readonly from?: RegExp;
  /** How many rows there are at most. */
  readonly rows?: number;
  /** Of the others only what the program prints, and these. */
  readonly only?: string;
}

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

/** How many rows of a flood are told. */
const FLOOD_ROWS = 5;
/** How many rows are told when the figure does not say which. */
const ROWS = 14;
/** Of them, how many follow the one that is marked. */
const AFTER_MARK = 2;
/** How far apart two things may be seen that are done at once, in ms. */
const AT_ONCE = 2;
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

/** Of things that the program does by itself and at once, always one order. */
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
    const last = run.at(-1);
    if (!isOwn(entry) || (last && entry.at - last.at > AT_ONCE)) flush();
    if (isOwn(entry)) run.push(entry);
    else out.push(entry);
  }
  flush();
  return out;
}

/**
 * Who joins does so before the program tells of it. Which of the two is seen
 * first is chance; that a print is of somebody new, its port says.
 */
function joinsFirst(entries: readonly Entry[]): Entry[] {
  const seen = new Set<string>();
  const ofNew = new Set<Entry>();
  const out: Entry[] = [];
  for (const entry of entries) {
    if (entry.kind === "print") {
      const ports = entry.bytes.toString().match(/\b5000\d\b/g) ?? [];
      if (ports.some((port) => !seen.has(port))) ofNew.add(entry);
      for (const port of ports) seen.add(port);
    }
    let at = out.length;
    while (entry.kind === "join" && ofNew.has(out[at - 1] as Entry)) at--;
    out.splice(at, 0, entry);
  }
  return out;
}

/** The place in a flood where a part of it was not kept. */
const isGap = (row: Row | undefined) =>
  typeof row === "object" && row.kind === "note" && row.text === GAP;

/** True for a chunk that is one of many, and for their number. */
function isFlood(row: Row): boolean {
  if (typeof row === "number" || isGap(row)) return true;
  if (row.kind !== "send" || row.mark !== undefined) return false;
  return (row.length ?? row.bytes.length) >= FLOOD;
}

/** A flood goes on and on: its beginning is told, and how long it is. */
function withoutFlood(rows: readonly Row[]): Row[] {
  const out: Row[] = [];
  let told = 0;
  for (const row of rows) {
    told = isFlood(row) ? told + 1 : 0;
    const last = out.at(-1);
    if (told <= FLOOD_ROWS) out.push(row);
    else if (isGap(row)) {
      if (typeof last === "number") out.pop();
      out.push(row);
    } else if (!isGap(last)) {
      const count = typeof row === "number" ? row : 1;
      if (typeof last === "number") out[out.length - 1] = last + count;
      else out.push(count);
    }
  }
  return out;
}

/** Everything that happened, row by row. */
function allRows({ entries, check }: Recording, only?: string): Row[] {
  const program = check.strand;
  const concerns = (entry: Entry) => {
    if (entry.kind === "print") return false;
    const all = ["from" in entry ? [entry.from, entry.to] : []].flat();
    if ("who" in entry) all.push(entry.who);
    return all.includes(only ?? "") || entry.kind === "signal";
  };
  const told = entries.filter(
    (entry) =>
      ((entry.kind !== "start" && entry.kind !== "listen") || entry.mark) &&
      (only === undefined || concerns(entry)),
  );
  return withoutFlood(
    shorten(joinsFirst(inOrder(printedLines(told), program))),
  );
}

/** Somebody who is in a state that matters for all that comes after it. */
const isFrozen = (row: Row) =>
  typeof row !== "number" &&
  row.kind === "note" &&
  row.text === "stops reading";

/**
 * Tells a recording, or a part of it; a wrong one to a little past what is
 * marked as wrong.
 *
 * @throws {Error} with a sentence, when no row is as the part begins
 */
export function tell(recording: Recording, part: Part = {}): Story {
  const program = recording.check.strand;
  const rows = allRows(recording, part.only);
  const most = part.rows ?? ROWS;
  const { from } = part;
  const first = from
    ? rows.findIndex((row) => from.test(textOf(row, program)))
    : undefined;
  if (first === -1) {
    throw new Error(`Nothing in "${recording.check.id}" is ${from}.`);
  }
  const marked = rows.findLastIndex(
    (row) => typeof row !== "number" && row.mark !== undefined,
  );
  const stop =
    marked >= 0 ? Math.min(marked + 1 + AFTER_MARK, rows.length) : most;
  const begin = first ?? Math.max(0, stop - most);
  const end = first === undefined ? stop : first + most;
  const shown = rows.slice(begin, end);
  const frozen = rows.slice(0, begin).findLast(isFrozen);
  if (frozen) shown.unshift(frozen);
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
  return textOf(row, program, width);
}

function textOf(row: Row, program: string, width = 4): string {
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
export function asText(recording: Recording, part?: Part): string {
  const story = tell(recording, part);
  const lines = story.rows.map((row) => textRow(row, story).trimEnd());
  if (story.before) lines.unshift("…");
  if (story.after) lines.push("…");
  return `${[...lines, verdictLine(recording)].join("\n")}\n`;
}

/** A line of a story without what is chance: floods, times, sizes. */
function bare(line: string, token = (_: string) => "token"): string {
  return (
    line
      .trim()
      .replace(/\s+/g, " ")
      // What is in the chunks of a flood, and how they are cut, is chance.
      .replace(/"[^"]*…" \(\d+ bytes\)/, '"…"')
      // Which token it is depends on how often somebody had to greet.
      .replace(TOKEN, token)
      .replace(/^… \d+ more chunks?$/, "…")
      .replace(/^\w+ goes on like this$/, "…")
      // Who is the first of two at once has the first port.
      .replace(/\b5000\d\b/g, "port")
      // How much is said until a kernel has had enough is chance as well.
      .replace(/\d+ of \d+ lines/, "some of the lines")
      // A turn of the loop more or less; not one write for each line.
      .replace(/\bin [1-3] writes?\b/, "in a few writes")
      .replace(/[\d.,]+ (?=(bytes|MB|megabytes|ms|s|seconds|%)\b)/g, "")
  );
}

/** What a program sends, line by line: what comes in one piece is chance. */
function apart(line: string, program: string): string[] {
  const sent = new RegExp(`^${program} ──"(.*)"──▶ (\\w+)$`).exec(line);
  if (!sent?.[1] || sent[1].includes("…")) return [line];
  return sent[1]
    .split(/(?<=⏎)/)
    .map((one) => `${program} ──"${one}"──▶ ${sent[2]}`);
}

/** For each token the lines that it is in: who said it, and who heard it. */
function traces(
  lines: readonly string[],
  program: string,
): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const line of lines.flatMap((one) => apart(one.trim(), program))) {
    for (const [own] of line.matchAll(TOKEN)) {
      const about = bare(line, (one) => (one === own ? "this" : "other"));
      const way = about.split(" ✗ ")[0] as string;
      if (way.includes('"…"')) continue;
      found.set(own, (found.get(own) ?? new Set()).add(way));
    }
  }
  return found;
}

/** In whose hands a line of a story is: of these each has an order of its own. */
function lifelines(line: string, people: readonly string[]): string[] {
  const outside = line.replace(/".*"/, "");
  // Who talks does not wait for what comes the other way.
  const way = / ──.*──▶ (\w+)$/.exec(line);
  if (way) return [`${outside.split(" ")[0]} to ${way[1]}`];
  const named = people.filter((name) =>
    new RegExp(`(^|\\s)${name}(\\s|$)`).test(outside),
  );
  // What a program prints, does, and what its system tells of it, is seen at
  // different times.
  const own = / prints /.test(outside) ? "prints" : line;
  return named.length > 0 ? named : [own];
}

/**
 * True when a text still tells what happens in `recording`: everything that
 * happens to somebody happens now, in the same order. Between two who do not
 * wait for each other there is none.
 */
export function stillTells(
  text: string,
  recording: Recording,
  part: Part = {},
): boolean {
  const { program } = tell(recording, part);
  const rows = allRows(recording, part.only);
  const parts = (line: string) => {
    // Which row has the mark depends on what had come when it was noticed.
    const [row = "", mark] = bare(line).split(" ✗ ");
    return [...apart(row, program), ...(mark ? [`✗ ${mark}`] : [])];
  };
  const lines = rows.flatMap((row) => parts(textOf(row, program)));
  const verdict = bare(verdictLine(recording));
  const told = text.trimEnd().split("\n");
  if (bare(told.pop() ?? "") !== verdict) return false;
  // How much follows what is wrong depends on when the check ended.
  const marked = told.findLastIndex((line) => line.includes(" ✗ "));
  if (marked >= 0) told.splice(marked + 1);
  const people = [
    ...new Set(
      rows.flatMap((row) =>
        typeof row === "number"
          ? []
          : "from" in row
            ? [row.from, row.to]
            : "who" in row
              ? [row.who]
              : [],
      ),
    ),
  ].filter((name) => name !== program);
  const now = traces(
    rows.map((row) => textOf(row, program)),
    program,
  );
  for (const lines of traces(told, program).values()) {
    const isOneOf = (others: Set<string>) =>
      [...lines].every((line) => others.has(line));
    if (![...now.values()].some(isOneOf)) return false;
  }
  const left = new Map<string, string[]>();
  const before = new Map<string, string>();
  for (const line of lines) {
    for (const name of lifelines(line, people)) {
      left.set(name, [...(left.get(name) ?? []), line]);
    }
  }
  return told
    .flatMap(parts)
    .filter((line) => line !== "…")
    .every((line) =>
      // Where a mark stands is chance; that it stands there is not.
      line.startsWith("✗ ")
        ? lines.includes(line)
        : lifelines(line, people).every((name) => {
            // How many chunks of a flood are told is chance as well.
            if (line.includes('"…"') && before.get(name) === line) return true;
            before.set(name, line);
            const own = left.get(name) ?? [];
            const at = own.indexOf(line);
            left.set(name, own.slice(at + 1));
            return at >= 0;
          }),
    );
}
