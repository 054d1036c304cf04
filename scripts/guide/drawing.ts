/**
 * A story as a drawing: one lifeline for each of those who talk, time running
 * down. A box with an outline is a chunk; a filled one in it is a whole line.
 */
import { visible } from "../room/diagram.ts";
import type { Entry } from "../room/transcript.ts";
import { escaped } from "./markup.ts";
import type { Recording } from "./record.ts";
import { type Part, type Story, tell } from "./story.ts";

/** The width of every drawing, in its own units: a phone shows it whole. */
const WIDTH = 350;
const LEFT = 34;
const RIGHT = WIDTH - 40;
/** The width of a character, in the same units: 12 units high, monospaced. */
const CHARACTER = 7.3;
/** The most characters of a label. */
const LABEL = 38;
const HEAD = 34;

interface Drawn {
  readonly svg: string;
  readonly height: number;
  /** The same as a sentence. */
  readonly said: string;
}

const round = Math.round;

function cutTo(text: string, most: number): string {
  const characters = [...text];
  if (characters.length <= most) return text;
  return `${characters.slice(0, most - 1).join("")}…`;
}

/** A chunk's lines: those that are whole, and what is not. */
function pieces(entry: Entry & { bytes: Buffer }): string[] {
  const text = entry.bytes.toString("utf8");
  const found = text.split(/(?<=\n)/);
  const length = entry.length ?? entry.bytes.length;
  if (length > entry.bytes.length) return [cutTo(visible(text), 22)];
  return found;
}

/** A chunk: its outline, and its lines in it. */
function chunk(entry: Entry & { bytes: Buffer }, middle: number, y: number) {
  let budget = LABEL;
  const parts: { text: string; whole: boolean }[] = [];
  for (const piece of pieces(entry)) {
    if (budget < 4) {
      parts.push({ text: "…", whole: false });
      break;
    }
    const whole = piece.endsWith("\n");
    const text = cutTo(visible(piece), budget);
    parts.push({ text, whole });
    budget -= [...text].length + 2;
  }
  const length = entry.length ?? entry.bytes.length;
  const many = length > entry.bytes.length ? ` ${length} bytes` : "";
  const widths = parts.map(({ text }) => [...text].length * CHARACTER + 8);
  const extra = many.length * CHARACTER;
  const width = widths.reduce((sum, one) => sum + one + 3, 3) + extra;
  const x = Math.max(3, Math.min(middle - width / 2, WIDTH - width - 3));
  let at = x + 3;
  const inner = parts.map(({ text, whole }, n) => {
    const w = widths[n] as number;
    const box = `<rect class="${whole ? "ln" : "pt"}" x="${round(at)}" y="${y + 3}" width="${round(w)}"/><text x="${round(at + 4)}" y="${y + 14}">${escaped(text)}</text>`;
    at += w + 3;
    return box;
  });
  if (many) inner.push(`<text x="${round(at)}" y="${y + 14}">${many}</text>`);
  return `<rect class="ch" x="${round(x)}" y="${y}" width="${round(width)}"/>${inner.join("")}`;
}

function arrow(from: number, to: number, y: number, kind: string): string {
  const way = to > from ? 1 : -1;
  const end = to - way * 3;
  return `<path class="ar ${kind}" d="M${round(from)} ${y}H${round(end)}m${-way * 6} -4l${way * 6} 4l${-way * 6} 4"/>`;
}

/** A word on the lines: its outline is paper. */
function word(text: string, middle: number, y: number, kind = "wd"): string {
  const shown = cutTo(text, 48);
  const width = [...shown].length * 6.9 + 8;
  const x = Math.max(2, Math.min(middle - width / 2, WIDTH - width - 2));
  return `<text class="${kind}" x="${round(x + 4)}" y="${y + 12}">${escaped(shown)}</text>`;
}

