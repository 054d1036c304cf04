/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The widget of chapter 04: the reader cuts a stream, and sees the framings. */
import { Buffer } from "./bytes.ts";
import { button, make, places } from "./dom.ts";
import {
  type Cell,
  cellsOf,
  chunksOf,
  type Framing,
  MOST_BYTES,
  meant,
  messages,
  shorten,
  visible,
} from "./framing.ts";

const EXAMPLES: readonly [name: string, text: string][] = [
  ["Three lines", "one\ntwo\nthree\n"],
  ["With ü", "grüß dich\nBen\n"],
  ["With an emoji", "hi 😀\nbye\n"],
  ["With CR LF", "hello\r\nbye\r\n"],
];

/** Where a stream is cut first: inside of a line and inside of an ü. */
const FIRST_TEXT = "hello\ngrüß dich\n";
const FIRST_CUTS = [3, 9];

/** Puts the widget into every place for it on the page. */
export function mountFraming(framings: readonly Framing[]): void {
  for (const place of places("framing")) mount(place, framings);
}

function mount(place: HTMLElement, framings: readonly Framing[]): void {
  let text = FIRST_TEXT;
  let cuts = new Set(FIRST_CUTS);
  /** The gap between two bytes that the arrow keys have come to. */
  let gap = 1;

  const area = make("textarea", { rows: "3", spellcheck: "false" });
  area.value = text;
  const strip = make("div", {
    class: "widget-bytes",
    role: "toolbar",
    "aria-label": "Bytes, and where the stream is cut",
  });
  const hint = make(
    "p",
    { class: "widget-hint" },
    "Click between two bytes to cut there, or to join what is cut. With keys: arrows go from gap to gap, Enter or the space bar cuts.",
  );
  const results = make("div", { class: "widget-results" });
  const status = make("p", { class: "widget-status", role: "status" });

  const cells = (): Cell[] => cellsOf(text);
  const label = (at: number): string => {
    const all = cells();
    const before = all[at - 1] as Cell;
    const where = before.inside
      ? `in the middle of ${before.of}`
      : `behind ${before.of}`;
    const state = cuts.has(at) ? "cut" : "not cut";
    return `${state}: after byte ${at} of ${all.length}, ${where}`;
  };

  const showResults = () => {
    const chunks = chunksOf(Buffer.encode(text), cuts);
    const right = JSON.stringify(meant(text));
    const wrong: string[] = [];
    results.replaceChildren(
      ...framings.map((framing) => {
        const said = messages(framing, chunks);
        const good = JSON.stringify(said) === right;
        if (!good) wrong.push(framing.name);
        return make(
          "section",
          { class: "widget-result", "data-good": String(good) },
          make("h4", {}, framing.name),
          make(
            "p",
            { class: "widget-verdict" },
            good ? "✓ as it was said" : "✗ not what was said",
          ),
          make(
            "ol",
            {},
            ...said.map((line) =>
              make("li", {}, make("code", {}, visible(line) || "(empty)")),
            ),
          ),
        );
      }),
    );
    status.textContent = `${chunks.length === 1 ? "1 chunk" : `${chunks.length} chunks`}. ${
      wrong.length === 0
        ? "All framings make of it what was said."
        : `Wrong: ${wrong.join("; ")}.`
    }`;
  };

  const showBytes = () => {
    const all = cells();
    gap = Math.max(1, Math.min(gap, all.length - 1));
    strip.replaceChildren(
      ...all.flatMap((cell, n) => {
        const byte = make(
          "span",
          { class: "widget-byte", "aria-hidden": "true" },
          make("span", { class: "widget-char" }, cell.char || "·"),
          make("span", { class: "widget-hex" }, cell.hex),
        );
        const at = n + 1;
        if (at === all.length) return [byte];
        const cut = button("", () => toggle(at));
        cut.className = "widget-gap";
        cut.tabIndex = at === gap ? 0 : -1;
        cut.setAttribute("aria-label", label(at));
        cut.setAttribute("aria-pressed", String(cuts.has(at)));
        cut.dataset.at = String(at);
        return [byte, cut];
      }),
    );
  };

  const gapAt = (at: number) =>
    strip.querySelector<HTMLButtonElement>(`[data-at="${at}"]`);

  const toggle = (at: number) => {
    if (!cuts.delete(at)) cuts.add(at);
    const cut = gapAt(at);
    cut?.setAttribute("aria-pressed", String(cuts.has(at)));
    cut?.setAttribute("aria-label", label(at));
    go(at);
    showResults();
  };

  const go = (to: number) => {
    const last = cells().length - 1;
    const old = gapAt(gap);
    if (old) old.tabIndex = -1;
    gap = Math.max(1, Math.min(to, last));
    const now = gapAt(gap);
    if (now) now.tabIndex = 0;
    now?.focus();
  };

  strip.addEventListener("keydown", (event) => {
    const to: Record<string, number> = {
      ArrowRight: gap + 1,
      ArrowLeft: gap - 1,
      Home: 1,
      End: cells().length - 1,
    };
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    go(next);
  });

  const cutAt = (where: (cell: Cell) => boolean) => {
    const all = cells();
    cuts = new Set(
      all.flatMap((cell, n) =>
        n < all.length - 1 && where(cell) ? [n + 1] : [],
      ),
    );
    showBytes();
    showResults();
  };

  const say = (line: string) => {
    text = shorten(line);
    cuts = new Set([...cuts].filter((at) => at < Buffer.encode(text).length));
    showBytes();
    showResults();
  };

  area.addEventListener("input", () => {
    const short = shorten(area.value);
    if (short !== area.value) area.value = short;
    say(short);
  });

  const examples = make(
    "div",
    { class: "widget-buttons", role: "group", "aria-label": "Examples" },
    ...EXAMPLES.map(([name, example]) =>
      button(name, () => {
        area.value = example;
        say(example);
      }),
    ),
  );
  const cutting = make(
    "div",
    { class: "widget-buttons", role: "group", "aria-label": "Cuts" },
    button("One chunk", () => cutAt(() => false)),
    button("A chunk for each line", () => cutAt(({ of }) => of === "newline")),
    button("Cut behind every byte", () => cutAt(() => true)),
  );
  place.replaceChildren(
    make(
      "label",
      { class: "widget-input" },
      `What Ada says, at most ${MOST_BYTES} bytes; Enter ends a line`,
      area,
    ),
    examples,
    hint,
    strip,
    cutting,
    status,
    results,
  );
  place.classList.add("widget-live");
  showBytes();
  showResults();
}
