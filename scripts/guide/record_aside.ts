/**
 * The process in which the conversations of the guide are held: it tells them
 * to the one that started it, and ends when that one is gone.
 */
import { type Answer, recordAll } from "./recordings.ts";

process.on("disconnect", () => process.exit(0));

let answer: Answer;
try {
  answer = (await recordAll()).recorded;
} catch (error) {
  answer = { failed: (error as Error).message };
}
process.send?.(answer, () => process.disconnect());
