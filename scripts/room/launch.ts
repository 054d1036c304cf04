/**
 * How a program is started, by the ending of its file: which command, in which
 * environment, and whether its port can be redirected.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { transformSync } from "esbuild";
import { compiledFolder, isModule } from "./compile.ts";

/** A program to check: a file, or a command for any other language. */
export interface Program {
  /** The file; its folder is where the program runs. */
  readonly file: string;
  /** The command that runs it, when its ending does not tell. */
  readonly command?: readonly string[];
  /** Where it is started, when that is not simply this system. */
  readonly place?: Place;
}

/** Another place than this system itself: a sandbox. */
export interface Place {
  /** True when programs load `preload.cjs` there. */
  readonly redirected: boolean;
  /** Prepares one start; with `coverage`, a program leaves its coverage. */
  enter(coverage: boolean): Promise<Launch>;
}

/** A command that starts a program. */
export interface Launch {
  /** The program's file, with its whole path. */
  readonly file: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  readonly cwd: string;
  /**
   * True when the program loads `preload.cjs`: its port 8888 is redirected.
   * False when it takes the real port 8888.
   */
  readonly redirected: boolean;
  /**
   * True when its standard output should be a terminal, as it is by hand: most
   * languages keep back what they print to a pipe.
   */
  readonly printsToTerminal?: boolean;
  /** When the command is not the program, but a sandbox around it. */
  readonly around?: {
    /** The program's own process; the sandbox's where there is none yet. */
    pid(sandbox: number): number;
    /** Ends all that runs inside; the sandbox ends with it. */
    end(sandbox: number): void;
  };
  /** Clears away what the program has left, once it has ended. */
  leave?(): Promise<void>;
}

const resolve = createRequire(import.meta.url).resolve;
const PRELOAD = fileURLToPath(new URL("preload.cjs", import.meta.url));
const UNMINIFIED = new URL("unminified.mjs", import.meta.url).href;
const COMPILED = new URL("compiled.mjs", import.meta.url).href;

const AS_MODULE = new URL("as_module.mjs", import.meta.url).href;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
/** Node runs TypeScript by itself, without moving a single character. */
const STRIPS_TYPES = major > 22 || (major === 22 && minor >= 18);

/** True when Node runs `file`, with its port redirected. */
export function isNodeProgram({ file, command, place }: Program): boolean {
  if (place) return place.redirected;
  return command === undefined && /\.[cm]?[jt]s$/.test(file);
}

/** What is wanted of a start, beside that the program runs. */
export interface Wanted {
  /** A folder where Node programs leave V8 coverage. */
  readonly coverage?: string | undefined;
  /** True when `compile` has compiled the program, or will. */
  readonly compiled?: boolean;
}

/**
 * What the checker runs under, and the program does not. The certificates Node
 * would read at every start, which then takes twice as long; a chat on localhost
 * needs none.
 */
const NOT_ITS_OWN =
  /^(ROOM_|NODE_TEST_|NODE_V8_|NODE_OPTIONS$|NODE_EXTRA_CA_CERTS$|PORT$|HOST$)/;

/** Python keeps what it prints to a pipe until 8 KiB have come together. */
const PYTHON = { PYTHONUNBUFFERED: "1", PYTHONIOENCODING: "utf-8" };

function runsPython(command: string): boolean {
  return /^(python|py)[\d.]*(\.exe)?$/.test(path.basename(command));
}

/** True when what `command` runs may keep back what it prints to a pipe. */
export function keepsBack(command: string): boolean {
  return !runsPython(command) && !/^node(\.exe)?$/.test(path.basename(command));
}

/**
 * True when `file` awaits at its top level, so that it can only be a module,
 * and no package near it says so: then tsx takes it for CommonJS and gives up.
 */
function mustBeModule(file: string): boolean {
  if (!file.endsWith(".ts") || isModule(file)) return false;
  const text = readFileSync(file, "utf8");
  if (!/\bawait\b/.test(text)) return false;
  const how = { loader: "ts", target: "es2023", logLevel: "silent" } as const;
  const compiles = (format: "cjs" | "esm") => {
    try {
      return transformSync(text, { ...how, format }).code !== "";
    } catch {
      return false;
    }
  };
  return !compiles("cjs") && compiles("esm");
}

/** Arguments for Node that make it run `file`, TypeScript or not. */
function loader(file: string, { coverage, compiled }: Wanted): string[] {
  if (compiled) return ["--import", COMPILED];
  if (!/\.[cm]?ts$/.test(file)) return [];
  // tsx minifies white space: an uncalled function on one line would count as
  // covered. Coverage needs the program's own lines.
  const asModule = mustBeModule(file) ? ["--import", AS_MODULE] : [];
  if (!coverage) {
    return ["--import", pathToFileURL(resolve("tsx")).href, ...asModule];
  }
  if (!STRIPS_TYPES) return ["--import", UNMINIFIED];
  return ["--disable-warning=ExperimentalWarning"];
}

/**
 * Says how to start `program`.
 *
 * @throws {Error} with a sentence for the user, when there is no such file or
 *   nothing is known to run it
 */
export function launch(program: Program, wanted: Wanted = {}): Launch {
  const file = path.resolve(program.file);
  if (!existsSync(file)) throw new Error(`There is no file ${program.file}.`);
  const cwd = path.dirname(file);
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (NOT_ITS_OWN.test(name)) continue;
    if (value !== undefined) env[name] = value;
  }
  if (program.command) {
    const [command = "", ...args] = program.command;
    const how = { file, command, args, env, cwd, redirected: false };
    if (runsPython(command)) Object.assign(env, PYTHON);
    return { ...how, printsToTerminal: keepsBack(command) };
  }
  if (isNodeProgram(program)) {
    const { coverage, compiled } = wanted;
    if (coverage !== undefined) env.NODE_V8_COVERAGE = coverage;
    if (compiled) env.ROOM_COMPILED = compiledFolder();
    return {
      file,
      command: process.execPath,
      args: ["--require", PRELOAD, ...loader(file, wanted), file],
      env,
      cwd,
      redirected: true,
    };
  }
  if (file.endsWith(".py")) {
    Object.assign(env, PYTHON);
    const command = process.platform === "win32" ? "python" : "python3";
    return { file, command, args: [file], env, cwd, redirected: false };
  }
  throw new Error(
    `Nothing is known to run ${program.file}. Give its command: --command "…".`,
  );
}
