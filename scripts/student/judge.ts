/**
 * The judge of the student's loop: quick, for nothing is graded here. Processes
 * wait in reserve, and a wrong program is not waited for as long.
 */
import { Spares } from "../room/spares.ts";
import type { Result } from "../verdict/hold.ts";
import { judge } from "../verdict/judge.ts";
import type { Chapter } from "../workbook/chapters.ts";

/** How long a wrong program is waited for, in milliseconds. */
const PATIENCE = 5000;
/** How long no output counts as quiet, in milliseconds. */
const STILL = 25;
/** Conversations at the same time; as many processes are kept in reserve. */
const AT_ONCE = 6;

export class Judge {
  readonly #spares = new Spares(AT_ONCE);

  /** Starts processes for the next verdict; resolves when they are there. */
  prepare(): Promise<void> {
    return this.#spares.fill();
  }

  /** Holds a chapter's conversations with a program. */
  judge(file: string, chapter: Chapter): Promise<Result[]> {
    return judge({
      program: { file },
      chapters: [chapter],
      deadline: PATIENCE,
      still: STILL,
      atOnce: AT_ONCE,
      spares: this.#spares,
    });
  }

  /** Ends all processes that were kept in reserve. */
  close(): Promise<void> {
    return this.#spares.close();
  }
}
