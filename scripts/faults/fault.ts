/** A fault that is done to a program, and what is measured of it. */

/** What came of a fault. */
export interface Finding {
  /** True when the program did all that it promises. */
  readonly survived: boolean;
  /** What was measured, with its unit in the name: { "resets/s": 900 }. */
  readonly figure: Readonly<Record<string, number | string>>;
  /** Why it did not survive, where that is known and left so. */
  readonly reason?: string;
}

/** Something that can happen to a program. */
export interface Fault {
  readonly id: string;
  /** What is done, and what must come of it, in one sentence. */
  readonly title: string;
  /** True when the reference is known not to survive it, for a reason. */
  readonly fatal?: true;
  /** Why it cannot be done here; `undefined` where it can. */
  missing(): string | undefined;
  /**
   * Does it.
   *
   * @throws {Failure} when the program did not do what it promises
   */
  run(): Promise<Finding>;
}
