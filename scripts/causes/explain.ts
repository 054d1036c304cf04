import type { Room } from "../room/room.ts";
import type { Failure } from "../room/transcript.ts";
import type { Cause } from "../verdict/hold.ts";
export function explain(failure: Failure, _room: Room): Cause {
  return { id: failure.step, says: failure.stack ?? "", mend: "", read: "" };
}
