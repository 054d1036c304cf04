/** Chapter 05: what one client says, all the others hear. */
import { serverChecks } from "../../scripts/room/check.ts";

const check = serverChecks(import.meta.url);
const broadcast = { requirement: "server.broadcast" } as const;

check(
  "each line reaches every other client, and never its sender",
  { ...broadcast, id: "everyone-but", graded: true, needs: ["concurrent"] },
  async (room) => {
    const [ada, ben, cleo] = await room.meet("Ada", "Ben", "Cleo");
    // Ada's echo would have to come before she hears Ben's line, and so on.
    await room.round(ada, ben, cleo);
    await room.allHearWhole(
      ada,
      `${room.line()} says "a\\b" & <c>, grüßt 'd' ${room.line()}`,
    );
    room.expectEachLineHeardOnce();
    // Who leaves is missed by nobody, and hides nobody.
    room.leaves(ben);
    await room.round(ada, cleo, ada);
    const [guest] = await room.meet("Guest");
    await room.round(ada, cleo);
    room.leaves(guest);
    // Until an echo that was put off until later would be here.
    await room.roundsOfPatience(ada, cleo);
    room.expectEachLineHeardOnce();
  },
);

check(
  "a burst from three clients reaches everybody whole, once and in order",
  { ...broadcast, id: "burst", graded: false, needs: ["everyone-but"] },
  async (room) => {
    const people = await room.meet("Ada", "Ben", "Cleo");
    let last = "";
    for (let times = 0; times < 100; times++) {
      for (const speaker of people) last = room.says(speaker);
    }
    await room.othersHear(last);
    await room.round(...people);
    room.expectEachLineHeardOnce();
  },
);

check(
  "clients that join and leave during broadcasts cost nobody a line",
  { ...broadcast, id: "coming-and-going", graded: false, needs: ["burst"] },
  async (room) => {
    const [ada, ben, ...guests] = await room.meet(
      "Ada",
      "Ben",
      "G1",
      "G2",
      "G3",
    );
    for (const leaver of guests) {
      // Said, left and joined at once: the server finds all three together.
      for (let times = 0; times < 20; times++) room.says(ada);
      room.leaves(leaver);
      for (let times = 0; times < 20; times++) room.says(ada);
      const [newcomer] = await room.join(`${leaver.name}b`);
      await room.round(ada);
      await room.greet(newcomer);
    }
    await room.round(ben, ada);
    room.expectEachLineHeardOnce();
  },
);
