/**
 * What a page needs to be touched: the widgets of chapters 04 and 07, and the
 * self-check. Scripts are classic ones and ask nothing of any other machine, so
 * that they run from a file. Without them the page says the same in words.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { escapeHTML } from "../../quiz/prose.ts";
import { Buffer } from "./bytes.ts";
import { chunksOf, type Framing, messages, visible } from "./framing.ts";
import {
  begin,
  describe,
  mebibytes,
  POLICIES,
  type State,
  step,
} from "./slow_consumer.ts";
import { bundle, framingsModule, takeMaxPending } from "./taken.ts";

/** The widgets, as a page names them: ```` ```widget framing ````. */
export const WIDGETS = ["framing", "slow-consumer"] as const;
export type Widget = (typeof WIDGETS)[number];

const read = (file: string) =>
  readFileSync(fileURLToPath(new URL(file, import.meta.url)), "utf8");

/** The framings themselves, compiled from the programs' code as for a page. */
export async function takeFramings(): Promise<Framing[]> {
  const code = await bundle(framingsModule(), "esm");
  const url = `data:text/javascript,${encodeURIComponent(code)}`;
  const { framings } = (await import(url)) as { framings: Framing[] };
  return framings;
}

/** The stream that the words without a script speak of. */
const STREAM = "hello\ngrüß dich\n";
const CUTS = new Set([3, 9]);

async function framingWords(): Promise<string> {
  const framings = await takeFramings();
  const chunks = chunksOf(Buffer.encode(STREAM), CUTS);
  const list = (texts: readonly string[]) =>
    texts.map((one) => `<code>${escapeHTML(visible(one))}</code>`).join(", ");
  const rows = framings.map(
    (framing) =>
      `<tr><th scope="row">${escapeHTML(framing.name)}</th><td>${list(messages(framing, chunks))}</td></tr>`,
  );
  return `<p>Ada says two lines, <code>hello</code> and <code>grüß dich</code>. TCP cuts them behind the bytes 3 and 9; the second cut is in the middle of the <code>ü</code>. What four framings make of these three chunks:</p>
<table><thead><tr><th scope="col">framing</th><th scope="col">messages</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table>`;
}

function slowConsumerWords(): string {
  const maxPending = takeMaxPending();
  const steps = 40;
  const rows = POLICIES.map((policy) => {
    let state: State = begin(policy);
    for (let n = 0; n < steps; n++) state = step(state, 0, maxPending);
    return `<tr><th scope="row">${policy}</th><td>${mebibytes(state.pending)}</td><td>${mebibytes(state.cleoHeard)}</td><td>${describe(state)}</td></tr>`;
  });
  let state: State = begin("buffer");
  for (let n = 0; n < steps; n++) state = step(state, 0, maxPending);
  return `<p>Ben is frozen, and Ada has ${mebibytes(state.wanted)} to say. The limit is ${mebibytes(maxPending)}. This is where a model of the server stands then, for each policy:</p>
<table><thead><tr><th scope="col">policy</th><th scope="col">pending for Ben</th><th scope="col">Cleo has heard</th><th scope="col">what is the matter</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table>`;
}

/**
 * The place of a widget on a page. What stands in it are words, computed by
 * the same code; the script puts the widget there instead.
 */
export async function widgetHTML(name: Widget): Promise<string> {
  const words = name === "framing" ? await framingWords() : slowConsumerWords();
  return `<div class="widget" data-widget="${name}">\n${words}\n</div>`;
}

/** The styles of widgets and self-check, for light and for dark. */
export function interactiveStyles(): string {
  return `${read("widgets.css")}${read("../../quiz/self_check.css")}`;
}

/** The scripts, each by its file name; put them at the end of the body. */
export async function interactiveScripts(): Promise<Record<string, string>> {
  const framing = `${framingsModule()}
import { mountFraming } from "./framing_view.ts";
mountFraming(framings);`;
  const slow = `import { mountSlowConsumer } from "./slow_consumer_view.ts";
mountSlowConsumer(${takeMaxPending()});`;
  return {
    "widget_framing.js": await bundle(framing, "iife"),
    "widget_slow_consumer.js": await bundle(slow, "iife"),
    "self_check.js": await bundle(
      'import "../../quiz/self_check.browser.ts";',
      "iife",
    ),
  };
}
