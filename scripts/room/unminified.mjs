// @ts-check
/**
 * A loader for TypeScript that keeps the lines as they are, for coverage on a
 * Node that does not run TypeScript by itself. Runs on both sides: registered
 * by `--import`, it registers itself as the hooks.
 */
import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { transform } from "esbuild";

if (isMainThread) register(import.meta.url);

/** @type {import("node:module").LoadHook} */
export async function load(url, context, next) {
  if (!/\.[cm]?ts$/.test(url)) return next(url, context);
  const file = fileURLToPath(url);
  const { code } = await transform(await readFile(file, "utf8"), {
    loader: "ts",
    sourcemap: "inline",
    sourcefile: url,
    target: "es2023",
  });
  return { format: "module", source: code, shortCircuit: true };
}
