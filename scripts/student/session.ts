/**
 * The student's work on one chapter: judges the program at each change, keeps
 * the progress, and knows what comes next. It shows nothing itself.
 */
import { existsSync } from "node:fs";
import { type Check, collectChecks } from "../room/check.ts";
import type { Result } from "../verdict/hold.ts";
import { CHAPTERS, type Chapter, findChapter } from "../workbook/chapters.ts";
import { Judge } from "./judge.ts";
import {
  hasPassed,
  type Progress,
  readProgress,
  record,
  writeProgress,
} from "./progress.ts";
import { fingerprint, makeSubmission, submitted } from "./submission.ts";

export class Session {
  readonly progress: Progress;
  /** What has to be said about the progress that was found. */
  readonly said: string | undefined;
  readonly checks: readonly Check[];
  /** The verdict on the present program, once there is one. */
  results: readonly Result[] | undefined;
  readonly #judge = new Judge();
  #run = 0;

  private constructor(checks: readonly Check[]) {
    const { progress, said } = readProgress();
    this.progress = progress;
    this.said = said;
    this.checks = checks;
  }

  /** Opens the student's work where it was left. */
  static async open(): Promise<Session> {
    return new Session(await collectChecks(CHAPTERS));
  }

  get chapter(): Chapter {
    return findChapter(this.progress.chapter);
  }

  /** The student's program of this chapter. */
  get file(): string {
    return submitted(this.chapter.strand);
  }

  /** The fingerprints of both programs as they are now. */
  get fingerprints(): Record<Chapter["strand"], string> {
    return {
      server: fingerprint(submitted("server")),
      client: fingerprint(submitted("client")),
    };
  }

  /** True when the present program passes this chapter. */
  get works(): boolean {
    const good = this.results?.every(
      ({ verdict, skipped }) => verdict === "pass" || skipped,
    );
    return this.passed && (good ?? false);
  }

  /** True when all checks of this chapter have passed, at some time. */
  get passed(): boolean {
    return hasPassed(this.progress, this.chapter, this.checks);
  }

  /** The chapter after this one. */
  get next(): Chapter | undefined {
    return CHAPTERS[CHAPTERS.indexOf(this.chapter) + 1];
  }

  /** Makes the student's file where there is none; true when it was made. */
  makeFile(): boolean {
    return makeSubmission(this.chapter.strand);
  }

  /**
   * Goes to a chapter. One that is reached before those before it have passed
   * is marked as jumped to.
   */
  goTo(chapter: Chapter): void {
    const skipped = CHAPTERS.filter(
      (one) => one.name < chapter.name && one.strand === chapter.strand,
    ).filter((one) => !hasPassed(this.progress, one, this.checks));
    for (const { name } of skipped) {
      if (!this.progress.jumped.includes(name)) this.progress.jumped.push(name);
    }
    this.progress.chapter = chapter.name;
    this.results = undefined;
    writeProgress(this.progress);
  }

  /** Starts processes for the next verdict. */
  prepare(): Promise<void> {
    return this.#judge.prepare();
  }

  /**
   * Judges the program as it is now. Resolves to `undefined` when a later call
   * has overtaken this one, or there is no program.
   */
  async judge(): Promise<readonly Result[] | undefined> {
    const run = ++this.#run;
    const { chapter, file } = this;
    if (!existsSync(file)) return undefined;
    const before = fingerprint(file);
    const results = await this.#judge.judge(file, chapter);
    if (run !== this.#run) return undefined;
    // Some editors save in two steps: a verdict on the first is none.
    if (before !== fingerprint(file)) return this.judge();
    this.results = results;
    record(this.progress, results, before);
    writeProgress(this.progress);
    return results;
  }

  /** Ends all processes that were kept in reserve. */
  close(): Promise<void> {
    return this.#judge.close();
  }
}
