/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * What a page does beyond being read: day and night, search, and stepping
 * through figures. Without it nothing of the text is missing.
 */

/** Where, under which page and heading, and what stands there. */
type Found = readonly [string, string, string, string];

const self = document.currentScript as HTMLScriptElement;
const root = self.dataset.root ?? "";
const page = document.documentElement;

function button(name: string, label: string, act: () => void) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = name;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

function dayAndNight(): HTMLButtonElement {
  const night = () => {
    const chosen = page.dataset.theme;
    if (chosen === "dark" || chosen === "light") return chosen === "dark";
    return matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const made = button("", "", () => {
    page.dataset.theme = night() ? "light" : "dark";
    try {
      localStorage.setItem("theme", page.dataset.theme);
    } catch {
      // A page on disk may have no memory.
    }
    name();
  });
  const name = () => {
    made.textContent = night() ? "Light" : "Dark";
    made.setAttribute("aria-label", `${made.textContent} colours`);
  };
  name();
  return made;
}

function loadWords(): Promise<readonly Found[]> {
  const known = window as unknown as { guideWords?: readonly Found[] };
  return new Promise((resolve) => {
    if (known.guideWords) return resolve(known.guideWords);
    // A script, and no request for data: it works from a disk, too.
    const script = document.createElement("script");
    script.src = `${root}assets/words.js`;
    script.addEventListener("load", () => resolve(known.guideWords ?? []));
    script.addEventListener("error", () => resolve([]));
    document.head.append(script);
  });
}

/** How well a place fits the words that are searched for; 0 is not at all. */
function fit([, title, heading, text]: Found, words: readonly string[]) {
  let sum = 0;
  for (const word of words) {
    const inHead = `${title} ${heading}`.toLowerCase().includes(word);
    const inText = text.toLowerCase().includes(word);
    if (!inHead && !inText) return 0;
    sum += (inHead ? 10 : 0) + (inText ? 1 : 0);
  }
  return sum;
}

/** The words around the first place where one was found. */
function around(text: string, word: string) {
  const at = Math.max(0, text.toLowerCase().indexOf(word) - 50);
  const begin = at === 0 ? 0 : text.indexOf(" ", at) + 1;
  return `${begin > 0 ? "… " : ""}${text.slice(begin, begin + 140)} …`;
}

function search(): HTMLButtonElement {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-label", "Search");
  const input = document.createElement("input");
  input.type = "search";
  input.placeholder = "A word, or several";
  input.setAttribute("aria-label", "Search for");
  const list = document.createElement("ol");
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  const close = button("Close", "Close the search", () => dialog.close());
  const bar = document.createElement("div");
  bar.append(input, close);
  dialog.append(bar, status, list);
  document.body.append(dialog);
  input.addEventListener("input", async () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const all = words.length > 0 ? await loadWords() : [];
    const found = all
      .map((one) => ({ one, sum: fit(one, words) }))
      .filter(({ sum }) => sum > 0)
      .sort((a, b) => b.sum - a.sum);
    status.textContent =
      words.length === 0 ? "" : `${found.length} places found`;
    list.replaceChildren(
      ...found.slice(0, 20).map(({ one: [url, title, heading, text] }) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = root + url;
        link.textContent = title === heading ? title : `${title}: ${heading}`;
        link.addEventListener("click", () => dialog.close());
        const where = document.createElement("p");
        where.textContent = around(text, words[0] ?? "");
        item.append(link, where);
        return item;
      }),
    );
  });
  const open = () => {
    dialog.showModal();
    input.focus();
  };
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      open();
    }
  });
  return button("Search", "Search, key slash", open);
}

/** Lets a figure be stepped through, with buttons and with the arrow keys. */
function steps(figure: HTMLElement) {
  const rows = [...figure.querySelectorAll<SVGGElement>("g.st")];
  if (rows.length < 2) return;
  let shown = rows.length;
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  const show = (count: number) => {
    shown = Math.max(1, Math.min(count, rows.length));
    for (const [n, row] of rows.entries()) {
      row.classList.toggle("hid", n >= shown);
      row.classList.toggle("now", n === shown - 1 && shown < rows.length);
    }
    status.textContent = `${shown} of ${rows.length}`;
  };
  const bar = document.createElement("div");
  bar.className = "steps";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Step through the figure");
  bar.append(
    button("First", "Only the first step", () => show(1)),
    button("◀", "One step back", () => show(shown - 1)),
    button("▶", "One step on", () =>
      show(shown === rows.length ? 1 : shown + 1),
    ),
    button("All", "All steps", () => show(rows.length)),
    status,
  );
  bar.addEventListener("keydown", ({ key }) => {
    if (key === "ArrowRight" || key === "ArrowDown") show(shown + 1);
    else if (key === "ArrowLeft" || key === "ArrowUp") show(shown - 1);
    else if (key === "Home") show(1);
    else if (key === "End") show(rows.length);
    else return;
    event?.preventDefault();
  });
  show(rows.length);
  figure.querySelector("svg")?.after(bar);
}

document.querySelector(".top")?.append(search(), dayAndNight());
for (const figure of document.querySelectorAll<HTMLElement>("figure.talk")) {
  steps(figure);
}
