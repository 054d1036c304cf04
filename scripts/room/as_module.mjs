// @ts-check
/**
 * A loader for a program that can only be a module, in a folder whose package
 * does not say so: it says so for the main file. Runs on both sides: loaded by
 * `--import`, it registers itself as the hooks.
 */
import { register } from "node:module";
import { isMainThread } from "node:worker_threads";

if (isMainThread) register(import.meta.url);

/** @type {import("node:module").ResolveHook} */
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  const isMain = context.parentURL === undefined;
  return isMain ? { ...found, format: "module" } : found;
}
