/**
 * Holds many conversations with one program, and makes one verdict of each:
 * failures are held again, and what needs something that failed says so.
 */
import { UsageError } from "../command/run.ts";
import { type Check, collectChecks } from "../room/check.ts";
import { isNodeProgram } from "../room/launch.ts";
import type { Chapter } from "../workbook/chapters.ts";
import { CHAPTERS } from "../workbook/chapters.ts";
import { DEADLINE, hold, type Manner, type Result } from "./hold.ts";

/** Which conversations are held, and how. */
export interface Request extends Manner {
  /** The checks of these chapters, and all that they need. */
  readonly chapters: readonly Chapter[];
  /** Only checks with these ids, and all that they need. */
  readonly only?: readonly string[];
  /** How often a failure is held again, to see if it comes again. */
  readonly confirm?: number;
  /** How many conversations are held at the same time. */
  readonly atOnce?: number;
  /**
   * A shorter deadline for the first time, in milliseconds: who waits in vain
   * for so long is given the whole deadline, and has failed only then.
   */
  readonly patience?: number;
  /** What is known of other checks: who needs one that failed is not held. */
  readonly known?: readonly Result[];
  /** Called with each result as it comes; verdicts may still change. */
  onResult?(result: Result): void;
}

/** The checks of the request, and those that they need, in the book's order. */
export async function checksFor({
  chapters,
  only,
}: Pick<Request, "chapters" | "only">): Promise<Check[]> {
  const strands = new Set(chapters.map(({ strand }) => strand));
  const all = await collectChecks(
    CHAPTERS.filter(({ strand }) => strands.has(strand)),
  );
  const wanted = new Set<string>();
  const want = (id: string, by: string) => {
    if (wanted.has(id)) return;
    wanted.add(id);
    const check = all.find((one) => one.id === id);
    if (!check)
      throw new Error(`There is no check "${id}", which ${by} needs.`);
    for (const need of check.needs) want(need, `"${id}"`);
  };
  const folders = new Set(chapters.map(({ name }) => name));
  for (const id of only ?? []) {
    const known = all.some((check) => check.id === id);
    if (!known) {
      const ids = all.map((check) => check.id).join(", ");
      throw new UsageError(`There is no check "${id}". There are: ${ids}.`);
    }
  }
  for (const { id, chapter } of all) {
    const named = only === undefined || only.includes(id);
    if (named && folders.has(chapter.name)) want(id, "the request");
  }
  return all.filter(({ id }) => wanted.has(id));
}

/** The cause where what was typed arrives, and something in it is another. */
const ALTERED = "typed-line-altered";

/**
 * True for a client that ended by itself, or reports an error: on a terminal,
 * where people try it, it may go on. Keys one by one (raw mode) are to be had
 * there alone, and so is the console of some languages. And half a line is kept
 * by the terminal until Enter, while a pipe hands it to a reader of lines, who
 * must then wait for the rest. Readers of keys may know other characters there.
 */
function mayNeedTerminal(check: Check, result: Result): boolean {
  const { transcript, cause } = result;
  const failed = transcript.some(
    (entry) =>
      entry.kind === "exit" ||
      (entry.kind === "print" &&
        /Exception|Error/.test(entry.bytes.toString())),
  );
  return (
    (failed || check.id === "parallel" || cause?.id === ALTERED) &&
    check.graded &&
    check.strand === "client"
  );
}

/** Causes of a client that has not read what the server sent. */
const UNREAD = [
  "reads-nothing",
  "in-turn",
  "blocking-input",
  "prints-something-else",
];

/**
 * True for a client that did not read, and has printed something: it may be a
 * question, for a name, and it reads when that is answered.
 */
function mayHaveAsked(check: Check, { transcript, cause }: Result): boolean {
  const has = (kind: string) => transcript.some((entry) => entry.kind === kind);
  return (
    check.strand === "client" &&
    check.graded &&
    has("print") &&
    !has("exit") &&
    UNREAD.includes(cause?.id ?? "")
  );
}

/** What is printed where a system has no more to give, or starts nothing. */
const OUT_OF_MEANS =
  /EADDRINUSE|already in use|ENOMEM|EAGAIN|E[MN]FILE|cannot (allocate|fork)|out of memory|temporarily unavailable|unable to create|^bwrap: /im;

/**
 * True when the program ended in this conversation, and nobody had given it a
 * reason: no signal, no end of its input, no end of a client's connection. A
 * busy machine makes a program slow, but ends none. One that was killed, or
 * found the system out of means, gets the benefit of the doubt.
 */
function endedByItself({ check, transcript }: Result): boolean {
  const { strand } = check;
  const exit = transcript.findLast((entry) => entry.kind === "exit");
  if (exit?.kind !== "exit" || exit.signal === "SIGKILL") return false;
  const asked = transcript.some((entry) => {
    if (entry.kind === "signal" || entry.kind === "eof") return true;
    const ends = entry.kind === "fin" || entry.kind === "reset";
    return strand === "client" && ends && entry.to === strand;
  });
  const printed = transcript
    .filter((entry) => entry.kind === "print")
    .map(({ bytes }) => bytes.toString());
  return !asked && !OUT_OF_MEANS.test(printed.join(""));
}

