/**
 * Compiles a program once, for all processes that will run it. A loader in each
 * of them would compile it again, and takes longer to load than the program.
 */
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { transform } from "esbuild";
import { compiledFile } from "./compiled.mjs";

/** Programs of several files: those need a loader for the others, too. */
const IS_ONE_OF_MANY =
  /["'`]\.{1,2}\/|worker_threads|child_process|\bcluster["']/;

/** What each program was when it was compiled last, and if it could be. */
const known = new Map<string, { text: string; done: Promise<boolean> }>();

let folder: string | undefined;

/** The folder where `compiled.mjs` finds what was compiled by this process. */
export function compiledFolder(): string {
  if (folder === undefined) {
    const made = mkdtempSync(path.join(os.tmpdir(), "chat-compiled-"));
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  return folder;
}

/**
 * Compiles `file` as it is now. False when it is no TypeScript, when it needs a
 * loader all the same, and when it cannot be compiled: what is wrong with it,
 * its own loader says best.
 */
export function compile(file: string): Promise<boolean> {
  if (!/\.m?ts$/.test(file) || !existsSync(file)) return Promise.resolve(false);
  const text = readFileSync(file, "utf8");
  const before = known.get(file);
  if (before?.text === text) return before.done;
  const done =
    IS_ONE_OF_MANY.test(text) || !isModule(file)
      ? Promise.resolve(false)
      : transformed(file, text);
  known.set(file, { text, done });
  return done;
}

async function transformed(file: string, text: string): Promise<boolean> {
  // Node asks for the file by its real path.
  const address = pathToFileURL(realpathSync(file)).href;
  const into = compiledFile(compiledFolder(), address);
  try {
    const { code } = await transform(text, {
      loader: "ts",
      format: "esm",
      target: "es2023",
      sourcemap: "inline",
      sourcefile: file,
      logLevel: "silent",
    });
    writeFileSync(into, code);
    return true;
  } catch {
    rmSync(into, { force: true });
    return false;
  }
}

/** True when `.ts` in this folder means a module, by the nearest package. */
export function isModule(file: string): boolean {
  if (file.endsWith(".mts")) return true;
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    try {
      const text = readFileSync(path.join(folder, "package.json"), "utf8");
      return (JSON.parse(text) as { type?: unknown }).type === "module";
    } catch {
      if (folder === path.dirname(folder)) return false;
    }
  }
}
