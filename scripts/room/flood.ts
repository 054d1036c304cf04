/**
 * A flood of numbered lines from one participant through the server to another.
 * A window keeps it honest: the speaker is never further ahead than a healthy
 * hearer can follow, so what piles up in the server is the fault of somebody
 * who does not read.
 */
import type { Participant } from "./participant.ts";
import { Failure, type Transcript } from "./transcript.ts";

/** How a flood is made. */
export interface Flood {
  readonly from: Participant;
  readonly to: Participant;
  /** Lines in all, and bytes in each, newline included. */
  readonly lines: number;
  readonly size: number;
  /** Lines that may be said and not yet heard. */
  readonly window: number;
  /** A word that no other line contains. */
  readonly word: string;
}

/**
 * Sends the flood; resolves when its last line was heard.
 *
 * @throws {Failure} when a line is lost or altered, or nothing is heard for as
 *   long as a wait may last
 */
export async function flood(
  { from, to, lines, size, window, word }: Flood,
  transcript: Transcript,
): Promise<void> {
  const nth = (n: number) =>
    `${word}-${String(n).padStart(8, "0")}-`.padEnd(size - 1, "x");
  let said = 0;
  let heard = 0;
  let tail = "";
  let wrong: string | undefined;
  const pump = () => {
    const upTo = Math.min(heard + window, lines);
    // Many lines in one write, or the check would measure itself.
    let batch = "";
    while (said < upTo) batch += `${nth(said++)}\n`;
    if (batch !== "") from.send(batch);
  };
  to.into = (chunk) => {
    const parts = (tail + chunk.toString("latin1")).split("\n");
    tail = parts.pop() ?? "";
    for (const part of parts) {
      // Prefixes and notices are free; of the flood every line must be there.
      if (part.includes(word)) {
        if (!part.includes(nth(heard))) wrong ??= nth(heard);
        heard++;
      }
    }
    pump();
  };
  pump();
  const about = { who: to.name };
  // Whatever ends the flood is the end of the wait.
  const count = () =>
    wrong === undefined && to.connected ? heard : Number.POSITIVE_INFINITY;
  await transcript
    .untilCounted(count, lines, {
      what: `${to.name} to hear the flood, ${lines} lines`,
      step: "flood stands still",
      ...about,
    })
    .catch((failure: Failure) => {
      if (failure.awaited === undefined) throw failure;
      throw new Failure(
        failure.step,
        `${to.name} has heard ${heard} of ${lines} lines and nothing since.`,
        about,
      );
    });
  if (!to.connected && heard < lines) {
    throw new Failure(
      "cut off",
      `${to.name}, who reads everything, was cut off by the server.`,
      about,
    );
  }
  to.into = undefined;
  if (wrong !== undefined) {
    throw new Failure("lost", `${to.name} did not hear "${wrong}".`, about);
  }
}