/** What is printed in place of a program, when there is no sandbox for it. */
const NO_SANDBOX = /^(?:prlimit: failed to execute|bwrap: (?!execvp)).*$/m;

/** A failure of the sandbox is none of the program. */
function orInfrastructure({ cause, ...result }: Result): Result {
  const known = { ...result, ...(cause && { cause }) };
  if (result.verdict !== "fail") return known;
  const { transcript } = result;
  const met = transcript.some(({ kind }) => kind === "join");
  const printed = transcript.filter((entry) => entry.kind === "print");
  const [text = "", ...more] = printed.map(({ bytes }) => bytes.toString());
  const [why] = NO_SANDBOX.exec(text) ?? [];
  if (met || more.length > 0 || why === undefined) return known;
  return { ...result, verdict: "infrastructure", message: `${why}.` };
}

/** Holds a check, and again when it fails. */
async function holdAgain(check: Check, request: Request): Promise<Result> {
  return orInfrastructure(await holdUntilSure(check, request));
}

async function holdUntilSure(check: Check, request: Request): Promise<Result> {
  const { confirm = 0, patience, deadline = DEADLINE } = request;
  let first = await hold(check, { ...request, deadline: patience ?? deadline });
  if (first.verdict !== "fail") return first;
  if (mayNeedTerminal(check, first)) {
    const byHand = await hold(check, { ...request, byHand: true });
    if (byHand.verdict === "pass") return byHand;
  }
  if (!request.answers && mayHaveAsked(check, first)) {
    const again = { ...request, answers: true };
    const answered = await hold(check, again);
    if (answered.verdict === "pass") return { ...answered, answered: true };
  }
  const ended = endedByItself(first);
  // Where no point hangs on it, once is enough.
  if (!check.graded && (first.certain || ended)) return first;
  if (confirm > 0 && ended) {
    const again = await hold(check, request);
    if (again.verdict !== "pass") return first;
    const message = `${first.message} It does not end every time: what makes it end is a matter of chance.`;
    return { ...first, message };
  }
  // A wait in vain, as far as time tells.
  const vain = ({ took }: Result, limit: number) => took >= limit;
  // More of the same patience would bring the same.
  if (patience === deadline && vain(first, deadline)) return first;
  let times = 0;
  if (patience !== undefined && vain(first, patience)) {
    first = await hold(check, request);
    // Two waits in vain, the second one a long one: no third is needed.
    if (first.verdict !== "fail" || vain(first, deadline)) return first;
    times++;
  }
  for (; times < confirm; times++) {
    const again = await hold(check, request);
    if (again.verdict === "pass") {
      const message = `${first.message} It did not come again.`;
      return { ...first, verdict: "unstable", message };
    }
  }
  return first;
}

/** True when what was asked for was seen, if not every time. */
function isGood({ verdict }: Result): boolean {
  return verdict === "pass" || verdict === "unstable";
}

/** What needs something that did not pass says nothing by itself. */
function unlessUnreached(
  result: Result,
  judged: ReadonlyMap<string, Result>,
): Result {
  const failed = result.check.needs
    .map((id) => judged.get(id))
    .find((need) => need && !need.skipped && !isGood(need));
  if (!failed) return result;
  return {
    ...result,
    verdict: "not reached",
    message: `First make this work: ${failed.check.title}.`,
    ...(failed.cause && { cause: failed.cause }),
  };
}

/** A conversation that was not held. */
function notHeld({ converse, chapter, ...about }: Check): Result {
  return {
    check: { ...about, chapter: chapter.name },
    verdict: "pass",
    message: "",
    took: 0,
    seed: "",
    transcript: [],
  };
}

/**
 * Judges a program. Conversations run side by side where the program's port is
 * redirected, and one after the other where it takes the real one.
 */
export async function judge(request: Request): Promise<Result[]> {
  const { known = [], only } = request;
  const judged = new Map(known.map((result) => [result.check.id, result]));
  // What others need and is known needs no second conversation.
  const checks = (await checksFor(request)).filter(
    ({ id }) => !judged.has(id) || only === undefined || only.includes(id),
  );
  const redirected = isNodeProgram(request.program);
  const atOnce = redirected ? (request.atOnce ?? 4) : 1;
  const results: Result[] = [];
  const entries = [...checks.entries()];
  const queue = [
    ...entries.filter(([, { waits }]) => waits),
    ...entries.filter(([, { waits }]) => !waits),
  ].values();
  const work = async () => {
    for (const [index, check] of queue) {
      const idle = request.known && unlessUnreached(notHeld(check), judged);
      const result =
        idle?.verdict === "not reached"
          ? idle
          : await holdAgain(check, request);
      results[index] = result;
      // What was known before is known better.
      if (request.known && !judged.has(check.id)) {
        judged.set(check.id, result);
      }
      request.onResult?.(result);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const all = new Map(known.map((result) => [result.check.id, result]));
  return results.map((result) => {
    const verdict = unlessUnreached(result, all);
    if (!all.has(result.check.id)) all.set(result.check.id, verdict);
    return verdict;
  });
}
