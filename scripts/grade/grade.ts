/** Grades hand-ins: any number of them, each as if it were the only one. */
import path from "node:path";
import { judgeAnywhere } from "../verdict/apart.ts";
import { CHAPTERS, type Strand } from "../workbook/chapters.ts";
import { type HandIn, readHandIn } from "./hand_in.ts";
import { requirements, robustness, withoutProgram } from "./points.ts";
import type { GradedRequirement, Robustness, Submission } from "./report.ts";

export type { HandIn } from "./hand_in.ts";

/** How hand-ins are graded. */
export interface GradeOptions {
  /** The random lines of all conversations follow from it. */
  readonly seed: number;
  /** How to start a program in a language that its name does not tell. */
  readonly commands?: Partial<Record<Strand, readonly string[]>>;
  /** Takes programs whose names are nearly right. */
  readonly lenientNames?: boolean;
  /** Told once, in a sentence, what is not protected on this system. */
  onNotice?(sentence: string): void;
}

/**
 * Grades hand-ins. `grade` may be called as often and as early as one likes:
 * the grader has as many of them in hand at a time as the machine has use for.
 */
export class Grader {
  readonly #options: GradeOptions;

  private constructor(options: GradeOptions) {
    this.#options = options;
  }

  /** Starts what grading needs. `close` must be called in the end. */
  static async open(options: GradeOptions): Promise<Grader> {
    return new Grader(options);
  }

  /** How many hand-ins are worth being graded at the same time. */
  readonly atOnce = 1;

  /**
   * Grades one hand-in. Whatever is in its folder is a matter of points.
   *
   * @throws {NoHandIn} when there is no such folder
   * @throws {Error} with a sentence, when the grader itself fails
   */
  async grade({ name, folder }: HandIn): Promise<Submission> {
    const { seed, commands, lenientNames = false } = this.#options;
    const contents = readHandIn(folder, lenientNames);
    const graded: GradedRequirement[] = [];
    const beyond: Robustness[] = [];
    for (const strand of ["server", "client"] as const) {
      const found = contents.programs[strand];
      if (!found) {
        const why = contents.missing[strand] ?? "There is no program.";
        graded.push(...withoutProgram(strand, why));
        continue;
      }
      const command = commands?.[strand];
      const results = await judgeAnywhere({
        program: {
          file: path.join(folder, found.name),
          ...(command && { command }),
        },
        chapters: CHAPTERS.filter((chapter) => chapter.strand === strand),
        seed,
        confirm: 3,
      });
      graded.push(...requirements(strand, results));
      beyond.push(...robustness(results));
    }
    return {
      name,
      folder,
      points: graded.reduce((sum, { points }) => sum + points, 0),
      maxPoints: graded.reduce((sum, { maxPoints }) => sum + maxPoints, 0),
      requirements: graded,
      robustness: beyond,
      coverage: {},
      notes: contents.notes,
    };
  }

  /** Ends everything that was started. */
  async close(): Promise<void> {}
}
