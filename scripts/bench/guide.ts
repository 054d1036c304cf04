/**
 * How long the guide takes to build: with every conversation held anew, and
 * with those remembered whose programs and checks have not changed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../command/run.ts";
import { CACHE } from "../guide/record.ts";

const GUIDE = fileURLToPath(new URL("../guide.ts", import.meta.url));

/** Bytes of all files in a folder. */
function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .reduce((sum, one) => {
      return sum + statSync(path.join(one.parentPath, one.name)).size;
    }, 0);
}

/**
 * Builds the guide once, in a process of its own; resolves to the seconds.
 *
 * @throws {Error} with what the build says, when it fails
 */
async function build(folder: string): Promise<number> {
  const began = performance.now();
  const child = spawn(
    process.execPath,
    ["--import", "tsx", GUIDE, "--out", folder],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`The guide was not built: ${said.trim()}`);
  return (performance.now() - began) / 1000;
}

/** npm run bench -- guide */
export function command(words: readonly string[]): Promise<void> {
  return run(
    {
      usage: "npm run bench -- guide [--times N]",
      about: "Measures how long the guide takes to build.",
      options: {
        times: { type: "string", help: "N builds with what is known; 2" },
      },
      optionsOnly: true,
    },
    async ({ count }) => {
      const times = count("times") ?? 2;
      const folder = mkdtempSync(path.join(os.tmpdir(), "chat-guide-"));
      try {
        rmSync(CACHE, { recursive: true, force: true });
        const cold = await build(folder);
        console.log(`all held anew: ${cold.toFixed(1)} s`);
        for (let n = 0; n < times; n++) {
          const warm = await build(folder);
          console.log(`with what is known: ${warm.toFixed(1)} s`);
        }
        const megabytes = (bytesIn(folder) / 1e6).toFixed(2);
        console.log(`the site: ${megabytes} MB`);
        return 0;
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    words,
  );
}
