/**
 * At the end a hand-in's own client talks to its own server, once and ungraded:
 * what its group will try first, in the report for all to see.
 */
import { setTimeout as after } from "node:timers/promises";
import type { Place } from "../room/launch.ts";
import { Running } from "../room/process.ts";
import { PORT } from "../room/room.ts";
import { tokens } from "../room/tokens.ts";
import { Transcript } from "../room/transcript.ts";

/** How long each of them is waited for, in milliseconds. */
const PATIENT = 3000;
/** Characters of one line that are shown. */
const WIDEST = 60;

/**
 * Starts the server and two clients; one user types a line. Resolves to the
 * conversation in a few lines of text.
 */
export async function meet(
  server: { file: string; place: Place },
  client: { file: string; place: Place },
  seed: number,
): Promise<string> {
  const line = tokens(`${seed}:meeting`)();
  const told: string[] = [];
  const started: Running[] = [];
  const start = async (role: "server" | "client", program: typeof server) => {
    const transcript = new Transcript(PATIENT);
    const running = await Running.start({ program, role }, transcript);
    started.push(running);
    return { running, transcript };
  };
  try {
    const host = await start("server", server);
    await settled(host.running);
    const ada = await start("client", client);
    await settled(ada.running);
    const ben = await start("client", client);
    await settled(ben.running);
    ada.running.type(`${line}\n`);
    told.push(`Ada types "${line}".`);
    const heard = await ben.running.prints(line).then(
      () => true,
      () => false,
    );
    told.push(
      heard
        ? `Ben's client prints "${lineWith(ben.running, line)}".`
        : `Ben's client does not print it within ${PATIENT / 1000} s.`,
    );
    for (const [name, { running, transcript }] of [
      ["The server", host],
      ["Ada's client", ada],
      ["Ben's client", ben],
    ] as const) {
      const said = running.output.plain.trim().split(/\r?\n/)[0] ?? "";
      if (said !== "") told.push(`${name} says first: "${short(said)}".`);
      if (transcript.exit) told.push(`${name} has ended.`);
    }
    return `The hand-in's own client and server on port ${PORT}, not graded: ${told.join(" ")}`;
  } finally {
    for (const running of started) await running.close();
  }
}

const short = (text: string) =>
  text.length > WIDEST ? `${text.slice(0, WIDEST)}…` : text;

/** The printed line that contains `part`. */
function lineWith(running: Running, part: string): string {
  return short(running.output.linesWith(part)[0]?.trim() ?? part);
}

/** Waits until a program rests after its start: it has done what it does. */
async function settled(running: Running): Promise<void> {
  const end = performance.now() + PATIENT;
  for (let rested = 0; rested < 5 && performance.now() < end; ) {
    await after(40);
    rested = running.works() ? 0 : rested + 1;
  }
}
