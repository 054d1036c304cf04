/**
 * Tells a failure of a random history as a check would tell it, so that its
 * cause is found by the same symptoms. Where the history does not show which
 * mistake it was, no cause is better than a wrong one.
 */
import { type Cause, explain } from "../causes/explain.ts";
import { Scene } from "../causes/scene.ts";
import type { Room } from "../room/room.ts";
import { type Entry, Failure } from "../room/transcript.ts";

/**
 * The step of a check, the check that knows this failure best, and whom it is
 * about, if it is somebody else than the failure says.
 */
type Told = readonly [step: string, check: string, who?: string | undefined];

/** How many characters the word has that all marks of a direction begin with. */
const WORD = 8;

/** True for an entry that tells of somebody's coming or going. */
function isMove(entry: Entry): boolean {
  const goes = entry.kind === "fin" || entry.kind === "reset";
  return entry.kind === "join" || (goes && entry.from !== "server");
}

/**
 * A line that one client misses while others come and go. Who left before, and
 * whose leaving the server had all the time to see, is still in the list when
 * the line is sent; who comes or goes only afterwards changes it meanwhile.
 */
function lostAmongMoves(failure: Failure, scene: Scene): Told | undefined {
  const { line = "", who } = failure;
  const { entries } = scene;
  const said = entries.findIndex(
    (entry) =>
      entry.kind === "send" &&
      entry.to === "server" &&
      entry.bytes.toString("latin1").includes(line),
  );
  if (said < 0) return undefined;
  const before = entries.slice(0, said).findLastIndex(isMove);
  const movesAfter = entries.slice(said).some(isMove);
  const anyLeftBefore = entries
    .slice(0, said)
    .some((entry) => isMove(entry) && entry.kind !== "join");
  const calm = entries
    .slice(before, said)
    .some((entry) => entry.kind === "send" && entry.to === who);
  const left = entries[before]?.kind !== "join";
  if (anyLeftBefore && left && calm && !movesAfter) {
    return ["hears", "everyone-but"];
  }
  if (movesAfter && !anyLeftBefore) return ["hears", "coming-and-going"];
  return undefined;
}

function serverTold(failure: Failure, scene: Scene): Told | undefined {
  const { step, message } = failure;
  const { entries, output } = scene;
  const ends = (kind: string) => kind === "fin" || kind === "reset";
  const anyReset = entries.some(
    (entry) => entry.kind === "reset" && entry.from !== "server",
  );
  const leaving = entries.findLast(
    (entry) => ends(entry.kind) && "from" in entry && entry.from !== "server",
  );
  const anyLeaves = leaving !== undefined;
  switch (step) {
    case "memory": {
      const endless = message.includes("endless");
      return [step, endless ? "endless-line" : "slow-consumer"];
    }
    case "pending lost":
      // Who is cut off for being slow loses as much, and the server says less.
      return /after end|been ended/.test(output)
        ? [step, "half-closed"]
        : undefined;
    case "cut off":
    case "cut off early":
      return [step, "slow-consumer"];
    case "missed asleep":
      return ["pending lost", "slow-consumer"];
    case "stands still":
      return ["flood stands still", "slow-consumer"];
    case "unclear":
      return undefined;
    case "surfaces":
      return [step, "receives"];
    case "is served":
      return [step, "concurrent"];
    case "twice for once":
      return entries.some(isMove) ? ["twice", "coming-and-going"] : undefined;
    case "greets": {
      // Somebody hears it, and somebody else does not.
      const anyHears = entries.some(
        (entry) =>
          entry.kind === "send" &&
          entry.from === "server" &&
          entry.bytes.toString().includes(failure.line ?? ""),
      );
      if (!anyHears) return [step, "adversary"];
      return anyLeaves ? undefined : [step, "everyone-but"];
    }
    case "hears":
    case "lost":
      return lostAmongMoves(failure, scene);
    case "count":
    case "counts":
      return [step, "counts"];
    case "logs a leave":
      return leaving?.kind === "reset"
        ? ["logs a reset", "reset"]
        : [step, "logs"];
    case "logs a join": {
      const joins = entries.filter((entry) => entry.kind === "join");
      const newest = joins.at(-1)?.who;
      const turned = entries.some(
        (entry) => ends(entry.kind) && "to" in entry && entry.to === newest,
      );
      if (turned) return ["turned away", "concurrent", newest];
      // The first one was told of: it is not that joining is never told.
      return joins.length > 1
        ? ["is served", "concurrent", newest]
        : [step, "logs"];
    }
    case "stack trace":
      return [step, anyReset ? "reset" : "adversary"];
    case "is left":
      // It lets everybody in, and nothing that is said ever comes out of it.
      return scene.has("send", "server")
        ? [step, "adversary"]
        : ["logs a leave", "logs"];
    default:
      return [step, "adversary"];
  }
}

