/// <reference lib="dom" />
/**
 * Widgets and self-check in a browser, by keyboard alone, from a file; axe-core
 * finds nothing in either theme; without scripts the words are there.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import test, { after, before } from "node:test";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { quizHTML } from "../../quiz/page.ts";
import { readQuiz } from "../../quiz/questions.ts";
import { findChapter } from "../../workbook/chapters.ts";
import { noBrowser, openBrowser } from "../browser.ts";
import {
  interactiveScripts,
  interactiveStyles,
  WIDGETS,
  widgetHTML,
} from "./interactive.ts";

const skip = noBrowser;

const quiz = readQuiz(findChapter("06"));
const folder = mkdtempSync(path.join(os.tmpdir(), "widgets-test-"));
const file = path.join(folder, "page.html");
let browser: Browser;

before(async () => {
  if (skip) return;
  const scripts = await interactiveScripts();
  for (const [name, code] of Object.entries(scripts)) {
    writeFileSync(path.join(folder, name), code);
  }
  const tags = Object.keys(scripts).map(
    (name) => `<script src="${name}"></script>`,
  );
  const widgets = await Promise.all(WIDGETS.map(widgetHTML));
  writeFileSync(
    file,
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Touch</title>
<style>:root { color-scheme: light; }
body { background: #fff; color: #1f2328; font: 16px/1.5 sans-serif; margin: 0; padding: 1rem; }
:root[data-theme="dark"] { color-scheme: dark; }
:root[data-theme="dark"] body { background: #16181d; color: #e6e6e6; }
${interactiveStyles()}</style></head>
<body><main><h1>Touch</h1><h2>Widgets</h2><h3>One and two</h3>${widgets.join("\n")}<h2>Questions</h2>${quizHTML(quiz)}</main>${tags.join("")}</body></html>`,
  );
  const opened = await openBrowser();
  if (opened) browser = opened;
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** Opens the page; what it asks of other machines, or throws, is an error. */
async function open(options: BrowserContextOptions = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) problems.push(request.url());
  });
  await page.goto(pathToFileURL(file).href);
  const close = async () => {
    await context.close();
    assert.deepEqual(problems, []);
  };
  return { page, close };
}

const results = (page: Page) =>
  page
    .locator('[data-widget="framing"] .widget-result')
    .evaluateAll((all) =>
      all.map((one) => [
        one.getAttribute("data-good"),
        [...one.querySelectorAll("li")].map((line) => line.textContent),
      ]),
    );

test("the stream is cut and joined by keys", { skip }, async () => {
  const { page, close } = await open();
  await page.getByRole("button", { name: "One chunk", exact: true }).focus();
  await page.keyboard.press("Enter");
  const one = await results(page);
  assert.deepEqual(one.at(-1), ["true", ["hello", "grüß dich"]]);
  assert.deepEqual(one[0], ["false", ["hello⏎grüß dich"]]);
  // Back to the gaps: one stop of the tab key, and arrows from there.
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Home");
  for (let n = 0; n < 8; n++) await page.keyboard.press("ArrowRight");
  const focused = page.locator(":focus");
  assert.equal(
    await focused.getAttribute("aria-label"),
    "not cut: after byte 9 of 18, in the middle of ü",
  );
  await page.keyboard.press("Space");
  assert.equal(await focused.getAttribute("aria-pressed"), "true");
  const cut = await results(page);
  assert.deepEqual(cut[2], ["false", ["hello", "gr\uFFFD\uFFFDß dich"]]);
  assert.deepEqual(cut.at(-1), ["true", ["hello", "grüß dich"]]);
  await page.keyboard.press("Enter");
  assert.deepEqual(await results(page), one);
  await page.getByLabel(/^What Ada says/).fill("hi 😀\n");
  assert.deepEqual((await results(page)).at(-1), ["true", ["hi 😀"]]);
  await close();
});

