// @ts-check
/**
 * A loader for spare processes: takes a program that the checker has compiled
 * already. Each process by itself would start a compiler of its own, all of
 * them at the same moment, and that takes longer than the check.
 *
 * Hooks of the main thread where Node has them; on older ones this file is its
 * own hooks thread as well.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as module from "node:module";
import path from "node:path";
import { isMainThread } from "node:worker_threads";

const FOLDER = process.env.ROOM_COMPILED ?? "";

/**
 * Where a module's compiled text is, by its address.
 *
 * @param {string} folder
 * @param {string} url
 */
export function compiledFile(folder, url) {
  const [address = ""] = url.split("?");
  const name = createHash("sha256").update(address).digest("hex");
  return path.join(folder, `${name.slice(0, 16)}.mjs`);
}

/**
 * @param {string} url
 * @param {any} context
 * @param {(url: string, context: any) => any} next
 * @returns {any}
 */
export function load(url, context, next) {
  if (FOLDER !== "" && /\.[cm]?ts(\?|$)/.test(url)) {
    try {
      const source = readFileSync(compiledFile(FOLDER, url), "utf8");
      return { format: "module", source, shortCircuit: true };
    } catch {
      // It was not compiled; Node itself says what it makes of it.
    }
  }
  return next(url, context);
}

if (isMainThread && FOLDER !== "") {
  // A stack trace names the student's lines, not the compiler's.
  process.setSourceMapsEnabled(true);
  if (module.registerHooks) module.registerHooks({ load });
  else module.register(import.meta.url);
}
