/** Finds the mistake behind a failure, from the symptom in the transcript. */
import path from "node:path";
import type { Room } from "../room/room.ts";
import type { Failure } from "../room/transcript.ts";
import { CLIENT } from "./client.ts";
import { Scene, type Symptom } from "./scene.ts";
import { SERVER } from "./server.ts";

/** Why a program failed. */
export interface Cause {
  /** A short name; wrong programs name theirs. */
  readonly id: string;
  /** What the program did, and which mistake that is. */
  readonly says: string;
  /** A question that leads there, for those who want to find it themselves. */
  readonly asks: string;
  /** What to do about it. */
  readonly mend: string;
  /** Where to read on: the chapter's folder and a heading of its page. */
  readonly read: readonly [chapter: string, heading: string];
}

/**
 * What is said when there is no program to start: by a sandbox, Python, Perl,
 * PHP, Ruby, Java and Node, each with the name of what is missing.
 */
const NO_COMMAND =
  /^bwrap: execvp (.+): No such file|can't open file '(.+?)'|^Can't open perl script "(.+?)"|^Could not open input file: (.+)|No such file or directory -- (\S+)|^Error: Could not find or load main class (\S+)|^Error: Cannot find module '(\/.+?)'\n(?!Require stack:\n- )/m;

/** The name of what could not be started. */
function nothingStarted(output: string): string | undefined {
  const found = NO_COMMAND.exec(output);
  const name = found?.slice(1).find((one) => one !== undefined);
  // Where a hand-in stands in its sandbox is nothing that anybody knows.
  return name?.startsWith("/") ? path.posix.basename(name) : name;
}

/** What can go wrong with any program, whichever it is. */
const ANY: readonly Symptom[] = [
  {
    id: "missing-package",
    asks: "Where would Node find the module that your program imports?",
    when: ({ output }) =>
      /Cannot find (package|module) '[^./]|No module named/.test(output),
    says: ({ output }) => {
      const name = /(?:package|module|named) '([^']+)'/.exec(output)?.[1];
      return `The program imports ${name}, and there is no such module, neither in the hand-in nor in the standard library.`;
    },
    mend: "Use the standard library alone, and hand in every file of your own that you import.",
    read: ["01_listening", "What you will see"],
  },
  {
    id: "no-such-command",
    asks: "Is there such a file, and what builds it?",
    when: ({ output, diedAtStart }) =>
      diedAtStart && nothingStarted(output) !== undefined,
    says: ({ output }) =>
      `There is no ${nothingStarted(output)} to be started.`,
    mend: "Look at the command, at what was built before it, and at the names of the files.",
    read: ["01_listening", "What you will see"],
    mark: "nothing was started",
    entry: ({ exit }) => exit,
  },
  {
    id: "died-at-start",
    asks: "What does the program say when you start it by hand?",
    when: ({ diedAtStart, exit, error, step }) =>
      diedAtStart &&
      step !== "stack trace" &&
      exit?.code !== 0 &&
      error !== undefined,
    says: ({ error }) =>
      `The program ended with an error before anybody could talk to it: ${error}`,
    mend: "Start it by hand to see all of the message.",
    read: ["01_listening", "When there is no server"],
    mark: "ended at the start",
    entry: ({ exit }) => exit,
  },
  {
    id: "ended-at-once",
    asks: "What keeps a Node program running when its last line has been executed?",
    // Who asked for a port did something, and ended for a reason of its own.
    when: ({ diedAtStart, step, ports }) =>
      diedAtStart &&
      (ports.length === 0 || ports.includes(8888)) &&
      (step === "listens" || step === "connects"),
    says: "The program ended at once and did nothing: the file is empty, or nothing in it keeps the program running.",
    mend: "An open socket keeps a program running; open one.",
    read: ["01_listening", "Listening is asking the kernel"],
    mark: "ended at once",
    entry: ({ exit }) => exit,
  },
  // Whatever else went wrong came of it.
  {
    id: "crashed",
    asks: "Which line of your program does the error name?",
    when: ({ crashed, diedAtStart, output, step }) =>
      crashed &&
      !diedAtStart &&
      step !== "stack trace" &&
      !/ECONNRESET|WRITE_AFTER_END|EPIPE/.test(output),
    says: ({ error, role }) =>
      `The ${role} ended in the middle, of an error that nothing caught: ${error}`,
    mend: "Start the program by hand, do the same, and read the line that the error names.",
    read: ["02_accepting", "The error listener comes first"],
    mark: "ended of an error",
    entry: ({ exit }) => exit,
  },
];

/** Everything that a cause can be, in the order of looking. */
export const SYMPTOMS: readonly (Symptom & { strand?: string })[] = [
  ...ANY,
  ...SERVER.map((one) => ({ ...one, strand: "server" })),
  ...CLIENT.map((one) => ({ ...one, strand: "client" })),
];

const text = (
  value: string | ((scene: Scene) => string) | undefined,
  scene: Scene,
) => (typeof value === "function" ? value(scene) : value);

/** Marks where it shows: at the entry itself, or at the end, in vain. */
function mark(scene: Scene, symptom: Symptom | undefined, room: Room) {
  const { who, line } = scene;
  const words = text(symptom?.mark, scene) ?? "here it went wrong";
  const entry =
    symptom?.entry?.(scene) ?? (line && who && scene.lastTo(who, line));
  if (entry) entry.mark = words;
  else {
    const waiting = { kind: "note", who: who ?? scene.role } as const;
    room.transcript.add({ ...waiting, text: "…" }).mark = words;
  }
}

/**
 * Explains a failure, and marks in the transcript where it shows. `undefined`
 * when no known mistake looks like this.
 */
export function explain(
  failure: Failure,
  room: Room,
  check: string,
  blocked: boolean,
): Cause | undefined {
  const scene = new Scene(failure, room, check, blocked);
  const symptom = SYMPTOMS.find(
    ({ strand, when }) =>
      (strand === undefined || strand === scene.role) && when(scene),
  );
  mark(scene, symptom, room);
  if (!symptom) return undefined;
  const { id, asks, mend, read } = symptom;
  const says = text(symptom.says, scene) ?? "";
  return { id, says, asks, mend, read };
}
