/**
 * The servers that are measured beside each other: the reference, the programs
 * of earlier chapters, and the same chat written in other ways.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { UsageError } from "../command/run.ts";
import { isNodeProgram, launch } from "../room/launch.ts";
import { CHAPTERS, SOLUTIONS, shortPath } from "../workbook/chapters.ts";
import { METER } from "./usage.ts";

/** A server. */
export interface Peer {
  readonly id: string;
  /** What it is, in a few words. */
  readonly title: string;
  /** Its program, or the command that runs it. */
  readonly file?: string;
  readonly command?: readonly string[];
  /** Measured for the plots, too: a line of its own in each panel. */
  readonly plotted?: boolean;
  /** Only with a full run: it shows little that another one does not. */
  readonly fullOnly?: boolean;
}

/** The id of the server that all others are compared with. */
export const REFERENCE = "reference";
/** The id of the server that does what the kernel allows. */
export const LIMIT = "epoll";

function peer(name: string): string {
  return fileURLToPath(new URL(`peers/${name}`, import.meta.url));
}

/** Which of the chapters' programs differ in what they cost. */
const EARLIER: Record<string, string> = {
  "05": "chapter 05: broadcasts chunk by chunk",
  "06": "chapter 06: ends politely",
  "07": "chapter 07: bounds what is pending",
};

/** All that the workbook brings. */
export const PEERS: readonly Peer[] = [
  {
    id: REFERENCE,
    title: "chapter 08: one write for each turn",
    file: SOLUTIONS.server,
    plotted: true,
  },
  ...CHAPTERS.filter(({ number }) => number in EARLIER).map(
    ({ number, program }): Peer => ({
      id: number,
      title: EARLIER[number] as string,
      file: program,
      plotted: number === "07",
      fullOnly: number !== "07",
    }),
  ),
  {
    id: "readline",
    title: "Node, a readline for each socket",
    file: peer("readline_per_socket.ts"),
    plotted: true,
  },
  {
    id: "asyncio",
    title: "Python, asyncio as the exercise hints at it",
    file: peer("asyncio_as_hinted.py"),
    plotted: true,
  },
  {
    id: "go",
    title: "Go, two goroutines and a channel for each client",
    file: peer("goroutines.go"),
    fullOnly: true,
  },
  {
    id: "threads",
    title: "Rust, a thread for each client",
    file: peer("threads.rs"),
    fullOnly: true,
  },
  {
    id: LIMIT,
    title: "C, epoll and one writev for each round: the limit",
    file: peer("epoll.c"),
    plotted: true,
  },
];

/** How a server is started. */
export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  readonly cwd: string;
  /** True for Node: it can tell of itself what it has used. */
  readonly metered: boolean;
}

/** Runs a tool for a moment; what it says, or `undefined` where it is absent. */
function tool(command: string, ...args: string[]): string | undefined {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    timeout: 120_000,
  });
  if (status === null) return undefined;
  if (status !== 0) throw new Error(`${command}: ${stderr.split("\n")[0]}`);
  return stdout.trim();
}

/** How each language is compiled into `out`. */
const COMPILERS: Record<string, (file: string, out: string) => string[]> = {
  ".c": (file, out) => ["gcc", "-O2", "-o", out, file],
  ".rs": (file, out) => ["rustc", "-O", "-o", out, file],
  ".go": (file, out) => ["go", "build", "-o", out, file],
};

/**
 * Makes a server ready to be started, with what it needs in `folder`.
 *
 * @throws {Error} with a reason, where this machine cannot run it
 */
export function prepare({ id, file, command }: Peer, folder: string): Start {
  mkdirSync(folder, { recursive: true });
  if (command) {
    const [name = "", ...args] = command;
    return { command: name, args, env: {}, cwd: process.cwd(), metered: false };
  }
  const program = file as string;
  const compile = COMPILERS[path.extname(program)];
  if (compile) {
    if (id === LIMIT && process.platform !== "linux") {
      throw new Error("epoll is there on Linux alone");
    }
    const out = path.join(folder, `${id}.exe`);
    const [compiler = "", ...args] = compile(program, out);
    if (tool(compiler, ...args) === undefined) {
      throw new Error(`there is no ${compiler} on this machine`);
    }
    return { command: out, args: [], env: {}, cwd: folder, metered: false };
  }
  if (!isNodeProgram({ file: program })) {
    const { command: name, args, env, cwd } = launch({ file: program });
    if (tool(name, "--version") === undefined) {
      throw new Error(`there is no ${name} on this machine`);
    }
    return { command: name, args, env, cwd, metered: false };
  }
  // Compiled beforehand: a compiler in the server's process would be measured.
  const out = path.join(folder, `${id}.mjs`);
  buildSync({
    entryPoints: [program],
    outfile: out,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    logLevel: "silent",
  });
  const args = [...METER, out];
  return {
    command: process.execPath,
    args,
    env: {},
    cwd: path.dirname(program),
    metered: METER.length > 0,
  };
}

/**
 * The server that somebody names as NAME=COMMAND, where COMMAND may be a file.
 *
 * @throws {UsageError} when it is not written like this
 */
export function parsePeer(text: string): Peer {
  const [, id = "", rest = ""] = /^([\w-]+)=(.+)$/s.exec(text) ?? [];
  if (id === "") {
    throw new UsageError(
      `A server is named as NAME='COMMAND', not "${text}". For example: --server mine=submission/ex_04_server.ts`,
    );
  }
  if (PEERS.some((one) => one.id === id)) {
    throw new UsageError(`There is a server named "${id}" already.`);
  }
  const command = rest.trim().split(/\s+/);
  const [file = ""] = command;
  if (command.length === 1 && /\.([cm]?[jt]s|py|c|rs|go)$/.test(file)) {
    if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`);
    const title = shortPath(path.resolve(file));
    return { id, title, file, plotted: true };
  }
  return { id, title: command.join(" "), command, plotted: true };
}