function clientTold(failure: Failure, scene: Scene): Told | undefined {
  const { step, line = "" } = failure;
  const { surfaces, output, exit, entries, blocked } = scene;
  const shown = surfaces.filter((one) => one.includes(line.slice(0, WORD)));
  const ended = entries.findIndex(
    (entry) =>
      ["eof", "signal"].includes(entry.kind) ||
      ("from" in entry &&
        entry.from === "server" &&
        ["fin", "reset"].includes(entry.kind)),
  );
  switch (step) {
    case "control bytes":
      return ["control characters", "harmless"];
    case "cut message":
      return shown.some((one) => /\\["u]/.test(one))
        ? ["special characters", "prints"]
        : ["cut character", "prints"];
    case "cut line":
      // Once the client has ended, its end would be taken for the cause.
      return exit ? undefined : ["typed line", "sends"];
    case "hears":
      // The lines before the first step, of which one must arrive.
      return exit || blocked ? undefined : [step, "sends"];
    case "sends":
      if (blocked) return undefined;
      if (exit) return ended < 0 ? ["typed line", "sends"] : undefined;
      return surfaces.some((one) => one.includes(line))
        ? ["glued", "sends"]
        : ["typed line", "sends"];
    case "prints":
      if (blocked) return ["message waits", "parallel"];
      if (exit && scene.has("eof")) return ["last answers", "last-answers"];
      if (shown.length > 0) return undefined;
      return output.trim() === "" || exit
        ? ["plain message", "prints"]
        : undefined;
    case "plain message": {
      // What was printed before may have been a word of welcome.
      const said = entries.findIndex(
        (entry) => entry.kind === "send" && entry.from === "server",
      );
      const later = entries.slice(said).some(({ kind }) => kind === "print");
      return later || output.trim() === "" ? [step, "prints"] : undefined;
    }
    case "ends": {
      if (blocked) return ["message waits", "parallel"];
      const byUser = entries.some(({ kind }) => /^(eof|signal)$/.test(kind));
      if (byUser || ended < 0) return undefined;
      // Its end stands behind what was said before, and nobody reads that.
      const said = scene.has("send", "server");
      return said && output.trim() === ""
        ? ["reads", "reads"]
        : [step, "server-goes"];
    }
    default:
      return [step, "adversary"];
  }
}

/** The cause of what went wrong in a room, if the history shows one. */
export async function causeOf(
  failure: Failure,
  room: Room,
): Promise<Cause | undefined> {
  const blocked = await room.isBlocked();
  const scene = new Scene(failure, room, "adversary", blocked);
  const told =
    scene.role === "server"
      ? serverTold(failure, scene)
      : clientTold(failure, scene);
  if (!told) return undefined;
  const [step, check, who = failure.who] = told;
  const { line, awaited } = failure;
  const about = {
    ...(line !== undefined && { line }),
    ...(who !== undefined && { who }),
    ...(awaited !== undefined && { awaited }),
  };
  const same = new Failure(step, failure.message, about);
  return explain(same, room, check, blocked);
}
