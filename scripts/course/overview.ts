/**
 * The course at a glance: one page that needs no server and asks no other
 * machine for anything. Without scripts it is a table; with them it sorts.
 */

import { isNearMiss, TAKE_NEARLY } from "../grade/hand_in.ts";
import { caughtOf } from "../grade/own_tests.ts";
import type { OwnTests } from "../grade/report.ts";
import { otherNotes } from "../grade/summary.ts";
import { REQUIREMENTS } from "../room/check.ts";
import { type Moment, showTime } from "./deadline.ts";
import { type Entry, NOT_LISTED, statusOf } from "./entry.ts";

const html = (text: string) =>
  text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d5d8dd, #3a3f47);
  --soft: light-dark(#f3f4f6, #1d2126); --bad: light-dark(#a3161a, #ff9c94);
  --good: light-dark(#0b6a2f, #7ddc9a); --text: light-dark(#16191d, #e8eaed);
  --paper: light-dark(#ffffff, #121519); --link: light-dark(#0a4fa8, #8ab8ff) }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem; max-width: 90rem; color: var(--text);
  background: var(--paper); font: 1rem/1.5 system-ui, sans-serif }
h1 { font-size: 1.5rem; margin: 0 0 .25rem }
p { max-width: 45rem; margin: .25rem 0 }
a { color: var(--link) }
.wide { position: relative; overflow-x: auto; margin: 1.25rem 0; border: 1px solid var(--line);
  border-radius: .5rem }
table { border-collapse: collapse; width: 100% }
th, td { padding: .4rem .5rem; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); white-space: nowrap }
tbody tr:last-child > * { border-bottom: 0 }
thead th { background: var(--soft); padding: 0; vertical-align: bottom }
thead button, thead span { font: inherit; font-weight: 600; color: inherit;
  background: none; border: 0; padding: .5rem; width: 100%;
  text-align: left; display: block }
thead button { cursor: pointer }
thead button::after { content: "\\2195"; opacity: .5; margin-left: .3rem }
th[aria-sort=ascending] button::after { content: "\\2191"; opacity: 1 }
th[aria-sort=descending] button::after { content: "\\2193"; opacity: 1 }
.id { writing-mode: vertical-rl; transform: rotate(180deg); font-size: .85rem;
  font-weight: 400; padding: .4rem .2rem; margin: 0 auto }
td.mark { text-align: center }
tbody td:last-child { white-space: normal }
.points { font-variant-numeric: tabular-nums; font-weight: 600 }
.no { color: var(--bad); font-weight: 600 }
.yes { color: var(--good) }
.late { color: var(--bad) }
tbody th { font-weight: 600; position: sticky; left: 0; background: var(--paper);
  min-width: min(9rem, 30vw); max-width: 40vw; white-space: normal; overflow-wrap: anywhere }
details { margin: .5rem 0; border: 1px solid var(--line); border-radius: .5rem;
  padding: 0 .8rem }
summary { cursor: pointer; padding: .5rem 0; font-weight: 600;
  overflow-wrap: anywhere }
details[open] { padding-bottom: .8rem }
details h3 { font-size: 1rem; margin: 1rem 0 .25rem }
details li, details p, details h3 { overflow-wrap: anywhere }
pre { overflow-x: auto; background: var(--soft); padding: .7rem;
  border-radius: .4rem; font-size: .85rem; line-height: 1.4 }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%) }
