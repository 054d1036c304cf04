/**
 * npm run bench [-- SCENARIO…] [--quick]
 * npm run bench -- loop [--times N]
 * npm run bench -- figures
 *
 * Measures. Proves nothing: it prints what this machine does at this hour. Each
 * thing that can be measured is a command of its own, with its own options.
 */
import { command } from "./bench/servers.ts";

/** What else `npm run bench -- NAME …` measures: the module that runs it, by NAME. */
const MEASURES: Record<
  string,
  () => Promise<{ command(words: readonly string[]): Promise<void> }>
> = {
  loop: () => import("./bench/loop.ts"),
  figures: () => import("./bench/recorded.ts"),
  grade: () => import("./bench/grade.ts"),
  guide: () => import("./bench/guide.ts"),
  writes: () => import("./bench/writes.ts"),
};

const [name = "", ...words] = process.argv.slice(2);
const measure = Object.hasOwn(MEASURES, name) ? MEASURES[name] : undefined;
if (measure) await (await measure()).command(words);
else await command(process.argv.slice(2));
