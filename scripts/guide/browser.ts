/** The browser in which pages are tried, where there is one. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where a browser stands on the systems that have one. */
const PLACES = [
  process.env.CHROME_PATH ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

const found = PLACES.find((file) => file !== "" && existsSync(file));

/** Why tests with a browser are skipped; false where there is one. */
export const noBrowser: string | false = found
  ? false
  : "There is no Chromium or Chrome; CHROME_PATH names one.";

/** Starts the browser; `undefined` where there is none. */
export async function openBrowser(): Promise<Browser | undefined> {
  if (!found) return undefined;
  return chromium.launch({
    executablePath: found,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
