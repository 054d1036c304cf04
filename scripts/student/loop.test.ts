/** The student's loop, as a student uses it: on a terminal, with an editor. */
import assert from "node:assert/strict";
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { afterEach } from "node:test";
import { stripVTControlCharacters } from "node:util";
import pty from "@lydell/node-pty";
import { findChapter, ROOT } from "../workbook/chapters.ts";

/** How long anything may take on a busy machine, in milliseconds. */
const DEADLINE = 30_000;

/** Workbooks that nobody has ended yet. */
const running = new Set<Workbook>();

/** One that a failed test has left would keep this process, and all others. */
afterEach(() => {
  for (const book of running) book.end();
});

/** A workbook that runs on a terminal, with a submission of its own. */
class Workbook {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), "loop-test-"));
  readonly file = path.join(this.folder, "ex_04_server.ts");
  readonly #terminal;
  #screen = "";
  #look: () => void = () => {};
  readonly exit: Promise<number>;

  constructor(columns = 80, args: string[] = []) {
    writeFileSync(path.join(this.folder, "package.json"), '{"type":"module"}');
    const command = ["--import", "tsx", "scripts/start.ts", ...args];
    const env: Record<string, string> = { SUBMISSION: this.folder };
    for (const [name, value] of Object.entries(process.env)) {
      if (value !== undefined && !/^(NODE_TEST|ROOM_)/.test(name)) {
        env[name] ??= value;
      }
    }
    this.#terminal = pty.spawn(process.execPath, command, {
      cwd: ROOT,
      env,
      cols: columns,
      rows: 50,
    });
    this.#terminal.onData((data) => {
      // Each drawing begins by clearing the screen.
      this.#screen = `${this.#screen}${data}`.split("\x1b[2J").at(-1) ?? "";
      this.#look();
    });
    running.add(this);
    this.exit = new Promise((resolve) => {
      this.#terminal.onExit(({ exitCode }) => {
        running.delete(this);
        resolve(exitCode);
      });
    });
  }

  /** Ends it, whatever it does. */
  end(): void {
    this.#terminal.kill();
  }

  get screen(): string {
    return stripVTControlCharacters(this.#screen).replaceAll("\r", "");
  }

  press(keys: string): void {
    this.#terminal.write(keys);
  }

  shows(what: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`The screen never showed ${what}:\n${this.screen}`));
      }, DEADLINE);
      this.#look = () => {
        if (!what.test(this.screen)) return;
        clearTimeout(timer);
        this.#look = () => {};
        resolve();
      };
      this.#look();
    });
  }

  async quit(): Promise<void> {
    this.press("q");
    assert.equal(await this.exit, 0);
    rmSync(this.folder, { recursive: true });
  }
}

const program = (number: string) => findChapter(number).program;

test("a save brings the verdict, and the next chapter opens", async () => {
  const book = new Workbook();
  await book.shows(/✗ listens on localhost:8888[^✗]*✗ ended at once/);
  assert.match(readFileSync(book.file, "utf8"), /Nobody can reach/);
  book.press("h");
  await book.shows(/Hint 1 of 3.*\n.*\?/);
  book.press("h");
  await book.shows(/Hint 2 of 3.*\n.*chapters\/01_listening\/README\.md/);
  book.press("h");
  await book.shows(/Hint 3 of 3/);
  copyFileSync(program("01"), book.file);
  await book.shows(/✓ listens[^✗]*What still goes wrong/);
  book.press("n");
  await book.shows(/^02 accepting[\s\S]*✗ serves Ben and Cleo/m);
  book.press("l");
  await book.shows(/✓ 01 listening[\s\S]*1 of 10 chapters, 1 of 10 points/);
  await book.quit();
});

test("jumping is asked about, and marked", async () => {
  const book = new Workbook();
  await book.shows(/✗ listens/);
  book.press("n");
  await book.shows(/has not passed yet\. Jump to 02_accepting\?/);
  book.press("x");
  await book.shows(/^01 listening/m);
  book.press("n");
  await book.shows(/Jump to/);
  book.press("y");
  await book.shows(/^02 accepting/m);
  book.press("l");
  await book.shows(/↷ 01 listening +jumped over/);
  await book.quit();
});

test("the diff is shown when the chapter has passed, or on demand", async () => {
  const book = new Workbook();
  await book.shows(/✗ listens/);
  book.press("d");
  await book.shows(/has not passed yet\.\s+Show it\?/);
  book.press("y");
  await book.shows(/-console\.log\("Nobody can reach/);
  await book.quit();
});

test("type errors come after the verdict", async () => {
  const book = new Workbook();
  await book.shows(/✗ listens/);
  const text = readFileSync(program("01"), "utf8");
  writeFileSync(book.file, `${text}\nconst wrong: number = "text";\n`);
  await book.shows(/✓ listens[\s\S]*error TS2322/);
  await book.quit();
});

test("an editor that saves by rename is seen, and so is a file that goes", async () => {
  const book = new Workbook();
  await book.shows(/✗ listens/);
  const fresh = `${book.file}~`;
  copyFileSync(program("01"), fresh);
  renameSync(fresh, book.file);
  await book.shows(/✓ listens/);
  rmSync(book.file);
  await book.shows(/is gone\. Save it again, or press r/);
  book.press("r");
  await book.shows(/was made for you/);
  await book.quit();
});

test("--at keeps the student's program and begins with the chapter's", async () => {
  const book = new Workbook(80, ["--at", "06"]);
  await book.shows(/^06 disconnecting[\s\S]*✗ a client that has ended/m);
  const fifth = readFileSync(program("05"), "utf8");
  assert.equal(readFileSync(book.file, "utf8"), fifth);
  await book.quit();
});

test("forty columns are enough", async () => {
  const book = new Workbook(40);
  await book.shows(/✗ ended at once/);
  const long = book.screen.split("\n").filter((line) => line.length > 75);
  assert.deepEqual(long, []);
  await book.quit();
});

test("Ctrl-C ends the loop, and nothing is left half written", async () => {
  const book = new Workbook();
  await book.shows(/✗ listens/);
  for (let times = 0; times < 5; times++)
    copyFileSync(program("01"), book.file);
  book.press("\u0003");
  assert.equal(await book.exit, 0);
  const files = readdirSync(book.folder).sort();
  const known = [
    "ex_04_server.ts",
    "package.json",
    "progress.json",
    "tsconfig.json",
  ];
  assert.deepEqual(files, known);
  JSON.parse(readFileSync(path.join(book.folder, "progress.json"), "utf8"));
  rmSync(book.folder, { recursive: true });
});
