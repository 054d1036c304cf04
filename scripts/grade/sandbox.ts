/**
 * Where programs of strangers run: bubblewrap around each of them, inside the
 * network namespace of the grading process that talks to it. A program sees a
 * system that cannot be written to, a copy of its own hand-in, and nobody else;
 * it may use as much memory, time, disk and processes as an honest one needs.
 */
import { execFile, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
} from "node:fs";
import { cp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { endAll, guard } from "../room/guard.ts";
import { keepsBack, type Launch, type Place } from "../room/launch.ts";

const run = promisify(execFile);

/** What a program may use, at most. Honest ones need a tenth of it. */
export const LIMITS = {
  /** Bytes of memory of one process, without code and files. */
  memory: 1024 * 1024 * 1024,
  /** Bytes of memory of all its processes together. */
  together: 1536 * 1024 * 1024,
  /** Seconds of CPU time of one process. */
  seconds: 60,
  /** Processes and threads; Node alone starts eleven. */
  processes: 96,
  /** Bytes of all files that it writes, and how many files. */
  disk: 32 * 1024 * 1024,
  files: 2000,
} as const;

/** Where a hand-in stands, as its program sees it. */
export const INSIDE = "/hand-in";
/** Where `preload.cjs` stands, for runs that ask the program for figures. */
const PRELOAD_INSIDE = "/room/preload.cjs";
const PRELOAD = fileURLToPath(new URL("../room/preload.cjs", import.meta.url));

/** How much keeps a hand-in apart from the rest of the system. */
export type Protection = "sandbox" | "network" | "none";

/** Folders of the system that programs need: binaries, libraries, settings. */
const SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt"];
const SETTINGS = [
  "alternatives",
  "hosts",
  "ld.so.cache",
  "ld.so.conf",
  "ld.so.conf.d",
  "localtime",
  "nsswitch.conf",
  "ssl/certs",
  "ssl/openssl.cnf",
  "mono",
];
/** The same, of which there is one for each version. */
const VERSIONED = /^java-/;

/** Where version managers keep what their commands lead to, in a home. */
const MANAGERS: Record<string, string> = {
  PYENV_ROOT: ".pyenv",
  RUSTUP_HOME: ".rustup",
  NVM_DIR: ".nvm",
  SDKMAN_DIR: ".sdkman",
  ASDF_DATA_DIR: ".asdf",
  VOLTA_HOME: ".volta",
};

/** What a program's environment tells it: nothing of who looks on. */
function cleanEnvironment(): Record<string, string> {
  const env: Record<string, string> = {
    HOME: "/tmp",
    LANG: process.env.LANG ?? "C.UTF-8",
    PATH: process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin",
  };
  for (const [name, folder] of Object.entries(MANAGERS)) {
    const place = process.env[name] ?? path.join(os.homedir(), folder);
    if (existsSync(place)) env[name] = place;
  }
  for (const name of ["LC_ALL", "LC_CTYPE", "TZ", "JAVA_HOME", "GOROOT"]) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** Binds a folder of the system as it is: a link stays a link. */
function systemFolder(folder: string): string[] {
  try {
    if (lstatSync(folder).isSymbolicLink()) {
      return ["--symlink", readlinkSync(folder), folder];
    }
    return ["--ro-bind", folder, folder];
  } catch {
    return [];
  }
}

/** True when `file` is in one of the system's folders. */
function inSystem(file: string): boolean {
  return SYSTEM.some((folder) => file.startsWith(`${folder}/`));
}

/**
 * What must be seen inside so that the commands in PATH can be found: folders
 * of programs outside of the system's own, with the libraries beside them. A
 * home itself is never shown.
 */
function toolFolders(): string[] {
  const folders = new Set<string>();
  const add = (folder: string) => {
    if (existsSync(folder) && !inSystem(`${folder}/`)) folders.add(folder);
  };
  const home = os.homedir();
  for (const [name, folder] of Object.entries(MANAGERS)) {
    add(process.env[name] ?? path.join(home, folder));
  }
  const entries = (process.env.PATH ?? "").split(path.delimiter);
  const node = path.dirname(process.execPath);
  for (const entry of [...entries, node]) {
    // A project's own commands are the grader's, not the hand-in's.
    const project = entry.includes("node_modules") && entry !== node;
    if (!path.isAbsolute(entry) || project) continue;
    if (path.basename(entry) !== "bin") continue;
    add(entry);
    for (const beside of ["lib", "libexec", "include", "share", "pkg", "src"]) {
      const prefix = path.dirname(entry);
      if (prefix !== home && prefix !== path.join(home, ".local")) {
        add(path.join(prefix, beside));
      }
    }
  }
  for (const name of ["JAVA_HOME", "GOROOT"]) {
    const value = process.env[name];
    if (value) add(value);
  }
  // What lies in a folder that is shown already needs no more.
  return [...folders].filter(
    (one) =>
      ![...folders].some((two) => two !== one && one.startsWith(`${two}/`)),
  );
}

/** Arguments of bubblewrap that every program has in common. */
function common(): string[] {
  const versioned = readdirSync("/etc").filter((name) => VERSIONED.test(name));
  const etc = [...SETTINGS, ...versioned]
    .map((name) => `/etc/${name}`)
    .flatMap((file) => (existsSync(file) ? ["--ro-bind", file, file] : []));
  return [
    ...["--unshare-user", "--uid", "1000", "--gid", "1000"],
    ...["--unshare-pid", "--unshare-ipc", "--unshare-uts"],
    ...["--hostname", "localhost", "--die-with-parent"],
    ...SYSTEM.flatMap(systemFolder),
    ...etc,
    ...["--proc", "/proc", "--dev", "/dev"],
    ...["--size", String(1024 * 1024), "--tmpfs", "/dev/shm"],
    ...["--size", String(LIMITS.disk), "--tmpfs", "/tmp"],
    ...toolFolders().flatMap((one) => ["--ro-bind", one, one]),
    ...["--ro-bind", PRELOAD, PRELOAD_INSIDE],
  ];
}

/** The processes that a process has started and that still run. */
function childrenOf(pid: number): number[] {
  try {
    const file = `/proc/${pid}/task/${pid}/children`;
    return readFileSync(file, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** How often it is looked what programs use, in milliseconds. */
const LOOK = 200;
/** Bytes of one page of memory. */
const PAGE = 4096;

/**
 * Ends programs that use too much memory, or too many processes, in all: what
 * the limits of each single process do not see. Looks as long as the grading
 * process lives.
 */
function watchOver() {
  setInterval(() => {
    for (const sandbox of childrenOf(process.pid)) {
      const init = childrenOf(sandbox)[0];
      if (init === undefined) continue;
      let pages = 0;
      let count = 0;
      const queue = [init];
      for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
        if (++count > LIMITS.processes) break;
        pages += residentPages(pid);
        queue.push(...childrenOf(pid));
      }
      if (pages * PAGE > LIMITS.together || count > LIMITS.processes) {
        kill(init);
      }
    }
  }, LOOK).unref();
}

function residentPages(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
  } catch {
    return 0;
  }
}

/** How a program is started in a sandbox. */
export interface Start {
  /** The file of the program, with its path in the hand-in. */
  readonly file: string;
  /** The command, as it is given inside of the hand-in's folder. */
  readonly command: readonly string[];
  /** True when Node runs it with `preload.cjs`, on a port of the checker's. */
  readonly redirected: boolean;
  /** Folders of an interpreter that must be seen. */
  readonly tools?: readonly string[];
}

/** What a command is given beside the folder that it runs in. */
export interface Given {
  /** Folders and files of the system that it must see. */
  readonly tools?: readonly string[];
  /** More environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** A folder that it can write its coverage into. */
  readonly coverage?: string | undefined;
  /** True for a network of its own, where nobody else has a port. */
  readonly alone?: boolean;
}

/** Where coverage is written, as the program sees it. */
const COVERAGE_INSIDE = "/coverage";
/** Characters of a command's output that are kept. */
const KEPT = 4 * 1024 * 1024;
/** Characters of its complaint that are told. */
const SAID = 500;

/** The sandbox of one grading process. */
export class Sandbox {
  readonly protection: Protection;
  /** Where hand-ins are prepared and run: nobody else sees it. */
  readonly folder: string;
  readonly #options: readonly string[];
  readonly #limits: readonly string[];
  readonly #env = cleanEnvironment();
  readonly #free: number[] = [];
  readonly #mounted = new Set<string>();
  #slots = 0;

  private constructor(
    protection: Protection,
    folder: string,
    options: readonly string[],
    limits: readonly string[],
  ) {
    this.protection = protection;
    this.folder = folder;
    this.#options = options;
    this.#limits = limits;
  }

  /**
   * Prepares `folder`, which must be empty and this process's own.
   *
   * @throws {Error} with a sentence, when there should be a sandbox and is none
   */
  static async open(protection: Protection, folder: string): Promise<Sandbox> {
    if (protection === "none") return new Sandbox(protection, folder, [], []);
    await mount(folder, 4 * LIMITS.disk, 10 * LIMITS.files);
    if (protection === "network") {
      return new Sandbox(protection, folder, [], []);
    }
    const options = common();
    // Each is taken where the system has it: they are not the same everywhere.
    const works = async (command: readonly string[], more: string[]) => {
      const [name = "", ...args] = [...command, "bwrap", ...options, ...more];
      return run(name, [...args, "--", process.execPath, "-e", "0"]).then(
        () => true,
        () => false,
      );
    };
    if (!(await works([], []))) {
      throw new Error("bubblewrap cannot start a program here.");
    }
    if (await works([], ["--disable-userns"])) options.push("--disable-userns");
    const { memory, seconds, processes, disk } = LIMITS;
    let limits: string[] = [];
    for (const limit of [
      `--data=${memory}`,
      `--fsize=${disk}`,
      `--cpu=${seconds}`,
      "--core=0",
      `--nproc=${processes}`,
    ]) {
      const more = [...(limits[0] ? limits : ["prlimit"]), limit];
      if (await works([...more, "--"], [])) limits = more;
    }
    if (limits.length > 0) limits.push("--");
    watchOver();
    return new Sandbox(protection, folder, options, limits);
  }

  /** The arguments that start `command` in `folder`, as seen by the program. */
  #wrap(
    folder: string,
    command: readonly string[],
    { tools = [], coverage, alone = false }: Given = {},
  ): readonly string[] {
    if (this.protection !== "sandbox") return command;
    return [
      ...this.#limits,
      ...["bwrap", ...this.#options, "--bind", folder, INSIDE],
      ...(alone ? ["--unshare-net"] : []),
      ...(coverage === undefined ? [] : ["--bind", coverage, COVERAGE_INSIDE]),
      ...tools
        .filter((tool) => !inSystem(tool) && existsSync(tool))
        .flatMap((tool) => ["--ro-bind", tool, tool]),
      ...["--remount-ro", "/dev", "--remount-ro", "/"],
      ...["--chdir", INSIDE, "--", ...command],
    ];
  }

  /** A path inside of a hand-in, as its program sees it. */
  inside(slot: string, file: string): string {
    return this.protection === "sandbox"
      ? path.posix.join(INSIDE, file)
      : path.join(slot, file);
  }

  /**
   * Runs a command in a folder to its end, without a checker: a compiler.
   * Resolves to what it printed; nothing that it started is left.
   *
   * @throws {Error} with what it complains of, when it fails or lasts longer
   *   than `limit` milliseconds
   */
  async command(
    folder: string,
    command: readonly string[],
    limit: number,
    given: Given = {},
  ): Promise<string> {
    const [name = "", ...args] = this.#wrap(folder, command, given);
    const env = { ...this.#env, ...given.env };
    if (given.coverage !== undefined) {
      env.NODE_V8_COVERAGE = this.coverageInside(given.coverage);
    }
    const child = spawn(name, args, {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    const { pid } = child;
    if (pid !== undefined) guard("+", pid);
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.length > KEPT) output = output.slice(-KEPT);
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      if (said.length < SAID) said = (said + text).slice(0, SAID);
    });
    let late = false;
    const end = () => {
      if (pid !== undefined) endAll(pid);
    };
    const timer = setTimeout(() => {
      late = true;
      end();
    }, limit);
    try {
      const code = await new Promise<number | null>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", resolve);
        // What it has started may hold its output open.
        child.once("exit", end);
      });
      const seconds = Math.round(limit / 1000);
      if (late) throw new Error(`${command[0]} took more than ${seconds} s`);
      const why = said.trim() || `exit code ${code}`;
      if (code !== 0) throw new Error(`${command[0]} failed: ${why}`);
      return output;
    } finally {
      clearTimeout(timer);
      if (pid !== undefined) guard("-", pid);
    }
  }

  /** The same, in a fresh copy of the prepared hand-in `base`. */
  async commandIn(
    base: string,
    how: (at: (file: string) => string) => Given & {
      readonly command: readonly string[];
    },
    limit: number,
  ): Promise<string> {
    const slot = await this.#take(base);
    try {
      const { command, ...given } = how((file) => this.inside(slot, file));
      return await this.command(slot, command, limit, given);
    } finally {
      await this.#give(slot);
    }
  }

  /** A folder for coverage, as the program sees it. */
  coverageInside(folder: string): string {
    return this.protection === "sandbox" ? COVERAGE_INSIDE : folder;
  }

  /**
   * Where a program of the prepared hand-in `base` starts, each time in a fresh
   * copy. Its coverage goes into the folder `coverage`, where it is measured.
   */
  place(base: string, start: Start, coverage?: string): Place {
    const { redirected } = start;
    return {
      redirected,
      enter: async (measured) => {
        const into = measured ? coverage : undefined;
        const slot = await this.#take(base);
        const env = { ...this.#env };
        if (into !== undefined) {
          env.NODE_V8_COVERAGE = this.coverageInside(into);
        }
        const [name = "", ...args] = start.command;
        const preload =
          this.protection === "sandbox" ? PRELOAD_INSIDE : PRELOAD;
        const asked = redirected ? ["--require", preload] : [];
        const whole = this.#wrap(slot, [name, ...asked, ...args], {
          ...(start.tools && { tools: start.tools }),
          coverage: into,
        });
        const [command = "", ...rest] = whole;
        const launch: Launch = {
          file: this.inside(slot, start.file),
          command,
          args: rest,
          env,
          cwd: slot,
          redirected,
          printsToTerminal: keepsBack(name),
          leave: () => this.#give(slot),
        };
        if (this.protection !== "sandbox") return launch;
        return {
          ...launch,
          around: {
            // bubblewrap, its first process inside, and the program.
            pid: (sandbox) => {
              const init = childrenOf(sandbox)[0];
              return (init && childrenOf(init)[0]) ?? sandbox;
            },
            // The first process inside takes all others with it.
            end: (sandbox) => {
              const init = childrenOf(sandbox)[0];
              if (init !== undefined) kill(init);
              else kill(sandbox);
            },
          },
        };
      },
    };
  }

  /** A fresh copy of `base` with a disk of its own. */
  async #take(base: string): Promise<string> {
    const slot = this.#free.pop() ?? this.#slots++;
    const folder = path.join(this.folder, `slot${slot}`);
    mkdirSync(folder, { recursive: true });
    if (this.protection !== "none" && !this.#mounted.has(folder)) {
      await mount(folder, LIMITS.disk, LIMITS.files);
      chmodSync(folder, 0o755);
      this.#mounted.add(folder);
    }
    await cp(base, folder, { recursive: true });
    return folder;
  }

  /** Clears a copy away, whatever was made of it. */
  async #give(folder: string): Promise<void> {
    try {
      for (const name of await readdir(folder)) {
        const entry = path.join(folder, name);
        await rm(entry, { recursive: true, force: true, maxRetries: 3 });
      }
    } catch {
      // The disk is let go of as a whole; the next copy gets another one.
      if (this.#mounted.delete(folder)) await run("umount", ["-l", folder]);
    }
    this.#free.push(Number(/\d+$/.exec(folder)?.[0]));
  }
}

/** Lets go of the folder of a sandbox, with all that is mounted in it. */
export function unmount(protection: Protection, folder: string): void {
  if (protection === "none") return;
  try {
    execFileSync("umount", ["-R", "-l", folder], { stdio: "ignore" });
  } catch {
    // Nothing is mounted there yet.
  }
}

function kill(pid: number) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** Puts an empty file system of limited size at `folder`. */
async function mount(folder: string, bytes: number, files: number) {
  const size = `size=${bytes},nr_inodes=${files},mode=755`;
  await run("mount", [
    "-t",
    "tmpfs",
    "-o",
    size,
    "tmpfs",
    realpathSync(folder),
  ]);
}
