/**
 * A terminal with a shell in it, as a reader of a chapter has it: a real one,
 * with job control, on which somebody types and which shows what is printed.
 */
import { spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";

/** Wide enough that nothing in the chapters is wrapped; no line is lost. */
const SIZE = { cols: 240, rows: 50 };
const SCROLLBACK = 2000;
/** How long something is awaited, in milliseconds. */
const DEADLINE = 30_000;
/** Marks a prompt in what the shell prints; a terminal shows nothing of it. */
const MARK = "\u001b]133;A\u0007";

/** The keys that are no characters. */
const KEYS = { "^C": "\u0003", "^D": "\u0004", "^Z": "\u001a", Enter: "\r" };

export type Key = keyof typeof KEYS;

/** The environment of a shell that knows nothing of who started it. */
function environment(home: string): Record<string, string> {
  const { PATH = "", TMPDIR } = process.env;
  return {
    PATH,
    ...(TMPDIR && { TMPDIR }),
    HOME: home,
    LANG: "C.UTF-8",
    TERM: "xterm-256color",
    NO_COLOR: "1",
    npm_config_update_notifier: "false",
    PS1: String.raw`\[\e]133;A\a\]$ `,
  };
}

export class Terminal {
  readonly #shell;
  readonly #screen = new xterm.Terminal({
    ...SIZE,
    scrollback: SCROLLBACK,
    allowProposedApi: true,
  });
  #prompts = 0;
  #awaited = 1;
  #from = 0;
  #looks: (() => void)[] = [];

  constructor(folder: string) {
    this.#shell = spawn("bash", ["--norc", "--noprofile", "-i"], {
      ...SIZE,
      cwd: folder,
      env: environment(folder),
    });
    let tail = "";
    this.#shell.onData((text) => {
      const all = tail + text;
      tail = all.slice(1 - MARK.length);
      this.#screen.write(text, () => {
        this.#prompts += all.split(MARK).length - 1;
        for (const look of [...this.#looks]) look();
      });
    });
  }

  async #until(what: string, holds: () => boolean): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.#looks = this.#looks.filter((one) => one !== look);
      };
      const look = () => {
        if (!holds()) return;
        done();
        resolve();
      };
      const timer = setTimeout(() => {
        done();
        const shown = this.lines().join("\n");
        reject(new Error(`No ${what} on this terminal:\n${shown}`));
      }, DEADLINE);
      this.#looks.push(look);
    });
  }

  /** Types `text` and nothing behind it. */
  type(text: string): void {
    this.#awaited = this.#prompts + 1;
    this.#shell.write(text);
  }

  /** Types a line. */
  enter(line: string): void {
    this.type(`${line}\r`);
  }

  press(key: Key): void {
    this.type(KEYS[key]);
  }

  /** Waits for the prompt that follows what was typed last. */
  prompt(): Promise<void> {
    return this.#until("prompt", () => this.#prompts >= this.#awaited);
  }

  /** Types a command and waits for its end. */
  async run(command: string): Promise<void> {
    this.enter(command);
    await this.prompt();
  }

  /** Waits until `what` is shown, so many times, since the last `fresh`. */
  sees(what: string, times = 1): Promise<void> {
    return this.#until(
      `"${what}"`,
      () => this.lines().join("\n").split(what).length > times,
    );
  }

  /** Waits until the lines since the last `fresh` are as `holds` says. */
  shows(
    what: string,
    holds: (lines: readonly string[]) => boolean,
  ): Promise<void> {
    return this.#until(what, () => holds(this.lines()));
  }

  /** What comes from now on is looked at by itself. */
  fresh(): void {
    const { baseY, cursorY } = this.#screen.buffer.active;
    this.#from = baseY + cursorY;
  }

  /** The lines that are shown, since the last `fresh`. */
  lines(): string[] {
    const { active } = this.#screen.buffer;
    const lines: string[] = [];
    for (let y = this.#from; y < active.length; y++) {
      lines.push(active.getLine(y)?.translateToString(true).trimEnd() ?? "");
    }
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }

  /** Hangs up: the shell and its jobs end. */
  close(): void {
    this.#shell.kill("SIGHUP");
  }
}
