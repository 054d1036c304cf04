/**
 * All conversations of the guide. They are held in a process of their own, so
 * that the code reference is read meanwhile: that keeps a process from hearing
 * anything for seconds, and a program must not be taken for slow by it.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { allFigures, type Figure, wantFigures } from "./chapter_pages.ts";
import type { Fence } from "./fences.ts";
import { wantLanding } from "./landing_page.ts";
import { wantMistakes } from "./mistakes_page.ts";
import { Recorder, type Recording } from "./record.ts";
import { asText, stillTells } from "./story.ts";

/** How often a conversation is held again that a page tells otherwise. */
const AGAIN = 2;
const ASIDE = fileURLToPath(new URL("record_aside.ts", import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

/** What the process says that holds the conversations. */
export type Told =
  | { readonly key: string; readonly recording: Recording }
  | { readonly held: number }
  | { readonly failed: string };

/** Why a figure of a page is not as a recording of it; otherwise nothing. */
export function whyNot(
  fence: Fence,
  figure: Figure,
  recorder: Recorder,
): string | undefined {
  const recording = recorder.get(figure.check, figure.program);
  if (recording.skipped) return undefined;
  try {
    return stillTells(fence.body, recording, figure.part)
      ? undefined
      : `the figure tells another run. Renew it: npm run guide -- --update\n${asText(recording, figure.part)}`;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * Holds again what pages tell otherwise. A run that chance has not brought this
 * time is still true; what none of a few runs brings is out of date.
 */
async function holdUntilTold(recorder: Recorder): Promise<void> {
  const figures = allFigures();
  for (const { check, program } of figures.map(({ figure }) => figure)) {
    // One recording may be told by several figures, each a part of it.
    const same = figures.filter(
      ({ figure }) => figure.check === check && figure.program === program,
    );
    const isTold = () =>
      same.every(({ fence, figure }) => !whyNot(fence, figure, recorder));
    for (let n = 0; n < AGAIN && !isTold(); n++) {
      await recorder.holdAgain(check, program);
    }
  }
}

/** Holds all conversations that the guide shows, or remembers them. */
export async function recordAll(recorder: Recorder): Promise<void> {
  await wantLanding(recorder);
  await wantFigures(recorder);
  await wantMistakes(recorder);
  await recorder.holdAll();
  await holdUntilTold(recorder);
}

/**
 * The same, in a process of its own.
 *
 * @throws {Error} with a sentence, when a page names what does not exist
 */
export async function recordAside(): Promise<Recorder> {
  const child = spawn(process.execPath, ["--import", TSX, ASIDE], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    serialization: "advanced",
    windowsHide: true,
  });
  const recorder = new Recorder();
  const failed = await new Promise<string | undefined>((resolve) => {
    child.on("message", (told: Told) => {
      if ("key" in told) return recorder.take(told.key, told.recording);
      if ("held" in told) recorder.held = told.held;
      resolve("failed" in told ? told.failed : undefined);
    });
    // Not at its exit: what it has said may not have been heard by then.
    child.once("disconnect", () =>
      resolve("The process that holds the conversations has ended."),
    );
    child.once("error", ({ message }) => resolve(message));
  });
  if (failed !== undefined) throw new Error(failed);
  return recorder;
}
