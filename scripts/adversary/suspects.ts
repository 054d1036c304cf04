/**
 * Every program of the workbook as a suspect: what it promises, and why some
 * wrong programs cannot be found by a conversation of this kind.
 */
import { isNodeProgram, type Program } from "../room/launch.ts";
import {
  CHAPTERS,
  type Chapter,
  SOLUTIONS,
  type Strand,
} from "../workbook/chapters.ts";
import { readDesigns } from "../workbook/designs.ts";
import { readMistakes } from "../workbook/mistakes.ts";
import { ANY_CLIENT, clientGame, clientPromisesOf } from "./clients.ts";
import { hunt, type Manner, type Outcome } from "./hunt.ts";
import { ANY_SERVER, promisesOf, serverGame } from "./servers.ts";

/** A program that is hunted. */
export interface Suspect {
  readonly name: string;
  readonly strand: Strand;
  readonly program: Program;
  /** The chapter at whose end it promises what it promises, if any. */
  readonly chapter?: Chapter;
  /** True when it is wrong, and a history must show it. */
  readonly guilty: boolean;
  /** The cause that the check names which catches it. */
  readonly cause?: string;
  /** Why no history can show what is wrong with it. */
  readonly alibi?: string;
}

/** What no history can show, by the check that catches it, or by name. */
const ALIBIS: Record<string, string> = {
  "01_listening/listens_on_another_port": "its port is redirected, as any is",
  "port-taken": "shows only where the port is taken",
  "bad-port": "shows only where PORT is no number",
  "bad-client-port": "shows only where PORT is no number",
  "no-server": "shows only where there is no server",
  "gone-too-early": "shows only with a server that stands still for a moment",
  shutdown: "shows only at a signal, which ends the server",
  "last-words": "shows only at a signal, which ends the server",
  "frozen-shutdown": "shows only at a signal, which ends the server",
  "one-write": "costs time and loses nothing",
  "ctrl-c": "shows only on a terminal",
  "ctrl-d": "shows only on a terminal",
  "half-typed": "shows only on a terminal",
  "closed-output": "shows only where nobody reads the output",
  "piped-file": "costs memory and loses nothing",
  "endless-answer": "costs memory and loses nothing",
  "unsent-words": "shows only with a server that takes nothing at the end",
  "input-ends": "shows only with a server that never ends its direction",
};

/** The solutions. */
export function references(): Suspect[] {
  return (["server", "client"] as const).map((strand) => ({
    name: `the reference ${strand}`,
    strand,
    program: { file: SOLUTIONS[strand] },
    chapter: CHAPTERS.findLast((one) => one.strand === strand) as Chapter,
    guilty: false,
  }));
}

/** The other correct designs. */
export function designs(): Suspect[] {
  return readDesigns().map(({ name, strand, file }) => ({
    name: `${name} ${strand}`,
    strand,
    program: { file },
    guilty: false,
  }));
}

/** The programs at the end of each chapter, by what they promise so far. */
export function chapterPrograms(): Suspect[] {
  return CHAPTERS.map((chapter) => ({
    name: chapter.name,
    strand: chapter.strand,
    program: { file: chapter.program },
    chapter,
    guilty: false,
  }));
}

/** The wrong programs. */
export function mistakes(): Suspect[] {
  return readMistakes().map(({ name, chapter, file, caughtBy, cause }) => {
    const alibi = ALIBIS[name] ?? ALIBIS[caughtBy];
    const { strand } = chapter;
    const suspect = { name, strand, program: { file }, chapter, guilty: true };
    return { ...suspect, cause, ...(alibi !== undefined && { alibi }) };
  });
}

/** Hunts one suspect. */
export async function huntSuspect(
  suspect: Pick<Suspect, "strand" | "program" | "chapter">,
  manner: Omit<Manner, "program">,
): Promise<Outcome<unknown>> {
  const { strand, program, chapter } = suspect;
  // Who takes the real port 8888 can be there only once.
  const beside = isNodeProgram(program) ? (manner.beside ?? 1) : 1;
  const how = { program, ...manner, beside };
  if (strand === "client") {
    const promises = chapter ? clientPromisesOf(chapter) : ANY_CLIENT;
    return hunt(() => clientGame(program, promises), how);
  }
  const promises = chapter ? promisesOf(chapter) : ANY_SERVER;
  return hunt(() => serverGame(program, promises), how);
}