test("a reader is slowed by keys, and each policy shows who pays", {
  skip,
}, async () => {
  const { page, close } = await open({ reducedMotion: "reduce" });
  const place = page.locator('[data-widget="slow-consumer"]');
  const speed = place.getByRole("slider");
  await speed.focus();
  await page.keyboard.press("End");
  assert.equal(
    await speed.getAttribute("aria-valuetext"),
    "100 % of what Ada says",
  );
  await page.keyboard.press("Home");
  assert.equal(
    await speed.getAttribute("aria-valuetext"),
    "nothing: he is frozen",
  );
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  assert.equal(await page.locator(":focus").textContent(), "Step");
  for (let n = 0; n < 40; n++) await page.keyboard.press("Enter");
  const verdicts = await place.locator(".widget-verdict").allTextContents();
  assert.deepEqual(verdicts, [
    "The loop waits for Ben. Nobody hears anything.",
    "Ben has missed 7.9 MiB, and does not know it.",
    "16.0 MiB are pending for Ben.",
    "Ben was cut off, and knows it. He has missed 16.0 MiB.",
  ]);
  assert.match(
    (await place.getByRole("status").textContent()) ?? "",
    /^Block: The loop waits/,
  );
  // By itself it goes on until somebody pauses it.
  await place.getByRole("button", { name: "Start again" }).press("Enter");
  await place.getByRole("button", { name: "Run" }).press("Enter");
  await place.getByText(/^Ada wants to say 1\.0 MiB/).waitFor();
  await place.getByRole("button", { name: "Pause" }).press("Enter");
  await place.getByRole("button", { name: "Run" }).waitFor();
  await close();
});

test("the self-check judges by keys, and says why", { skip }, async () => {
  const { page, close } = await open();
  const choice = quiz.choices.find(({ choose }) => choose === 1);
  assert.ok(choice);
  const form = page.locator(`#quiz-${choice.id.replace(".", "-")}`);
  const feedback = form.getByRole("status");
  const key = form.locator(".quiz-key");
  assert.equal(await key.isVisible(), false);
  await form.getByRole("button").press("Enter");
  assert.equal(await feedback.textContent(), "Choose an answer first.");
  const right = choice.answers.findIndex((answer) => answer.right);
  const wrong = choice.answers.findIndex((answer) => !answer.right);
  await form.getByRole("radio").nth(wrong).press("Space");
  await form.getByRole("button").press("Enter");
  assert.match(
    (await feedback.textContent()) ?? "",
    /^Not yet\. Try once more\..*Wrong:/s,
  );
  assert.equal(await key.isVisible(), true);
  await form.getByRole("radio").nth(right).press("Space");
  assert.equal(await feedback.textContent(), "");
  await form.getByRole("button").press("Enter");
  assert.match((await feedback.textContent()) ?? "", /^Right\..*Right:/s);

  const several = quiz.choices.find(({ choose }) => choose > 1);
  assert.ok(several);
  const many = page.locator(`#quiz-${several.id.replace(".", "-")}`);
  const boxes = many.getByRole("checkbox");
  await boxes
    .nth(several.answers.findIndex((answer) => answer.right))
    .press("Space");
  await many.getByRole("button").press("Enter");
  assert.match(
    (await many.getByRole("status").textContent()) ?? "",
    /^Not yet: of the 3 right answers you have 1, and 0 that are wrong\./,
  );
  for (const [n, answer] of several.answers.entries()) {
    await boxes.nth(n).setChecked(answer.right);
  }
  await many.getByRole("button").press("Enter");
  assert.match(
    (await many.getByRole("status").textContent()) ?? "",
    /^Right\./,
  );
  await close();
});

const axe = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

for (const theme of ["light", "dark"] as const) {
  test(`axe finds nothing, and nothing scrolls sideways: ${theme}`, {
    skip,
  }, async () => {
    const { page, close } = await open({
      viewport: { width: 390, height: 844 },
    });
    await page.evaluate((name) => {
      document.documentElement.dataset.theme = name;
    }, theme);
    const form = page.locator("form.quiz-question").first();
    await form.locator("input").first().check();
    await form.getByRole("button").click();
    const step = page.getByRole("button", { name: "Step" });
    for (let n = 0; n < 30; n++) await step.press("Enter");
    for (const width of [390, 1280, 1920]) {
      await page.setViewportSize({ width, height: 844 });
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth,
      );
      assert.equal(wide, width);
    }
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      const { violations } = await (
        window as unknown as {
          axe: {
            run(): Promise<{
              violations: { id: string; nodes: { html: string }[] }[];
            }>;
          };
        }
      ).axe.run();
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    });
    assert.deepEqual(found, []);
    await close();
  });
}

test("without scripts the words, the questions and the answers are there", {
  skip,
}, async () => {
  const { page, close } = await open({ javaScriptEnabled: false });
  const text = (await page.locator("main").textContent()) ?? "";
  assert.match(text, /What four framings make of these three chunks/);
  assert.match(text, /disconnect.*Ben was cut off, and knows it/s);
  assert.equal(await page.getByRole("button").count(), 0);
  const first = page.locator("form.quiz-question").first();
  await first.locator("summary").click();
  assert.equal(await first.locator(".quiz-key li").first().isVisible(), true);
  await close();
});