function drawEntry(
  entry: Entry,
  y: number,
  place: (name: string) => number,
  program: string,
): Drawn {
  const own = place(program);
  const quoted = (bytes: Buffer) => cutTo(visible(bytes.toString()), 60);
  switch (entry.kind) {
    case "send": {
      const from = place(entry.from);
      const to = place(entry.to);
      const label = chunk(entry, (from + to) / 2, y);
      const said =
        entry.from === program
          ? `${entry.to} gets “${quoted(entry.bytes)}” from the ${program}.`
          : `${entry.from} sends “${quoted(entry.bytes)}” to the ${entry.to}.`;
      return { svg: label + arrow(from, to, y + 29, ""), height: 42, said };
    }
    case "fin":
    case "reset": {
      const from = place(entry.from);
      const to = place(entry.to);
      const kind = entry.kind === "fin" ? "fin" : "rst";
      const name = entry.kind === "fin" ? "FIN" : "RST";
      const what =
        entry.kind === "fin"
          ? "ends its direction of the connection"
          : "breaks the connection with a reset";
      return {
        svg:
          arrow(from, to, y + 20, kind) +
          word(name, (from + to) / 2, y + 1, kind),
        height: 32,
        said: `${entry.from} ${what}, to ${entry.to}.`,
      };
    }
    case "print": {
      const text = cutTo(visible(entry.bytes.toString()), 44);
      const width = [...text].length * CHARACTER + 14;
      const x = Math.max(3, Math.min(own - width / 2, WIDTH - width - 3));
      const where = entry.stream === "stderr" ? " err" : "";
      return {
        svg: `<rect class="tm${where}" x="${round(x)}" y="${y}" width="${round(width)}"/><text class="tt" x="${round(x + 7)}" y="${y + 14}">${escaped(text)}</text>`,
        height: 28,
        said: `The ${entry.who} prints “${quoted(entry.bytes)}”.`,
      };
    }
    case "type":
    case "eof": {
      const from = place("user");
      const text = entry.kind === "eof" ? "end of input" : "";
      const label =
        entry.kind === "type"
          ? chunk(entry, (from + own) / 2, y)
          : word(text, (from + own) / 2, y + 3);
      const said =
        entry.kind === "type"
          ? `The user types “${quoted(entry.bytes)}”.`
          : "The user ends the input.";
      return { svg: label + arrow(from, own, y + 29, "ty"), height: 42, said };
    }
    case "join": {
      const x = place(entry.who);
      // The program's own line is the last one: there is no room behind it.
      const beside = x === own ? -28 : 28;
      return {
        svg: `<circle class="jn" cx="${round(x)}" cy="${y + 8}" r="5"/>${word("joins", x + beside, y)}`,
        height: 26,
        said: `${entry.who} joins.`,
      };
    }
    case "signal":
      return {
        svg: word(entry.text, own, y, "sg"),
        height: 26,
        said: `${entry.text} is sent to the ${entry.who}.`,
      };
    case "exit": {
      const how = entry.signal ?? `exit code ${entry.code}`;
      const kind = entry.code === 0 ? "ar" : "ar rst";
      return {
        svg: `<path class="${kind}" d="M${own - 5} ${y + 4}l10 10m0 -10l-10 10"/>${word(`ends (${how})`, own - 70, y + 1)}`,
        height: 28,
        said: `The ${entry.who} ends, ${how}.`,
      };
    }
    case "connect":
    case "listen":
    case "start": {
      const text =
        entry.kind === "start"
          ? "starts"
          : `${entry.kind}s, port ${entry.port}`;
      return {
        svg: word(text, own, y),
        height: 26,
        said: `The ${entry.who} ${text}.`,
      };
    }
    case "note": {
      const sent = /^is sent (\d+) lines in (\d+) writes?$/.exec(entry.text);
      if (sent)
        return drawWrites(entry.who, Number(sent[1]), Number(sent[2]), y);
      return {
        svg: word(`${entry.who} ${entry.text}`, place(entry.who), y),
        height: 26,
        said: `${entry.who} ${entry.text}.`,
      };
    }
  }
}

