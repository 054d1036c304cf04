/**
 * How the programs of a hand-in are started: TypeScript is compiled once for
 * all conversations, and what a program imports is looked up on the way.
 */
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { copyFile } from "node:fs/promises";
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { ROOT } from "../workbook/chapters.ts";
import { type Found, LARGEST_HAND_IN } from "./hand_in.ts";
import type { Sandbox, Start } from "./sandbox.ts";

const run = promisify(execFile);
const require = createRequire(import.meta.url);

/** How long a compiler may take, in milliseconds. */
const COMPILING = 30_000;
/** How long the building of a hand-in may take, in milliseconds. */
const BUILDING = 300_000;

/** Programs that start others of their own files: those need a loader, too. */
const STARTS_FILES = /worker_threads|child_process|node:cluster|"cluster"/;
/** Programs that can only be CommonJS, whatever else they import. */
const COMMONJS = /\brequire\.main\b|\bmodule\.exports\b|\bmodule\.parent\b/;

/**
 * What a module has in CommonJS, for programs that count on both, as loaders give
 * it to them. Global, because a program may declare these names itself.
 */
const BOTH = [
  'import { createRequire as $$require } from "node:module";',
  'import { fileURLToPath as $$path } from "node:url";',
  'import { dirname as $$dirname } from "node:path";',
  "globalThis.require = $$require(import.meta.url);",
  "globalThis.__filename = $$path(import.meta.url);",
  "globalThis.__dirname = $$dirname(globalThis.__filename);",
].join(" ");

/** The compiler itself, a program without Node around it. */
function compiler(): string[] {
  const own = `@esbuild/${process.platform}-${process.arch}`;
  const name = process.platform === "win32" ? "esbuild.exe" : "bin/esbuild";
  try {
    const from = createRequire(require.resolve("esbuild"));
    return [from.resolve(`${own}/${name}`)];
  } catch {
    return [process.execPath, require.resolve("esbuild/bin/esbuild")];
  }
}

/** A program that is ready to be started. */
export interface Prepared {
  readonly start: Omit<Start, "redirected">;
  /** True when Node runs it. */
  readonly node: boolean;
  /** Modules that are neither the standard library nor the hand-in's own. */
  readonly foreign: readonly string[];
}

/** True for a file that Node may run. */
export function isProgram(file: string): boolean {
  return /\.[cm]?[jt]s$/.test(file);
}

/** Copies the files of a hand-in, and `change`s the text of each program. */
export async function copyHandIn(
  folder: string,
  files: readonly Found[],
  into: string,
  change?: (text: string) => string,
): Promise<void> {
  mkdirSync(into, { recursive: true });
  let room = LARGEST_HAND_IN;
  for (const { name, size } of files) {
    room -= size;
    // What does not fit is no program, and no program needs it.
    if (room < 0) {
      room += size;
      continue;
    }
    const to = path.join(into, name);
    mkdirSync(path.dirname(to), { recursive: true });
    const from = realpathSync(path.join(folder, name));
    if (change && isProgram(name)) {
      writeFileSync(to, change(readFileSync(from, "utf8")));
    } else {
      await copyFile(from, to);
    }
  }
}

/** Runs what a hand-in needs before it can be started. */
export async function build(
  sandbox: Sandbox,
  base: string,
  command: readonly string[],
): Promise<void> {
  await sandbox.command(base, command, BUILDING);
}

/** Makes a program ready that stands in the folder `base`. */
export async function prepare(
  sandbox: Sandbox,
  base: string,
  file: string,
  command?: readonly string[],
): Promise<Prepared> {
  if (command) {
    const [real, tools] = await interpreter(command);
    return { start: { file, command: real, tools }, node: false, foreign: [] };
  }
  if (file.endsWith(".py")) {
    const [python, tools] = await interpreter(["python3"]);
    const unbuffered = ["-u", "-X", "utf8"];
    const start = { file, command: [...python, ...unbuffered, file], tools };
    const foreign = await pythonImports(sandbox, base, file, python, tools);
    return { start, node: false, foreign };
  }
  const { foreign, compiled, whole } = await compile(sandbox, base, file);
  const node = process.execPath;
  if (!/\.[cm]?ts$/.test(file)) {
    return { start: { file, command: [node, file] }, node: true, foreign };
  }
  if (compiled !== undefined && whole) {
    const command = [node, "--enable-source-maps", compiled];
    return { start: { file: compiled, command }, node: true, foreign };
  }
  // Its own loader says best what is wrong with it, or starts its workers.
  const tsx = pathToFileURL(require.resolve("tsx")).href;
  const tools = [path.join(ROOT, "node_modules")];
  const loaded = [node, "--import", tsx, file];
  return { start: { file, command: loaded, tools }, node: true, foreign };
}

