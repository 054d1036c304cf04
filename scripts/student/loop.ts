/**
 * The student's loop in a terminal: a verdict at every save, and one key for
 * each command.
 */

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { emitKeypressEvents } from "node:readline";
import { watch } from "chokidar";
import { createTwoFilesPatch } from "diff";
import colors from "picocolors";
import { openPage } from "../command/open.ts";
import { wrap } from "../command/wrap.ts";
import { ROOT, shortPath } from "../workbook/chapters.ts";
import { hint, LEVELS } from "./hints.ts";
import { whatIsMissing, whyItWorks } from "./pages.ts";
import type { Session } from "./session.ts";
import { SUBMISSION } from "./submission.ts";
import { TypeChecker, withShortPaths } from "./types.ts";
import { header, keys, list, verdict } from "./view.ts";

const CLEAR = "\x1b[2J\x1b[H";
/**
 * How often it is looked whether a save was missed, in milliseconds: the system
 * does not tell of each, least of all on network drives and in containers.
 */
const LOOK = 1000;

export class Loop {
  readonly #session: Session;
  readonly #types = new TypeChecker();
  /** What stands below the verdict: an answer to the last key. */
  #answer = "";
  #errors = "";
  #busy = false;
  /** The program's text as it was last judged; `undefined` for no file. */
  #judged: string | undefined;
  #hints = 0;
  /** What the next "y" would do, after a question. */
  #question: (() => void) | undefined;
  #quit: () => void = () => {};

  /** Shows `notes` with the first verdict. */
  constructor(session: Session, notes: readonly string[] = []) {
    this.#session = session;
    this.#answer = notes.join("\n");
  }

  /** Runs until the student quits. Resolves when all is put back. */
  async run(): Promise<void> {
    const { stdin, stdout } = process;
    const session = this.#session;
    const over = new Promise<void>((resolve) => {
      this.#quit = resolve;
    });
    const watcher = watch(SUBMISSION, { ignoreInitial: true, depth: 0 });
    watcher.on("all", (_, file) => {
      if (path.resolve(file) === session.file) this.#judge();
    });
    watcher.on("error", (error) => {
      this.#say(`Changes are not seen (${(error as Error).message}). Press r.`);
    });
    emitKeypressEvents(stdin);
    stdin.setRawMode(true);
    stdin.on("keypress", (text: string | undefined, key) => {
      if (key.ctrl && key.name === "c") this.#quit();
      else this.#press(text ?? "");
    });
    stdin.resume();
    // The terminal is gone, or the window was closed.
    stdin.on("end", this.#quit);
    stdout.on("error", this.#quit);
    process.once("SIGTERM", this.#quit);
    process.once("SIGHUP", this.#quit);
    stdout.on("resize", () => this.#draw());
    const missed = setInterval(() => {
      if (!this.#busy && this.#textNow() !== this.#judged) this.#judge();
    }, LOOK);
    this.#judge();
    try {
      await over;
    } finally {
      clearInterval(missed);
      stdin.setRawMode(false);
      stdin.pause();
      this.#types.stop();
      await watcher.close();
      await session.close();
    }
  }

  #textNow(): string | undefined {
    try {
      return readFileSync(this.#session.file, "utf8");
    } catch {
      return undefined;
    }
  }

  /** Judges the program, then its types; draws what is known. */
  async #judge(): Promise<void> {
    const session = this.#session;
    this.#judged = this.#textNow();
    if (this.#judged === undefined) {
      this.#say(
        `${shortPath(session.file)} is gone. Save it again, or press r for a new one.`,
      );
      return;
    }
    if (!this.#busy && session.results) this.#answer = "";
    this.#busy = true;
    this.#question = undefined;
    this.#hints = 0;
    this.#errors = "";
    this.#draw();
    try {
      const results = await session.judge();
      if (!results) return;
    } catch (error) {
      this.#answer = (error as Error).message;
    }
    this.#busy = false;
    this.#draw();
    session.prepare().catch(() => {});
    const errors = await this.#types.check();
    if (errors === undefined || this.#busy) return;
    this.#errors = withShortPaths(errors);
    this.#draw();
  }

  #say(answer: string) {
    this.#answer = answer;
    this.#draw();
  }

  #press(key: string) {
    const question = this.#question;
    this.#question = undefined;
    if (question) {
      if (key === "y") question();
      else this.#say("");
      return;
    }
    const actions: Record<string, () => void> = {
      r: () => this.#again(),
      h: () => this.#hint(),
      n: () => this.#next(),
      l: () => this.#list(),
      d: () => this.#diff(),
      g: () => this.#guide(),
      q: this.#quit,
    };
    actions[key]?.();
  }

  #again() {
    const { file } = this.#session;
    if (this.#session.makeFile()) {
      this.#answer = `${shortPath(file)} was made for you.`;
      this.#busy = true;
    }
    this.#judge();
  }

  #hint() {
    // "Checking …" stands on the screen: there is nothing to hint at yet.
    if (this.#busy) return;
    const { results } = this.#session;
    const failed = results?.find(({ verdict }) => verdict === "fail");
    if (!failed) {
      this.#say("Nothing fails: there is nothing to hint at.");
      return;
    }
    if (!failed.cause) {
      this.#say("No known mistake looks like this. Read the diagram slowly.");
      return;
    }
    this.#hints = Math.min(this.#hints + 1, LEVELS);
    const more = this.#hints < LEVELS ? " (h for more)" : "";
    this.#say(
      `Hint ${this.#hints} of ${LEVELS}${more}\n${hint(failed.cause, this.#hints)}`,
    );
  }

  #next() {
    const session = this.#session;
    const { next } = session;
    if (!next) {
      this.#say(
        "This is the last chapter. `npm run check` holds all checks with both programs once more; then hand them in.",
      );
      return;
    }
    const go = () => {
      session.goTo(next);
      const made = session.makeFile();
      this.#answer = made ? `${shortPath(session.file)} was made for you.` : "";
      this.#busy = made;
      this.#judge();
    };
    if (session.passed) go();
    else {
      this.#ask(`This chapter has not passed yet. Jump to ${next.name}?`, go);
    }
  }

