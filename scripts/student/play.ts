/**
 * A room that the student sees: one terminal for everybody, and the diagram
 * grows with every chunk. The pieces, resets and frozen readers are those that
 * the checks use.
 */
import { createInterface } from "node:readline";
import { ClientRoom } from "../room/client_room.ts";
import { draw } from "../room/diagram.ts";
import type { Program } from "../room/launch.ts";
import type { Participant } from "../room/participant.ts";
import { ServerRoom } from "../room/server_room.ts";
import { newSeed } from "../room/tokens.ts";
import type { Strand } from "../workbook/chapters.ts";

/** What the network does to those who talk. */
export interface Adversary {
  /** Every line goes out in pieces of this many bytes, one after the other. */
  readonly split?: number;
  /** Lines are held back until there are two, and go out in one write. */
  readonly merge?: boolean;
  /** Who breaks the connection after the first line. */
  readonly reset?: string;
  /** Who does not read. */
  readonly freeze?: string;
}

/** How long a program may take to let somebody in, in milliseconds. */
const DEADLINE = 10_000;
/** Between two pieces of a line, in milliseconds: enough to arrive apart. */
const APART = 30;
const NAMES = ["Ada", "Ben", "Cleo"];

/** One line that was typed: who does what. */
type Move =
  | { who: string; does: "says"; text: string }
  | { who: string; does: "leaves" | "resets" | "freezes" | "thaws" }
  | { does: "quit" };

/** Reads a move: "ada: hello", "ben freezes", "quit". */
export function parseMove(
  typed: string,
  names: readonly string[],
): Move | undefined {
  if (/^(q|quit|exit)$/i.test(typed.trim())) return { does: "quit" };
  const match = /^\s*(\w+)(?::\s?(.*)|\s+(leaves|resets|freezes|thaws)\s*)$/i;
  const [, name = "", text, does] = match.exec(typed) ?? [];
  const who = names.find((one) => one.toLowerCase() === name.toLowerCase());
  if (who === undefined) return undefined;
  if (text !== undefined) return { who, does: "says", text };
  const verbs = ["leaves", "resets", "freezes", "thaws"] as const;
  const verb = verbs.find((one) => one === does?.toLowerCase());
  return verb && { who, does: verb };
}

/** Cuts bytes into pieces of `size`; one piece when there is no size. */
export function pieces(bytes: Buffer, size: number | undefined): Buffer[] {
  if (size === undefined) return [bytes];
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, n) =>
    bytes.subarray(n * size, (n + 1) * size),
  );
}

const HELP = {
  server:
    "ada: hello    ben leaves    cleo resets    ben freezes    ben thaws    quit",
  client:
    "you: hello    server: hello    server leaves    server resets    quit",
};

/**
 * Plays with a program until the input ends, somebody types "quit", or the
 * program ends. Writes what happens to standard output.
 */
export async function play(
  program: Program,
  strand: Strand,
  adversary: Adversary,
): Promise<void> {
  const setup = { program, seed: String(newSeed()), deadline: DEADLINE };
  const server = strand === "server" ? new ServerRoom(setup) : undefined;
  const client = strand === "client" ? new ClientRoom(setup) : undefined;
  const room = (server ?? client) as ServerRoom | ClientRoom;
  const width = strand === "server" ? 4 : 6;
  room.transcript.onEntry = (entry) => {
    console.log(draw(entry, strand, width));
  };
  const people = new Map<string, Participant>();
  const held = new Map<string, Buffer>();
  const gone = new Set<Participant>();
  const typing = createInterface({ input: process.stdin });
  // Asked for at once: lines that come before anybody asks are lost.
  const lines = typing[Symbol.asyncIterator]();
  try {
    if (server) {
      for (const name of NAMES) {
        const [one] = await server.join(name);
        people.set(name, one as Participant);
      }
    } else if (client) {
      await client.open();
      people.set("server", await client.accepts());
    }
    const frozen = find(people, adversary.freeze);
    frozen?.stopsReading();
    console.log(`\n${HELP[strand]}\n`);
    const names = [...people.keys(), ...(client ? ["you"] : [])];
    room.transcript.onEntry = (entry) => {
      console.log(draw(entry, strand, width));
      if (entry.kind === "exit") typing.close();
    };
    for await (const typed of lines) {
      const move = parseMove(typed, names);
      if (!move) {
        if (typed.trim() !== "") console.log(HELP[strand]);
        continue;
      }
      if (move.does === "quit") break;
      await make(move);
    }
  } finally {
    typing.close();
    room.transcript.onEntry = undefined;
    await room.close();
  }

  async function make(move: Exclude<Move, { does: "quit" }>): Promise<void> {
    const one = people.get(move.who);
    if (one && gone.has(one)) {
      console.log(`${one.name} has left.`);
      return;
    }
    if (move.does === "says") {
      const bytes = Buffer.from(`${move.text}\n`);
      if (one) await say(one, bytes);
      else room.program.type(bytes.toString());
      return;
    }
    if (one && (move.does === "leaves" || move.does === "resets")) {
      gone.add(one);
      // Half-closed, so that the program's own FIN can be seen.
      if (move.does === "leaves") one.halfCloses();
      else one.resets();
    }
    if (move.does === "freezes") one?.stopsReading();
    if (move.does === "thaws") one?.readsAgain();
  }

  async function say(one: Participant, bytes: Buffer): Promise<void> {
    if (adversary.merge) {
      const before = held.get(one.name);
      held.delete(one.name);
      if (!before) {
        held.set(one.name, bytes);
        console.log(`${one.name} has a line; the next one goes with it.`);
        return;
      }
      one.send(Buffer.concat([before, bytes]));
    } else {
      for (const piece of pieces(bytes, adversary.split)) {
        one.send(piece);
        if (adversary.split !== undefined) {
          await new Promise((resolve) => setTimeout(resolve, APART));
        }
      }
    }
    if (find(people, adversary.reset) === one) {
      gone.add(one);
      one.resets();
    }
  }
}

function find(
  people: ReadonlyMap<string, Participant>,
  name: string | undefined,
): Participant | undefined {
  const wanted = name?.toLowerCase();
  return [...people.values()].find((one) => one.name.toLowerCase() === wanted);
}
