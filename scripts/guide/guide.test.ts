/**
 * The guide, built once and read as a reader would: in a browser, in both
 * themes and three sizes, with the keyboard.
 */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { noBrowser, openBrowser } from "./browser.ts";
import { type Built, buildGuide } from "./build.ts";

/** The most that the whole site may have, in bytes. */
const MOST = 2 * 1024 * 1024;
const skip = noBrowser;
const folder = mkdtempSync(path.join(os.tmpdir(), "chat-guide-"));
const axe = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css",
  ".js": "text/javascript",
};
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const file = path.join(folder, decodeURIComponent(pathname));
  if (!file.startsWith(folder) || !existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  const type = TYPES[path.extname(file)] ?? "application/octet-stream";
  response.writeHead(200, { "content-type": type }).end(readFileSync(file));
});
let built: Built;
let browser: Browser | undefined;
let origin = "";

/** Every file of the site, from its own folder. */
function files(): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.split(path.sep).join("/"))
    .filter((name) => statSync(path.join(folder, name)).isFile());
}

/** The pages that somebody wrote, and two of the code reference. */
function pages(): string[] {
  const html = files().filter((name) => name.endsWith(".html"));
  const reference = html.filter((name) => name.startsWith("reference/"));
  return [
    ...html.filter((name) => !name.startsWith("reference/")),
    ...reference
      .filter((name) => /room\/(check|server_room)\b/.test(name))
      .slice(0, 2),
  ];
}

before(async () => {
  built = await buildGuide(folder);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

test("listings, figures and the code reference are as they are told", () => {
  assert.deepEqual(built.problems, []);
});

test("the whole site has less than 2 MB", () => {
  const sum = files()
    .map((name) => statSync(path.join(folder, name)).size)
    .reduce((all, one) => all + one, 0);
  assert.ok(sum < MOST, `${sum} bytes`);
});

test("every link and every anchor leads somewhere, inside of the site", () => {
  const all = new Set(files());
  const anchors = new Map<string, Set<string>>();
  const html = [...all].filter((name) => name.endsWith(".html"));
  for (const name of html) {
    const text = readFileSync(path.join(folder, name), "utf8");
    anchors.set(
      name,
      new Set([...text.matchAll(/\sid="([^"]+)"/g)].map(([, id = ""]) => id)),
    );
  }
  const wrong: string[] = [];
  let links = 0;
  for (const name of html) {
    const text = readFileSync(path.join(folder, name), "utf8");
    for (const [, href = ""] of text.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      if (href === "data:,") continue;
      links++;
      const [file = "", anchor] = href.split("#");
      if (/^[a-z]+:/.test(file)) {
        if (name.startsWith("reference/")) continue;
        wrong.push(`${name}: ${href} is on another machine`);
        continue;
      }
      const target =
        file === ""
          ? name
          : path.posix.normalize(
              path.posix.join(path.posix.dirname(name), file),
            );
      if (!all.has(target)) wrong.push(`${name}: ${href}`);
      else if (
        anchor &&
        !anchors.get(target)?.has(decodeURIComponent(anchor))
      ) {
        wrong.push(`${name}: ${href} has no such anchor`);
      }
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(links > 500, `${links} links`);
});

/** Opens a page, and fails when it asks another machine for something. */
async function visit(
  name: string,
  options: { script?: boolean } = {},
): Promise<Page> {
  const context = await (browser as Browser).newContext({
    viewport: { width: 1280, height: 900 },
    javaScriptEnabled: options.script ?? true,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.on("request", (request) => {
    assert.ok(
      request.url().startsWith(origin) || request.url().startsWith("data:"),
      request.url(),
    );
  });
  await page.goto(`${origin}/${name}`);
  return page;
}

test("no page scrolls sideways, and axe finds nothing", { skip }, async () => {
  const found: string[] = [];
  let looks = 0;
  for (const name of pages()) {
    const page = await visit(name);
    await page.evaluate(axe);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [390, 1280, 1920]) {
        await page.setViewportSize({ width, height: 900 });
        const where = `${name} at ${width}, ${colorScheme}`;
        const wide = await page.evaluate(
          "document.documentElement.scrollWidth - document.documentElement.clientWidth",
        );
        if (Number(wide) > 0) found.push(`${where}: ${wide} px too wide`);
        // A page that is hidden passes everything.
        assert.equal(
          await page.evaluate("document.visibilityState"),
          "visible",
        );
        const violations = (await page.evaluate(
          "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 2).map(({ html }) => html.slice(0, 120)).join(' | ')))",
        )) as string[];
        found.push(...violations.map((one) => `${where}: ${one}`));
        looks++;
      }
    }
    await page.context().close();
  }
  assert.deepEqual(found, []);
  assert.ok(looks >= 15 * 6, `${looks} looks`);
});

test("a figure is stepped through with the keys", { skip }, async () => {
  const page = await visit("index.html");
  const bar = page.locator(".steps").first();
  await bar.locator("button").first().focus();
  await page.keyboard.press("Home");
  const shown = () => page.locator("figure.first g.st:not(.hid)").count();
  assert.equal(await shown(), 1);
  await page.keyboard.press("ArrowRight");
  assert.equal(await shown(), 2);
  await page.keyboard.press("ArrowLeft");
  assert.equal(await shown(), 1);
  await page.keyboard.press("End");
  assert.ok((await shown()) > 8);
  await page.context().close();
});

test("the search finds a heading, by keyboard alone", { skip }, async () => {
  const page = await visit("chapters/01_listening/index.html");
  await page.keyboard.press("/");
  await page.keyboard.type("unfinished tail");
  const first = page.locator("dialog li a").first();
  await first.waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(/04_receiving.*unfinished-tail/);
  await page.context().close();
});

test("without JavaScript text, figures and listings are there", {
  skip,
}, async () => {
  const page = await visit("chapters/04_receiving/index.html", {
    script: false,
  });
  for (const what of ["h1", "svg.run", ".listing pre", "pre.terminal"]) {
    assert.ok(await page.locator(what).first().isVisible(), what);
  }
  const hidden = await page.locator("g.st.hid").count();
  assert.equal(hidden, 0);
  await page.context().close();
});