`;

/** Sorts by a column's `data-by`, numbers as numbers, empty cells last. */
const SCRIPT = `
const body = document.querySelector("tbody");
const said = document.querySelector("[role=status]");
const heads = [...document.querySelectorAll("thead th")];
const order = new Intl.Collator(undefined, { numeric: true }).compare;
for (const [at, head] of heads.entries()) {
  const button = head.querySelector("button");
  if (!button) continue;
  button.addEventListener("click", () => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    for (const one of heads) one.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const by = (row) => row.cells[at].dataset.by ?? "";
    const rows = [...body.rows].sort((a, b) => {
      const [x, y] = [by(a), by(b)];
      if ((x === "") !== (y === "")) return x === "" ? 1 : -1;
      return up ? order(x, y) : order(y, x);
    });
    body.append(...rows);
    said.textContent = "Sorted by " + button.textContent + (up ? ", ascending" : ", descending");
  });
}
for (const link of document.querySelectorAll("tbody th a")) {
  link.addEventListener("click", () => {
    document.getElementById(link.hash.slice(1)).open = true;
  });
}
`;

const cell = (by: string | number, inner: string, css = "") =>
  `<td data-by="${html(String(by))}"${css === "" ? "" : ` class="${css}"`}>${inner}</td>`;

/** How many mistakes the own tests catch. */
function ownTests(tests: OwnTests | undefined): string {
  if (tests?.problem !== "") return cell("", "–");
  const caught = tests.mistakes.filter((one) => one.caught).length;
  return cell(caught, `${caught} of ${tests.mistakes.length}`);
}

/** A moment to the minute; its zone and second are shown when pointed at. */
function minute(seconds: number, offset: number): string {
  const whole = showTime(seconds, offset);
  const short = /^\d+-\d+-\d+ \d+:\d+/.exec(whole)?.[0] ?? whole;
  return `<time title="${html(whole)}">${html(short)}</time>`;
}

const counted = (count: number, word: string) =>
  `${count} ${word}${count === 1 ? "" : "s"}`;

const idOf = ({ group }: Entry) => `group-${html(group.slug)}`;

function line(entry: Entry, { offset }: Moment): string {
  const { group, submission, origin } = entry;
  const choice = origin?.choice;
  const marks = REQUIREMENTS.map((id) => {
    const one = submission?.requirements.find((each) => each.id === id);
    if (!one) return cell("", '<span class="hidden">not graded</span>', "mark");
    const full = one.points === one.maxPoints;
    const word = full ? "1 point" : "0 points";
    const sign = `<span aria-hidden="true">${full ? "✓" : "✗"}</span><span class="hidden">${word}, ${one.verdict}</span>`;
    return cell(one.points, sign, `mark ${full ? "yes" : "no"}`);
  });
  const warnings = (choice?.warnings.length ?? 0) + (entry.problem ? 1 : 0);
  const committed = choice?.committed;
  const checks = submission?.robustness.length ?? 0;
  const robust = submission?.robustness.filter(
    ({ verdict }) => verdict === "pass",
  );
  return `<tr><th scope="row" data-by="${html(group.name)}"><a href="#${idOf(entry)}">${html(group.name)}</a></th>${[
    cell(
      submission?.points ?? "",
      submission ? `${submission.points} of ${submission.maxPoints}` : "–",
      "points",
    ),
    ...marks,
    cell(
      checks > 0 ? (robust?.length ?? "") : "",
      robust && checks > 0 ? `${robust.length} of ${checks}` : "–",
    ),
    ownTests(submission?.tests),
    cell(
      committed ?? "",
      committed === undefined ? "–" : minute(committed, offset),
    ),
    cell(
      warnings,
      warnings === 0 ? "" : `<span class="late">${warnings}</span>`,
    ),
    cell(
      statusOf(entry),
      `${html(statusOf(entry))}${entry.kept ? " (earlier)" : ""}`,
    ),
  ].join("")}</tr>`;
}

const items = (sentences: readonly string[]) =>
  sentences.length === 0
    ? ""
    : `<ul>${sentences.map((one) => `<li>${html(one)}</li>`).join("")}</ul>`;

function details(entry: Entry): string {
  const { group, problem, origin, submission } = entry;
  const parts: string[] = [];
  if (problem !== undefined) parts.push(`<p class="no">${html(problem)}</p>`);
  if (entry.kept) parts.push(`<p>${html(NOT_LISTED)}</p>`);
  if (origin) {
    parts.push(
      `<p>${html(origin.choice.why)}</p>`,
      items(origin.choice.warnings.filter((one) => one !== origin.choice.why)),
    );
  }
  const told = new Set<string>();
  for (const one of submission?.requirements ?? []) {
    if (one.verdict === "pass" || told.has(one.feedback)) continue;
    if (one.checks.length === 0) told.add(one.feedback);
    parts.push(
      `<h3><code>${one.id}</code>: ${one.points} of ${one.maxPoints}, ${one.verdict}</h3>`,
    );
    parts.push(`<p>${html(one.feedback)}</p>`);
    for (const { transcript } of one.checks) {
      if (transcript !== "") {
        parts.push(
          `<pre tabindex="0" aria-label="Transcript">${html(transcript)}</pre>`,
        );
      }
    }
  }
  if (submission?.tests) {
    const { problem } = submission.tests;
    const told = problem || caughtOf(submission.tests);
    parts.push(`<h3>Own tests</h3><p>${html(told)}</p>`);
  }
  if (submission?.conversation !== undefined) {
    parts.push(
      `<h3>Its client talks to its server</h3><p>${html(submission.conversation)}</p>`,
    );
  }
  if (submission?.requirements.some(({ feedback }) => isNearMiss(feedback))) {
    parts.push(`<p>${html(TAKE_NEARLY)}</p>`);
  }
  const notes = submission
    ? otherNotes(submission).filter((note) => note !== origin?.choice.why)
    : [];
  if (notes.length > 0) parts.push("<h3>Notes</h3>", items(notes));
  if (origin && origin.contributions.length > 0) {
    const people = origin.contributions.map(
      ({ name, commits, lines }) =>
        `${name}: ${counted(commits, "commit")}, ${counted(lines, "line")}`,
    );
    parts.push("<h3>Who contributed, as information only</h3>", items(people));
  }
  if (submission) {
    const to = (file: string) =>
      encodeURI(`${group.slug}/${file}`).replace(/[#?]/g, encodeURIComponent);
    parts.push(
      `<p><a href="${html(to("feedback.md"))}">feedback.md</a>, <a href="${html(to("result.json"))}">result.json</a></p>`,
    );
  }
  if (parts.length === 0) parts.push("<p>It is not graded yet.</p>");
  return `<details id="${idOf(entry)}"><summary>${html(group.name)}</summary>${parts.join("\n")}</details>`;
}

/** How many groups are not of the last run, in a sentence. */
function keptSaid(entries: readonly Entry[]): string {
  const count = entries.filter(({ kept }) => kept).length;
  if (count === 0) return "";
  return count === 1
    ? " One group, marked (earlier), is not in the list of the last run."
    : ` ${count} groups, marked (earlier), are not in the list of the last run.`;
}

/** The page of a course. */
export function overview(entries: readonly Entry[], deadline: Moment): string {
  const graded = entries.filter(({ submission }) => submission !== undefined);
  const sum = graded.reduce(
    (all, { submission }) => all + (submission?.points ?? 0),
    0,
  );
  const mean =
    graded.length === 0
      ? ""
      : ` Mean: ${(sum / graded.length).toFixed(1)} points.`;
  const until = showTime(deadline.seconds, deadline.offset);
  const sortable = (name: string, css = "") =>
    `<th scope="col"><button type="button"${css}>${name}</button></th>`;
  const heads = [
    sortable("Group"),
    sortable("Points"),
    ...REQUIREMENTS.map((id) => sortable(id, ' class="id"')),
    sortable("Robustness"),
    sortable("Own tests"),
    sortable("Committed"),
    sortable("Warnings"),
    sortable("Status"),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Exercise 4: points of the course</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Exercise 4: points of the course</h1>
<p>Deadline: ${until}. ${graded.length} of ${entries.length} groups are graded.${mean}${keptSaid(entries)}</p>
<p class="hidden" role="status"></p>
<div class="wide" tabindex="0" role="region" aria-label="Points">
<table>
<thead><tr>${heads.join("")}</tr></thead>
<tbody>
${entries.map((entry) => line(entry, deadline)).join("\n")}
</tbody>
</table>
</div>
<h2>Group by group</h2>
${entries.map(details).join("\n")}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}
