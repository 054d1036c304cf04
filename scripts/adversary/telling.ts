/**
 * Tells a failure of a random history as a check would tell it, so that its
 * cause is found by the same symptoms. Where the history does not show which
 * mistake it was, no cause is better than a wrong one.
 */
import { type Cause, explain } from "../causes/explain.ts";
import { Scene } from "../causes/scene.ts";
import type { Room } from "../room/room.ts";
import { Failure } from "../room/transcript.ts";

/** The step of a check, and the check that knows this failure best. */
type Told = readonly [step: string, check: string];

/** How many characters the word has that all marks of a direction begin with. */
const WORD = 8;

function serverTold(failure: Failure, scene: Scene): Told {
  const { step, message } = failure;
  if (step === "memory") {
    const endless = message.includes("endless");
    return [step, endless ? "endless-line" : "slow-consumer"];
  }
  if (step === "pending lost") return [step, "half-closed"];
  if (step === "count" || step === "counts") return [step, "counts"];
  if (step === "logs a join" || step === "logs a leave") return [step, "logs"];
  const brokeOff = scene.entries.some(
    (entry) => entry.kind === "reset" && entry.from !== "server",
  );
  if (step === "stack trace" && brokeOff) return [step, "reset"];
  // It lets everybody in, and nothing that is said ever comes out of it.
  if (step === "is left" && !scene.has("send", "server")) {
    return ["logs a leave", "logs"];
  }
  return [step, "adversary"];
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
    case "sends":
      if (shown.length > 0) return ["glued", "sends"];
      return exit && ended < 0 ? ["typed line", "sends"] : undefined;
    case "prints":
      if (blocked) return ["message waits", "parallel"];
      if (exit && scene.has("eof")) return ["last answers", "last-answers"];
      if (shown.length > 0) return undefined;
      return output.trim() === "" || exit
        ? ["plain message", "prints"]
        : undefined;
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
  const [step, check] = told;
  const { line, who, awaited } = failure;
  const about = {
    ...(line !== undefined && { line }),
    ...(who !== undefined && { who }),
    ...(awaited !== undefined && { awaited }),
  };
  const same = new Failure(step, failure.message, about);
  return explain(same, room, check, blocked);
}