interface Metafile {
  inputs: Record<
    string,
    { format?: string; imports: { path: string; external?: boolean }[] }
  >;
}

/**
 * Compiles a program with all of its own modules; `compiled` is left out when
 * it cannot be. `whole` is false for a program that starts files of its own,
 * which only a loader can run.
 */
export async function compile(
  sandbox: Sandbox,
  base: string,
  file: string,
): Promise<{ foreign: string[]; compiled?: string; whole?: boolean }> {
  const text = readFileSync(path.join(base, file), "utf8");
  const meta = `.${path.posix.basename(file)}.json`;
  const stem = file.replace(/\.[^.]+$/, "");
  const tools = [path.dirname(compiler().at(-1) as string)];
  const bundle = async (format: "esm" | "cjs", more: readonly string[]) => {
    const ending = format === "esm" ? "mjs" : "cjs";
    const plain = `${stem}.${ending}`;
    const taken = existsSync(path.join(base, plain));
    const out = taken ? `${stem}.compiled.${ending}` : plain;
    await sandbox.command(
      base,
      [
        ...compiler(),
        ...[file, "--bundle", "--platform=node", "--packages=external"],
        ...[`--format=${format}`, "--target=node20", "--sourcemap=inline"],
        ...["--log-level=error", `--outfile=${out}`, `--metafile=${meta}`],
        ...more,
      ],
      COMPILING,
      { tools },
    );
    return out;
  };
  const read = (): Metafile =>
    JSON.parse(readFileSync(path.join(base, meta), "utf8")) as Metafile;
  try {
    const banner = [`--banner:js=${BOTH}`];
    let out: string | undefined;
    try {
      if (COMMONJS.test(text)) out = await bundle("cjs", []);
    } catch {
      // It waits at the top level: a module after all.
    }
    out ??= await bundle("esm", banner);
    const { inputs } = read();
    const own = Object.entries(inputs).find(([name]) => name === file)?.[1];
    if (own?.format === "cjs" && out.endsWith(".mjs")) {
      rmSync(path.join(base, out));
      out = await bundle("cjs", []);
    }
    const foreign = Object.values(inputs)
      .flatMap(({ imports }) => imports)
      .filter(({ path: name, external }) => external && isForeign(name))
      .map(({ path: name }) => packageOf(name));
    // A plain JavaScript program runs as it is.
    const asItIs = !/\.[cm]?ts$/.test(file);
    if (asItIs) rmSync(path.join(base, out), { force: true });
    return {
      foreign: [...new Set(foreign)],
      compiled: asItIs ? file : out,
      whole: !STARTS_FILES.test(text),
    };
  } catch {
    return { foreign: [] };
  } finally {
    rmSync(path.join(base, meta), { force: true });
  }
}

function isForeign(name: string): boolean {
  return !isBuiltin(name) && !name.startsWith(".") && !name.startsWith("<");
}

/** The package that a module is in. */
function packageOf(name: string): string {
  return name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
}

const PYTHON_IMPORTS = `
import ast, os, sys
tree = ast.parse(open(sys.argv[1], "rb").read())
names = set()
for node in ast.walk(tree):
    if isinstance(node, ast.Import):
        names.update(alias.name.split(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        names.add(node.module.split(".")[0])
own = {os.path.splitext(name)[0] for name in os.listdir(".")}
known = set(sys.builtin_module_names) | set(getattr(sys, "stdlib_module_names", names))
print("\\n".join(sorted(names - known - own)))
`;

async function pythonImports(
  sandbox: Sandbox,
  base: string,
  file: string,
  python: readonly string[],
  tools: readonly string[],
): Promise<string[]> {
  try {
    const command = [...python, "-c", PYTHON_IMPORTS, file];
    const out = await sandbox.command(base, command, COMPILING, { tools });
    return out.split("\n").filter((name) => name !== "");
  } catch {
    // It does not parse: its conversations will say so.
    return [];
  }
}

const interpreters = new Map<string, Promise<readonly [string, string[]]>>();

/**
 * A command with the interpreter itself in place of what leads to it: version
 * managers put a script there that takes longer than the program to start.
 */
async function interpreter(
  command: readonly string[],
): Promise<[string[], string[]]> {
  const [name = "", ...args] = command;
  if (!/^python3?$/.test(name)) return [[...command], []];
  let known = interpreters.get(name);
  if (!known) {
    known = run(name, [
      "-c",
      "import sys; print(sys.executable); print(sys.prefix); print(sys.base_prefix)",
    ]).then(
      ({ stdout }) => {
        const [real = name, ...tools] = stdout.trim().split(/\r?\n/);
        return [real, [...new Set(tools)]] as const;
      },
      () => [name, []] as const,
    );
    interpreters.set(name, known);
  }
  const [real, tools] = await known;
  return [[real, ...args], tools];
}