  #list() {
    const { progress, checks, fingerprints } = this.#session;
    this.#say(list(progress, checks, fingerprints));
  }

  #diff() {
    const { passed } = this.#session;
    if (passed) this.#showDiff();
    else {
      this.#ask(
        "The diff shows the chapter's own program, and this chapter has not passed yet. Show it?",
        () => this.#showDiff(),
      );
    }
  }

  #showDiff() {
    const { file, chapter } = this.#session;
    const patch = createTwoFilesPatch(
      shortPath(file),
      shortPath(chapter.program),
      readFileSync(file, "utf8"),
      readFileSync(chapter.program, "utf8"),
    );
    const lines = patch.split("\n").map((line) => {
      if (line.startsWith("+")) return colors.green(line);
      return line.startsWith("-") ? colors.red(line) : line;
    });
    this.#say(lines.slice(1).join("\n"));
  }

  #guide() {
    const { name, folder } = this.#session.chapter;
    const page = `The chapter's page: ${shortPath(folder)}/README.md`;
    const built = path.join(ROOT, "guide", "chapters", name, "index.html");
    if (!existsSync(built)) {
      this.#say(`${page}\nWith figures, in a browser: npm run guide`);
      return;
    }
    this.#say(`${page}\nIn the browser: ${shortPath(built)}`);
    openPage(built, () => this.#say("No browser could be opened."));
  }

  #ask(question: string, yes: () => void) {
    this.#say(`${question} (y, or any other key for no)`);
    this.#question = yes;
  }

  #draw() {
    const { stdout } = process;
    const { chapter, file, results, works, said } = this.#session;
    const columns = stdout.columns || 80;
    const parts = [header(chapter, file)];
    if (said !== undefined) parts.push(wrap(said, columns));
    if (results) parts.push(verdict(results, columns));
    if (this.#busy) parts.push(colors.dim("Checking …"));
    if (works && !this.#busy) {
      const why = whyItWorks(chapter);
      const missing = whatIsMissing(chapter);
      if (why) parts.push(wrap(why, columns));
      if (missing)
        parts.push(wrap(`What still goes wrong: ${missing}`, columns));
    }
    if (this.#errors) parts.push(colors.yellow(this.#errors));
    if (this.#answer) {
      const answer = this.#answer
        .split("\n")
        .map((line) =>
          line.length > columns && /^\w/.test(line)
            ? wrap(line, columns)
            : line,
        )
        .join("\n");
      parts.push(answer);
    }
    const names = { r: "run again", h: "hint", n: "next", l: "list" };
    parts.push(keys({ ...names, d: "diff", g: "guide", q: "quit" }));
    stdout.write(`${CLEAR}${parts.join("\n\n")}\n`);
  }
}
