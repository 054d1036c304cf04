/**
 * The process in which the conversations of the guide are held: it tells them
 * to the one that started it, and ends when that one is gone.
 */
import { Recorder } from "./record.ts";
import { recordAll, type Told } from "./recordings.ts";

process.on("disconnect", () => process.exit(0));

const tell = (told: Told, then = () => {}) => process.send?.(told, then);
const recorder = new Recorder((key, recording) => tell({ key, recording }));
let last: Told;
try {
  await recordAll(recorder);
  last = { held: recorder.held };
} catch (error) {
  last = { failed: (error as Error).message };
}
tell(last, () => process.disconnect());
