/**
 * Plays the terminal sessions of the chapters that are named, one chapter after
 * the other, and prints what the terminals showed as JSON. It is started in a
 * namespace of its own, in which port 8888 is free, with a folder that it may
 * fill: programs that are ended may still write in it for a moment.
 */
import { existsSync, mkdtempSync, readdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { findChapter, ROOT } from "../../workbook/chapters.ts";
import type { Scene } from "./scene.ts";
import { Terminal } from "./terminal.ts";

/** What came of a chapter's scene. */
export interface Shown {
  readonly chapter: string;
  /** The lines of each block, by its name. */
  readonly blocks: Record<string, string[]>;
  /** Why it could not be played to its end. */
  readonly error?: string;
  /** In seconds. */
  readonly took: number;
}

/** A folder with the workbook's parts in it, and room for what is written. */
function lookalike(within: string): string {
  const folder = mkdtempSync(path.join(within, "workbook-"));
  for (const name of readdirSync(ROOT)) {
    if (!name.startsWith(".")) {
      symlinkSync(path.join(ROOT, name), path.join(folder, name));
    }
  }
  return folder;
}

/** The scene of a chapter, if it has one. */
export async function sceneOf(name: string): Promise<Scene | undefined> {
  const file = path.join(import.meta.dirname, "scenes", `${name}.ts`);
  if (!existsSync(file)) return undefined;
  return ((await import(pathToFileURL(file).href)) as { scene: Scene }).scene;
}

async function play(name: string, within: string): Promise<Shown> {
  const began = performance.now();
  const folder = lookalike(within);
  const terminals: Terminal[] = [];
  const blocks: Shown["blocks"] = {};
  let error: string | undefined;
  try {
    await (await sceneOf(name))?.play({
      terminal: async () => {
        const one = new Terminal(folder);
        terminals.push(one);
        await one.prompt();
        return one;
      },
      shows: (block, terminal, keeps = () => true) => {
        blocks[block] = terminal.lines().filter(keeps);
      },
    });
  } catch (thrown) {
    error = (thrown as Error).message;
  } finally {
    for (const one of terminals) one.close();
  }
  const took = (performance.now() - began) / 1000;
  return { chapter: name, blocks, ...(error !== undefined && { error }), took };
}

if (import.meta.filename === process.argv[1]) {
  const shown: Shown[] = [];
  const [within = "", ...names] = process.argv.slice(2);
  for (const name of names) {
    shown.push(await play(findChapter(name).name, within));
  }
  process.stdout.write(JSON.stringify(shown), () => process.exit(0));
}
