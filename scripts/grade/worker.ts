/**
 * A grading process: holds the conversations with one program at a time, in a
 * network namespace of its own where there are any. It is told what to do by
 * the grader that started it, and ends when that one is gone.
 */
import { mkdtempSync, rmdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { collectChecks } from "../room/check.ts";
import { CHAPTERS } from "../workbook/chapters.ts";
import { rateTests, type TestsJob } from "./rating.ts";
import { type Protection, Sandbox, unmount } from "./sandbox.ts";
import {
  type Answer,
  gradeStrand,
  holdMeeting,
  type Job,
  type MeetingJob,
} from "./strand.ts";

/** All that a grading process can be asked for. */
export type AnyJob = Job | MeetingJob | TestsJob;

const [protection] = process.argv.slice(2) as [Protection];

/** Made here, and not by the grader: whoever makes it can clear it away. */
const folder = mkdtempSync(path.join(os.tmpdir(), "chat-grade-"));

let sandbox: Sandbox | undefined;

function leave() {
  // Also while it is being prepared: what is mounted cannot be removed.
  unmount(protection, folder);
  try {
    if (protection === "none") rmSync(folder, { recursive: true, force: true });
    else rmdirSync(folder);
  } catch {
    // The grader itself clears it away, if it can.
  }
}

function end() {
  leave();
  process.exit(0);
}

// The grader has ended, or wants no more; perhaps while this was starting.
process.on("disconnect", end);
if (!process.connected) end();
// An interruption of the grader reaches its whole group; it ends in order.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {});
}

async function answerTo(job: AnyJob): Promise<Answer> {
  const here = sandbox as Sandbox;
  try {
    if (job.kind === "meeting") return await holdMeeting(here, job);
    if (job.kind === "tests") return { tests: await rateTests(here, job) };
    return await gradeStrand(here, job);
  } catch (error) {
    return { failed: (error as Error).message };
  }
}

process.on("message", async ({ id, job }: { id: number; job: AnyJob }) => {
  const answer = await answerTo(job);
  if (process.connected) process.send?.({ id, answer });
});

try {
  sandbox = await Sandbox.open(protection, folder);
  // One after the other: checks are collected by being imported.
  await collectChecks(CHAPTERS);
  if (!process.connected) end();
  process.send?.({ ready: true, folder });
} catch (error) {
  process.send?.({ ready: false, why: (error as Error).message });
}
