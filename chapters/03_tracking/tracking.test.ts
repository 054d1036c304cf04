/** Chapter 03: the server knows who is online. */
import { serverChecks } from "../../scripts/room/check.ts";
import type { Participant } from "../../scripts/room/participant.ts";

const check = serverChecks(import.meta.url);

check(
  "tells with each coming and going how many are online",
  { id: "counts", requirement: "server.log", graded: false, needs: ["logs"] },
  async (room) => {
    const join = (name: string) => () => room.join(name);
    await room.tellsOnline(1, "coming", join("Ada"));
    await room.tellsOnline(2, "coming", join("Ben"));
    await room.tellsOnline(3, "coming", join("Cleo"));
    const [ada, ben] = room.participants as [Participant, Participant];
    // One leaves politely, one breaks the connection: two ways to be gone.
    await room.tellsOnline(2, "going", async () => room.leaves(ben));
    await room.tellsOnline(1, "going", async () => room.resets(ada));
    await room.tellsOnline(2, "coming", join("Guest"));
  },
);
