/**
 * npm run guide [-- --open] [--update]
 *
 * Builds the guide: a site of the chapters, in which every figure is a run that
 * was held and every listing a part of a program that is tested.
 */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { openPage } from "./command/open.ts";
import { run } from "./command/run.ts";
import { buildGuide } from "./guide/build.ts";
import { ROOT, shortPath } from "./workbook/chapters.ts";

await run(
  {
    usage: "npm run guide [-- --open] [--update]",
    about: "Builds the guide into the folder guide, and says where it is.",
    options: {
      open: { type: "boolean", help: "shows it in the browser" },
      update: {
        type: "boolean",
        help: "writes listings and figures of the chapters' README.md anew",
      },
      out: { type: "string", help: "FOLDER: builds it there" },
    },
  },
  async ({ options }) => {
    const began = performance.now();
    const folder = path.resolve(options.out ?? path.join(ROOT, "guide"));
    const built = await buildGuide(folder, { update: options.update ?? false });
    for (const name of built.updated) {
      console.log(`Written anew: chapters/${name}/README.md`);
    }
    for (const problem of built.problems) console.error(problem);
    if (built.problems.length > 0) return 1;
    const index = path.join(folder, "index.html");
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const shown = options.out ? index : shortPath(index);
    console.log(
      `The guide is built in ${seconds} s (${built.held} conversations held anew): ${shown}`,
    );
    console.log(pathToFileURL(index).href);
    if (options.open) {
      openPage(index, () => console.log("No browser could be opened."));
    }
    return 0;
  },
);
