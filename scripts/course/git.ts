/**
 * Runs git on repositories that strangers have made: without a shell, without
 * questions, without hooks, and for a bounded time.
 */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { endAll, guard } from "../room/guard.ts";

/** git said no, in its own words. */
export class GitError extends Error {}

/** Seconds that one call of git may take: cloning over a slow line takes long. */
const LONGEST = 300;
/** The most bytes that git may answer. */
const MOST_OUTPUT = 256 * 1024 * 1024;

/**
 * What overrides the configuration of any repository: nothing in it may start
 * another program. Lazy fetching would start what its remote names.
 */
const CONFIG = [
  ["core.fsmonitor", "false"],
  ["core.untrackedCache", "false"],
  ["core.quotePath", "false"],
  ["core.commitGraph", "false"],
  ["log.showSignature", "false"],
  ["protocol.ext.allow", "never"],
  ["fetch.recurseSubmodules", "false"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["http.lowSpeedLimit", "1000"],
  ["http.lowSpeedTime", "60"],
] as const;

/** How one call of git is made. */
export interface Call {
  readonly input?: string | Buffer;
  /** More of the environment. */
  readonly env?: Record<string, string>;
  /**
   * Takes the user's own settings, which say how to log in elsewhere. Where no
   * other machine is spoken to, they could only change what git answers.
   */
  readonly asUser?: boolean;
  /** Seconds that it may take. */
  readonly longest?: number;
}

/** git, as one run of a course uses it. */
export class Git {
  readonly #folder: string;

  /** `folder`: where a configuration of its own may stand. */
  constructor(folder: string) {
    this.#folder = path.resolve(folder);
    mkdirSync(path.join(this.#folder, "hooks"), { recursive: true });
    // Repositories on this machine may belong to somebody else. They are read
    // by git-upload-pack, which trusts nothing in them.
    writeFileSync(this.#ownConfig, "[safe]\n\tdirectory = *\n");
  }

  get #ownConfig() {
    return path.join(this.#folder, "config");
  }

  /** @throws {Error} with a sentence, when there is no git on this system */
  async expect(): Promise<void> {
    try {
      await this.text(undefined, ["--version"]);
    } catch {
      throw new Error(
        "There is no git on this system, or it is not in PATH. Install git: hand-ins are read with it.",
      );
    }
  }

  /**
   * Runs git in the repository `gitDir` and resolves to its output.
   *
   * @throws {GitError} with the last thing that it said
   */
  async bytes(
    gitDir: string | undefined,
    args: readonly string[],
    call: Call = {},
  ): Promise<Buffer> {
    const hooks = ["-c", `core.hooksPath=${path.join(this.#folder, "hooks")}`];
    const config = CONFIG.flatMap(([name, to]) => ["-c", `${name}=${to}`]);
    const settings = call.asUser
      ? userSettings()
      : { GIT_CONFIG_GLOBAL: this.#ownConfig, GIT_CONFIG_NOSYSTEM: "1" };
    const where = gitDir === undefined ? [] : [`--git-dir=${gitDir}`];
    const child = spawn(
      "git",
      [...hooks, "-c", "safe.directory=*", ...config, ...where, ...args],
      {
        cwd: this.#folder,
        env: {
          ...environment(),
          ...settings,
          ...call.env,
        },
        // A session of its own: nobody asks for a password on the terminal,
        // and what git has started ends with it.
        detached: true,
        stdio: ["pipe", "pipe", "pipe"],
        windowsHide: true,
      },
    );
    const { pid } = child;
    if (pid !== undefined) guard("+", pid);
    const output: Buffer[] = [];
    let length = 0;
    let said = "";
    let ended = "";
    const end = (why: string) => {
      ended = why;
      if (pid !== undefined) endAll(pid);
    };
    const longest = call.longest ?? LONGEST;
    const timer = setTimeout(
      () => end(`took longer than ${longest} s`),
      longest * 1000,
    );
    child.stdout.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > MOST_OUTPUT) end("says more than anybody wants to read");
      else output.push(chunk);
    });
    child.stderr.on("data", (chunk) => {
      said = (said + chunk).slice(-10_000);
    });
    child.stdin.on("error", () => {});
    child.stdin.end(call.input ?? "");
    try {
      const code = await new Promise<number | null>((resolve, reject) => {
        child.on("error", reject);
        child.on("close", resolve);
      });
      if (ended !== "") throw new GitError(`git ${ended}`);
      if (code !== 0) throw new GitError(sentence(said));
      return Buffer.concat(output);
    } finally {
      clearTimeout(timer);
      if (pid !== undefined) guard("-", pid);
    }
  }

  /** The output as text, without the newline at its end. */
  async text(
    gitDir: string | undefined,
    args: readonly string[],
    call?: Call,
  ): Promise<string> {
    return (await this.bytes(gitDir, args, call)).toString().trimEnd();
  }

  /** The output, or `undefined` when git says no. */
  async perhaps(
    gitDir: string | undefined,
    args: readonly string[],
    call?: Call,
  ): Promise<string | undefined> {
    try {
      return await this.text(gitDir, args, call);
    } catch (error) {
      if (error instanceof GitError) return undefined;
      throw error;
    }
  }
}

/** Where the user has said that his settings are. */
function userSettings(): NodeJS.ProcessEnv {
  const names = [
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
  ];
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = process.env[name];
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

/** The environment without what would lead git elsewhere, or let it ask. */
function environment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  const kept =
    /^GIT_(SSH|SSH_COMMAND|SSL_|HTTP_|PROXY|EXEC_PATH|AUTHOR_|COMMITTER_)/;
  for (const [name, text] of Object.entries(process.env)) {
    const git = name.startsWith("GIT_") && !kept.test(name);
    if (!git && name !== "SSH_ASKPASS") env[name] = text;
  }
  return {
    ...env,
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    SSH_ASKPASS_REQUIRE: "never",
    GCM_INTERACTIVE: "never",
    GIT_NO_LAZY_FETCH: "1",
    GIT_LFS_SKIP_SMUDGE: "1",
    GIT_OPTIONAL_LOCKS: "0",
  };
}

/** The line that says what went wrong, of all that git says. */
function sentence(said: string): string {
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  const wrong = lines.find((line) => /^(fatal|error): /.test(line));
  return (wrong ?? lines.at(-1) ?? "git failed and said nothing")
    .replace(/^(fatal|error|remote): /, "")
    .slice(0, 300);
}