/** Lines as boxes in a row, and below them the writes that carry them. */
function drawWrites(
  who: string,
  lines: number,
  writes: number,
  y: number,
): Drawn {
  const left = 10;
  const row = (count: number, at: number, kind: string) => {
    const width = (WIDTH - 2 * left) / count;
    return Array.from(
      { length: count },
      (_, n) =>
        `<rect class="${kind}" x="${round(left + n * width + 1.5)}" y="${at}" width="${round(width - 3)}"/>`,
    ).join("");
  };
  const many = writes === 1 ? "1 write" : `${writes} writes`;
  return {
    svg: `${word(`${lines} lines for ${who}`, WIDTH / 2, y)}${row(lines, y + 20, "ln")}${word(`in ${many}`, WIDTH / 2, y + 38)}${row(writes, y + 58, "ch one")}`,
    height: 88,
    said: `${who} is sent ${lines} lines in ${many}.`,
  };
}

/** The drawing of a recording as HTML: an SVG with its description. */
export function drawing(recording: Recording, id: string, part?: Part): string {
  const story = tell(recording, part);
  return drawStory(story, id, recording.check.title);
}

function drawStory(story: Story, id: string, title: string): string {
  const { people, program, rows } = story;
  const step = (RIGHT - LEFT) / Math.max(1, people.length);
  const place = (name: string) => {
    if (people.length === 0) return WIDTH / 2;
    const at = people.indexOf(name);
    return at < 0 ? RIGHT : LEFT + at * step;
  };
  const groups: string[] = [];
  const said: string[] = [];
  let y = HEAD + 10;
  const add = (svg: string, height: number, sentence: string) => {
    groups.push(`<g class="st">${svg}</g>`);
    said.push(sentence);
    y += height;
  };
  if (story.before)
    add(word("⋮ earlier", WIDTH / 2, y), 24, "Earlier steps are left out.");
  for (const row of rows) {
    if (typeof row === "number") {
      const text = `⋮ ${row} more chunk${row > 1 ? "s" : ""}`;
      add(word(text, WIDTH / 2, y), 24, `${row} more chunks.`);
      continue;
    }
    const drawn = drawEntry(row, y, place, program);
    if (row.mark === undefined) {
      add(drawn.svg, drawn.height, drawn.said);
      continue;
    }
    // The absence of something is told by the mark alone.
    const absent = row.kind === "note" && row.text === "…";
    const named =
      "who" in row && row.who !== program && !row.mark.includes(row.who);
    const person = named ? `${row.who}: ` : "";
    const text = `✗ ${absent ? person : ""}${row.mark}`;
    const height = absent ? 0 : drawn.height;
    const middle =
      "to" in row ? place(row.to) : place("who" in row ? row.who : program);
    const mark = word(text, middle, y + height - (absent ? 0 : 6), "mk");
    add(
      `<g class="wr">${absent ? "" : drawn.svg}${mark}</g>`,
      height + 22,
      `${absent ? "" : `${drawn.said} `}Here it goes wrong: ${person}${row.mark}.`,
    );
  }
  if (story.after)
    add(word("⋮ and so on", WIDTH / 2, y), 22, "The rest is left out.");
  const names = [...people, program].map((name) => {
    const x = place(name);
    const width = [...name].length * 7.4 + 12;
    const at = Math.max(2, Math.min(x - width / 2, WIDTH - width - 2));
    const kind = name === program ? "nm pr" : "nm";
    return `<path class="ll" d="M${round(x)} ${HEAD}V${y + 4}"/><rect class="${kind}" x="${round(at)}" y="8" width="${round(width)}" height="22" rx="4"/><text class="nt" x="${round(at + 6)}" y="23">${escaped(name)}</text>`;
  });
  return `<svg class="run" viewBox="0 0 ${WIDTH} ${y + 10}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${escaped(title)}</title><desc id="${id}-d">${escaped(said.join(" "))}</desc>${names.join("")}${groups.join("")}</svg>`;
}
