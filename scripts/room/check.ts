/**
 * Where a chapter writes its checks. A check is a conversation with a program,
 * and it stands once: run as a test it holds the conversation with the
 * chapter's own program; collected, with whatever program somebody wants judged.
 */
import test from "node:test";
import { pathToFileURL } from "node:url";
import { hold } from "../verdict/hold.ts";
import { report } from "../verdict/report.ts";
import { type Chapter, chapterOf, type Strand } from "../workbook/chapters.ts";
import type { ClientRoom } from "./client_room.ts";
import type { ServerRoom } from "./server_room.ts";

/** The ten points of the exercise. */
export const REQUIREMENTS = [
  "server.listen",
  "server.concurrent",
  "server.log",
  "server.receive",
  "server.broadcast",
  "client.connect",
  "client.read",
  "client.send",
  "client.parallel",
  "client.print",
] as const;
export type Requirement = (typeof REQUIREMENTS)[number];

/** What a check may need of the system. */
export type Need = "signals";

/** What a check says of itself. */
export interface About {
  /** A short name, unique in the workbook. */
  readonly id: string;
  /** The requirement that it is part of, or that it goes beyond. */
  readonly requirement: Requirement;
  /** True for the ten points; false for robustness, which is beyond them. */
  readonly graded: boolean;
  /** The checks without which this one says nothing. */
  readonly needs: readonly string[];
  /** What it needs of the system; elsewhere it is not held. */
  readonly system?: Need;
  /** True when it waits for a limit of the program: it is begun early. */
  readonly waits?: true;
}

/** A check, and the conversation that it holds. */
export interface Check extends About {
  readonly title: string;
  readonly chapter: Chapter;
  readonly strand: Strand;
  converse(room: ServerRoom | ClientRoom): Promise<void>;
}

/** Where checks go instead of the test runner, while they are collected. */
let collection: Check[] | undefined;
const collected = new Map<string, readonly Check[]>();
let collecting: Promise<unknown> = Promise.resolve();

/**
 * Imports the checks of `chapters`, in their order. One call after the other:
 * a file that is imported adds to the one collection that there is.
 */
export function collectChecks(chapters: readonly Chapter[]): Promise<Check[]> {
  const mine = collecting.then(() => collect(chapters));
  collecting = mine.catch(() => {});
  return mine;
}

async function collect(chapters: readonly Chapter[]): Promise<Check[]> {
  const checks: Check[] = [];
  for (const file of chapters.flatMap((chapter) => chapter.checks)) {
    let own = collected.get(file);
    if (!own) {
      own = collection = [];
      try {
        await import(pathToFileURL(file).href);
      } finally {
        collection = undefined;
      }
      collected.set(file, own);
    }
    checks.push(...own);
  }
  return checks;
}

function add(check: Check) {
  if (collection) {
    collection.push(check);
    return;
  }
  test(check.title, async (t) => {
    const { program } = check.chapter;
    const result = await hold(check, {
      program: { file: program },
      coverage: process.env.ROOM_COVERAGE,
    });
    if (result.verdict === "not reached") t.skip(result.message);
    else if (result.verdict !== "pass") {
      const error = new Error(report(result));
      // Where in the checker this was thrown helps nobody.
      error.stack = error.message;
      throw error;
    }
  });
}

/** Returns the function that adds server checks to the chapter of `url`. */
export function serverChecks(url: string) {
  const chapter = chapterOf(url);
  return (
    title: string,
    about: About,
    converse: (room: ServerRoom) => Promise<void>,
  ): void => add({ ...about, title, chapter, strand: "server", converse });
}

/** Returns the function that adds client checks to the chapter of `url`. */
export function clientChecks(url: string) {
  const chapter = chapterOf(url);
  return (
    title: string,
    about: About,
    converse: (room: ClientRoom) => Promise<void>,
  ): void => add({ ...about, title, chapter, strand: "client", converse });
}
