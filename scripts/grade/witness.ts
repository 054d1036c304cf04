/**
 * The witness for `server.receive`: a server that neither prints nor passes on
 * what it receives may receive it all the same. Its own functions tell: those
 * that run when a client says something, and do not run when nobody does. In a
 * language whose programs read a socket only when they ask for it, the kernel
 * tells: what was said is there no more.
 */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import type { Place } from "../room/launch.ts";
import type { Participant } from "../room/participant.ts";
import { PORT } from "../room/room.ts";
import { ServerRoom } from "../room/server_room.ts";

/** How long a conversation with the witness waits at most, in milliseconds. */
const DEADLINE = 5000;

interface V8Report {
  result: {
    url: string;
    functions: {
      functionName: string;
      ranges: { startOffset: number; count: number }[];
    }[];
  }[];
}

/** The functions of the hand-in that ran, by the reports in a folder. */
function ranIn(folder: string, seen: Set<string>): Set<string> {
  const ran = new Set<string>();
  for (const file of readdirSync(folder)) {
    if (seen.has(file)) continue;
    seen.add(file);
    try {
      const text = readFileSync(`${folder}/${file}`, "utf8");
      for (const { url, functions } of (JSON.parse(text) as V8Report).result) {
        if (!url.startsWith("file:") || url.includes("/room/")) continue;
        for (const { functionName, ranges } of functions) {
          const [whole] = ranges;
          if (whole && whole.count > 0) {
            ran.add(`${url} ${functionName} ${whole.startOffset}`);
          }
        }
      }
    } catch {
      // Written by somebody else, or not to the end: no witness.
    }
  }
  return ran;
}

/**
 * True when something of the program ran on a message of each of three clients,
 * twice around.
 *
 * @param folder an empty folder for coverage, the one that `place` leaves it in
 */
export async function receivesUnseen(
  file: string,
  place: Place,
  folder: string,
  seed: number,
): Promise<boolean> {
  mkdirSync(folder, { recursive: true });
  const setup = {
    program: { file, place },
    seed: `${seed}:witness`,
    deadline: DEADLINE,
    coverage: folder,
  };
  const room = new ServerRoom(setup);
  const seen = new Set<string>();
  try {
    const people = await room.join("Ada", "Ben", "Cleo");
    await room.quiet();
    const during = async () => {
      await room.quiet();
      await room.program.ask({ ask: "coverage" });
      return ranIn(folder, seen);
    };
    await during();
    // What runs though nobody says anything is no witness.
    const unasked = await during();
    for (const speaker of [...people, ...people] as Participant[]) {
      speaker.says(room.line());
      await speaker.flushed();
      const ran = [...(await during())].filter((one) => !unasked.has(one));
      if (ran.length === 0) return false;
    }
    return true;
  } catch {
    return false;
  } finally {
    await room.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** True when programs of this command read a socket only by asking for it. */
export function readsByAsking(command: string): boolean {
  // Event loops read ahead: what is gone from the kernel may go nowhere.
  return !/^(node|deno|bun|tsx|python|py|pypy)[\d.]*$/.test(
    path.basename(command),
  );
}

/**
 * Bytes that the kernel keeps for the program, on its connection with the other
 * end at `port`; `undefined` when there is no such connection. Fields as in
 * proc(5): addresses end in the port, queues are written "tx:rx", all in hex.
 */
function unread(port: number): number | undefined {
  const hex = (n: number) => n.toString(16).toUpperCase().padStart(4, "0");
  for (const table of ["tcp", "tcp6"]) {
    const text = readFileSync(`/proc/self/net/${table}`, "utf8");
    for (const row of text.split("\n")) {
      const [, local = "", remote = "", , queues = ""] = row
        .trim()
        .split(/\s+/);
      const own = local.endsWith(`:${hex(PORT)}`);
      if (own && remote.endsWith(`:${hex(port)}`)) {
        return Number.parseInt(queues.split(":")[1] ?? "", 16);
      }
    }
  }
  return undefined;
}

/** True when the program takes a message of each of three clients, twice. */
export async function takesUnseen(
  file: string,
  place: Place,
  seed: number,
): Promise<boolean> {
  const program = { file, place };
  const setup = { program, seed: `${seed}:witness`, deadline: DEADLINE };
  const room = new ServerRoom(setup);
  try {
    const people = await room.join("Ada", "Ben", "Cleo");
    await room.quiet();
    for (const speaker of [...people, ...people] as Participant[]) {
      speaker.says(room.line());
      await speaker.flushed();
      await room.quiet();
      if (unread(speaker.port) !== 0) return false;
    }
    return room.transcript.exit === undefined;
  } catch {
    return false;
  } finally {
    await room.close();
  }
}
