/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The widget of chapter 07: a reader's speed is dragged, and somebody pays. */
import { button, make, places } from "./dom.ts";
import {
  begin,
  describe,
  KERNEL,
  LINE,
  LINES_PER_STEP,
  mebibytes,
  POLICIES,
  type State,
  step,
} from "./slow_consumer.ts";

/** How long a step is on the screen, in milliseconds. */
const STEP_TIME = 250;
/** When it stops by itself: the numbers say all by then. */
const MOST_STEPS = 120;

const TITLES: Record<State["policy"], string> = {
  block: "Block",
  drop: "Drop",
  buffer: "Buffer",
  disconnect: "Disconnect",
};

/** Puts the widget into every place for it on the page. */
export function mountSlowConsumer(maxPending: number): void {
  for (const place of places("slow-consumer")) mount(place, maxPending);
}

/** A row with a name, a bar, and the number in words. */
function row(name: string) {
  const fill = make("span", { class: "widget-fill" });
  const value = make("span", { class: "widget-value" });
  const bar = make(
    "span",
    { class: "widget-bar", "aria-hidden": "true" },
    fill,
  );
  const line = make(
    "div",
    { class: "widget-row" },
    make("span", {}, name),
    value,
    bar,
  );
  return {
    line,
    show(bytes: number, most: number) {
      value.textContent = mebibytes(bytes);
      fill.style.width = `${Math.min(100, (bytes / Math.max(most, 1)) * 100)}%`;
    },
  };
}

function panel(policy: State["policy"], maxPending: number) {
  const pending = row("Pending for Ben, in the server");
  const kernel = row("In the kernel, for Ben");
  const ben = row("Ben has heard");
  const cleo = row("Cleo has heard");
  const sentence = make("p", { class: "widget-verdict" });
  const element = make(
    "section",
    { class: "widget-result" },
    make("h4", {}, TITLES[policy]),
    pending.line,
    kernel.line,
    ben.line,
    cleo.line,
    sentence,
  );
  return {
    element,
    show(state: State) {
      pending.show(state.pending, 2 * maxPending);
      kernel.show(state.kernel, KERNEL);
      ben.show(state.benHeard, state.wanted);
      cleo.show(state.cleoHeard, state.wanted);
      sentence.textContent = describe(state);
      element.dataset.good = String(
        !state.blocked && state.pending <= maxPending + LINE,
      );
    },
  };
}

function mount(place: HTMLElement, maxPending: number): void {
  let states = POLICIES.map(begin);
  let running = false;
  let last = 0;

  const speed = make("input", {
    type: "range",
    min: "0",
    max: "100",
    step: "5",
    value: "0",
  });
  const speedText = make("span", { class: "widget-value" });
  const said = make("p", {});
  const status = make("p", { class: "widget-status", role: "status" });
  const panels = POLICIES.map((policy) => panel(policy, maxPending));

  const showSpeed = () => {
    const percent = Number(speed.value);
    const words =
      percent === 0 ? "nothing: he is frozen" : `${percent} % of what Ada says`;
    speedText.textContent = words;
    speed.setAttribute("aria-valuetext", words);
  };
  const show = () => {
    const [first] = states;
    said.textContent = `Ada wants to say ${mebibytes(first?.wanted ?? 0)} so far. The limit of “drop” and “disconnect” is ${mebibytes(maxPending)}.`;
    for (const [n, state] of states.entries()) panels[n]?.show(state);
  };
  /** Says aloud what has changed, and nothing when only numbers did. */
  const announce = (before: readonly State[], always: boolean) => {
    const news = states.filter((state, n) => {
      const old = before[n] as State;
      return (
        always ||
        old.blocked !== state.blocked ||
        old.connected !== state.connected ||
        (old.benMissed === 0) !== (state.benMissed === 0)
      );
    });
    if (news.length === 0) return;
    status.textContent = news
      .map((state) => `${TITLES[state.policy]}: ${describe(state)}`)
      .join(" ");
  };
  const advance = (always: boolean) => {
    const before = states;
    states = states.map((one) =>
      step(one, Number(speed.value) / 100, maxPending),
    );
    show();
    announce(before, always);
    if ((states[0]?.steps ?? 0) >= MOST_STEPS) stop();
  };

  const frame = (now: number) => {
    if (!running) return;
    if (now - last >= STEP_TIME) {
      last = now;
      advance(false);
    }
    requestAnimationFrame(frame);
  };
  const stop = () => {
    running = false;
    run.textContent = "Run";
  };
  const run = button("Run", () => {
    if (running) return stop();
    running = true;
    run.textContent = "Pause";
    requestAnimationFrame(frame);
  });

  speed.addEventListener("input", showSpeed);
  place.replaceChildren(
    make(
      "label",
      { class: "widget-input" },
      make("span", {}, "Ben reads ", speedText),
      speed,
    ),
    make(
      "div",
      { class: "widget-buttons" },
      run,
      button("Step", () => advance(true)),
      button("Start again", () => {
        stop();
        states = POLICIES.map(begin);
        status.textContent = "Nothing has been said yet.";
        show();
      }),
    ),
    said,
    make("div", { class: "widget-results" }, ...panels.map((p) => p.element)),
    status,
    make(
      "p",
      { class: "widget-hint" },
      `A model, not a measurement: in each step Ada has ${LINES_PER_STEP} lines of ${LINE / 1024} KiB to say, Cleo reads everything at once, and the kernel keeps ${mebibytes(KERNEL)} for Ben.`,
    ),
  );
  place.classList.add("widget-live");
  showSpeed();
  show();
}
