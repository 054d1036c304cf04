/** What a network and a system do to a server. */
import { flood } from "../room/flood.ts";
import { ServerRoom } from "../room/server_room.ts";
import { Failure } from "../room/transcript.ts";
import { SOLUTIONS } from "../workbook/chapters.ts";
import type { Fault, Finding } from "./fault.ts";
import {
  connectSilently,
  limitFiles,
  onLinux,
  onPosix,
  openFiles,
  resident,
  withFiles,
  withLimits,
} from "./system.ts";

const MEGABYTE = 1024 * 1024;
const DEADLINE = 10_000;
const FOREVER = Number.POSITIVE_INFINITY;

const round1 = (value: number) => Math.round(value * 10) / 10;

/** Opens a room with the reference, and closes it whatever happens. */
async function inRoom(
  id: string,
  what: (room: ServerRoom) => Promise<Finding>,
): Promise<Finding> {
  const program = { file: SOLUTIONS.server };
  const coverage = process.env.ROOM_COVERAGE;
  const setup = { program, seed: id, deadline: DEADLINE, coverage };
  const room = new ServerRoom(setup);
  try {
    return await what(room);
  } finally {
    await room.close();
  }
}

/** Seconds that `what` takes. */
async function seconds(what: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await what();
  return (performance.now() - began) / 1000;
}

/** The address of a server that has met somebody. */
function addressOf(room: ServerRoom) {
  const [address] = room.addresses();
  if (!address) throw new Failure("listens", "The server listens nowhere.");
  return address;
}

/** Waits until a figure of the system is as low as `most`, again and again. */
async function fallsTo(
  room: ServerRoom,
  most: number,
  figure: () => number,
): Promise<number> {
  const [ada] = room.online;
  const end = performance.now() + DEADLINE;
  // Each look follows a line that was heard: the server has done a turn's work.
  while (figure() > most && performance.now() < end) {
    if (ada) await room.round(ada);
  }
  return figure();
}

const descriptors: Fault = {
  id: "descriptors",
  title:
    "out of file descriptors: those inside go on, and newcomers get in later",
  missing: withLimits,
  run: () =>
    inRoom("descriptors", async (room) => {
      const [ada, ben] = await room.meet("Ada", "Ben");
      const { pid } = room.program;
      const free = 20;
      const files = openFiles(pid);
      limitFiles(pid, files + free);
      const crowd = await connectSilently(addressOf(room), 200);
      for (let times = 0; times < 20; times++) await room.round(ada, ben);
      const refused = crowd.filter(({ ended }) => ended).length;
      for (const { socket } of crowd) socket.destroy();
      // Who comes before the server has closed them is turned away, too.
      await fallsTo(room, files, () => openFiles(pid));
      const took = await seconds(() => room.meet("Cleo"));
      await room.round(ada, ben);
      room.expectEachLineHeardOnce();
      room.expectNoStackTrace();
      return {
        survived: true,
        figure: {
          "descriptors free": free,
          "connections tried": crowd.length,
          "ended at once": refused,
          "lines lost": 0,
          "newcomer served after s": round1(took),
        },
      };
    }),
};

/** Holds `count` silent connections, and measures what they cost. */
function crowd(id: string, count: number, title: string): Fault {
  return {
    id,
    title,
    missing: () => withFiles(count + 200),
    run: () =>
      inRoom(id, async (room) => {
        const [ada, ben] = await room.meet("Ada", "Ben");
        const { pid } = room.program;
        const files = openFiles(pid);
        const memory = resident(pid);
        let silent: Awaited<ReturnType<typeof connectSilently>> = [];
        const connecting = await seconds(async () => {
          silent = await connectSilently(addressOf(room), count);
          await room.meet("Cleo");
        });
        const perClient = (resident(pid) - memory) / count;
        const turned = silent.filter(({ ended }) => ended).length;
        room.expect(turned === 0, "cut off", `${turned} were turned away.`);
        const heard = silent.map(
          ({ socket }) =>
            new Promise<void>((resolve) =>
              socket.once("data", () => resolve()),
            ),
        );
        const saying = await seconds(async () => {
          await room.round(ada);
          await Promise.all(heard);
        });
        await room.round(ben);
        for (const { socket } of silent) socket.destroy();
        const left = await fallsTo(room, files + 1, () => openFiles(pid));
        const still = `${left - files - 1} descriptors were not given back.`;
        room.expect(left <= files + 1, "descriptors", still);
        room.expectEachLineHeardOnce();
        return {
          survived: true,
          figure: {
            connections: count,
            "connected in s": round1(connecting),
            "KB each": round1(perClient / 1024),
            "one line to all in s": round1(saying),
            "descriptors left over": left - files - 1,
          },
        };
      }),
  };
}

const endless: Fault = {
  id: "endless-line",
  title: "a line without an end: it is cut off, and costs little memory",
  missing: () => undefined,
  run: () =>
    inRoom("endless", async (room) => {
      const [ada, ben, cleo] = await room.meet("Ada", "Ben", "Cleo");
      const before = (await room.program.memory()) ?? 0;
      room.without(ada);
      let sent = 0;
      const chunk = Buffer.alloc(MEGABYTE, "endless ");
      while (sent < 64 && ada.connected) {
        ada.send(chunk);
        sent++;
        await ada.flushed();
        await room.round(ben);
      }
      const after = (await room.program.memory()) ?? 0;
      const kept = (after - before) / MEGABYTE;
      room.expect(!ada.connected, "endless", "It was not cut off.");
      room.expect(kept < 8, "memory", `The server keeps ${kept} MB.`);
      await room.round(ben, cleo);
      return {
        survived: true,
        figure: { "MB sent": sent, "MB kept after": Math.max(0, round1(kept)) },
      };
    }),
};

const frozen: Fault = {
  id: "frozen-hundred",
  title:
    "a hundred clients that never read, and a heap of 64 MB: the others hear all",
  missing: onLinux,
  run: () =>
    inRoom("frozen", async (room) => {
      await room.start({ env: { NODE_OPTIONS: "--max-old-space-size=64" } });
      await room.comesUp();
      const [ada, ben] = await room.meet("Ada", "Ben");
      const names = Array.from({ length: 100 }, (_, n) => `G${n}`);
      const sleepers = await room.join(...names);
      for (const sleeper of sleepers) {
        sleeper.stopsReading();
        room.without(sleeper);
      }
      // Heard by Ben: all before are accepted, and Ada's lines are for them.
      await room.round(ada);
      const before = resident(room.program.pid);
      const size = 8192;
      const lines = (32 * MEGABYTE) / size;
      const word = room.line();
      let most = before;
      const part = { from: ada, to: ben, lines: lines / 8, size, window: 128 };
      const took = await seconds(async () => {
        for (let times = 0; times < 8; times++) {
          await flood({ ...part, word: `${word}${times}` }, room.transcript);
          most = Math.max(most, resident(room.program.pid));
        }
      });
      await room.round(ada, ben);
      room.expectEachLineHeardOnce();
      return {
        survived: true,
        figure: {
          sleepers: names.length,
          "MB said": 32,
          "lines lost": 0,
          "MB more at most": Math.round((most - before) / MEGABYTE),
          "took s": round1(took),
        },
      };
    }),
};

const resets: Fault = {
  id: "resets",
  title:
    "a storm of resets, before and after being accepted: nobody else notices",
  missing: () => undefined,
  run: () =>
    inRoom("resets", async (room) => {
      const [ada, ben] = await room.meet("Ada", "Ben");
      const address = addressOf(room);
      let count = 0;
      const took = await seconds(async () => {
        for (let times = 0; times < 10; times++) {
          const storm = await connectSilently(address, 200);
          for (const { socket } of storm) {
            if (count++ % 2 === 0) socket.write("half a li");
            socket.resetAndDestroy();
          }
          await room.round(ada, ben);
        }
      });
      await room.meet("Cleo");
      room.expectEachLineHeardOnce();
      room.expectNoStackTrace();
      return {
        survived: true,
        figure: {
          resets: count,
          "resets/s": Math.round(count / took),
          "lines lost": 0,
        },
      };
    }),
};

const closedOutput: Fault = {
  id: "output-closed",
  title: "standard output is closed: the conversation goes on",
  missing: () => undefined,
  run: () =>
    inRoom("closed", async (room) => {
      const [ada, ben] = await room.meet("Ada", "Ben");
      await room.quiet();
      room.program.closeOutput();
      // Each coming and going is printed, where nobody reads any more.
      for (let times = 0; times < 20; times++) {
        const [guest] = await room.meet(`G${times}`);
        room.leaves(guest);
        await room.round(ada, ben);
      }
      room.expectEachLineHeardOnce();
      return { survived: true, figure: { "lines printed to nobody": 40 } };
    }),
};

const fullOutput: Fault = {
  id: "output-full",
  title:
    "nobody reads standard output while clients come and go: the chat goes on",
  missing: onLinux,
  run: () =>
    inRoom("full", async (room) => {
      const [ada, ben] = await room.meet("Ada", "Ben");
      await room.quiet();
      room.program.readsOutput(false);
      const before = (await room.program.memory()) ?? 0;
      let comings = 0;
      // More than the kernel and the checker take: some 80 bytes for each.
      while (comings < 6000) {
        const silent = await connectSilently(addressOf(room), 400);
        comings += silent.length;
        for (const { socket } of silent) socket.destroy();
        await room.round(ada, ben);
      }
      const after = (await room.program.memory()) ?? 0;
      room.program.readsOutput(true);
      await room.round(ada, ben);
      room.expectEachLineHeardOnce();
      const kept = Math.max(0, (after - before) / MEGABYTE);
      return {
        survived: true,
        figure: {
          "comings and goings": comings,
          "lines lost": 0,
          "MB of the log kept": round1(kept),
        },
      };
    }),
};

/** A signal while twenty clients talk, and one more never reads. */
function signal(name: "SIGTERM" | "SIGINT"): Fault {
  return {
    id: name.toLowerCase(),
    title: `${name} while twenty talk and one never reads: what one has heard, all hear, and it ends`,
    missing: onPosix,
    run: () =>
      inRoom(name, async (room) => {
        const names = Array.from({ length: 20 }, (_, n) => `G${n}`);
        const people = await room.meet(...names);
        const [first, second] = people;
        const [sleeper] = await room.meet("Sleeper");
        if (first && second) await room.leavesPending(first, sleeper, second);
        let said = 0;
        // Everybody answers what the neighbour says, so talk never pauses.
        const talk = () => {
          for (const one of people) {
            if (!one.connected) continue;
            room.says(one);
            said++;
          }
        };
        for (let times = 0; times < 10; times++) talk();
        room.program.signal(name);
        for (let times = 0; times < 10; times++) {
          talk();
          await Promise.all(people.map((one) => one.flushed()));
        }
        const took = await seconds(async () => {
          for (const one of people) await one.isLeft();
          for (const one of people) one.leaves();
          await room.program.ends();
        });
        room.expectExitCode(0);
        let delivered = 0;
        for (const { line, by, hearers } of room.said) {
          const heard = hearers.filter((one) => one.heard.includes(line));
          const some = heard.length === 0 || heard.length === hearers.length;
          const message = `${heard.length} of ${hearers.length} heard what ${by.name} said.`;
          room.expect(some, "lost", message, { line, who: by.name });
          if (heard.length > 0) delivered++;
        }
        for (const one of people) {
          const own = room.said.filter(({ by }) => by === one);
          const heard = own.map(({ line, hearers }) =>
            hearers.some((other) => other.heard.includes(line)),
          );
          const gap = heard.lastIndexOf(true) >= heard.filter(Boolean).length;
          const message = `Of what ${one.name} said, something in the middle is lost.`;
          room.expect(!gap, "lost", message, { who: one.name });
        }
        return {
          survived: true,
          figure: {
            "never read": 1,
            "lines said": said,
            "lines delivered to all": delivered,
            "lines delivered to some": 0,
            "ended after s": round1(took),
          },
        };
      }),
  };
}

const talksOn: Fault = {
  id: "talks-on",
  title: "a client talks on after SIGTERM and never leaves: the server ends",
  missing: onPosix,
  run: () =>
    inRoom("talks on", async (room) => {
      const [ada, ben] = await room.meet("Ada", "Ben");
      room.program.signal("SIGTERM");
      await ben.isLeft();
      ben.leaves();
      let said = 0;
      const talk = setInterval(() => {
        ada.says(room.line());
        said++;
      }, 100);
      const took = await seconds(() => room.program.ends(2 * DEADLINE));
      clearInterval(talk);
      room.expectExitCode(0);
      return {
        survived: true,
        figure: { "lines said after it": said, "ended after s": round1(took) },
      };
    }),
};

const outpaced: Fault = {
  id: "outpaced",
  title:
    "one talks at full speed and does not stop: who reads a quarter as fast stays",
  fatal: true,
  missing: () => undefined,
  run: () =>
    inRoom("outpaced", async (room) => {
      const [ada, ben] = await room.meet("Ada", "Ben");
      const lines = `${"x".repeat(1023)}\n`.repeat(1024);
      let [said, heard, reads] = [0, 0, true];
      ben.into = (chunk) => {
        heard += chunk.length;
        if (reads && heard > (said * MEGABYTE) / 4) {
          ben.stopsReading();
          reads = false;
        }
      };
      while (said < 64 && ben.connected) {
        ada.send(lines);
        said++;
        await ada.flushed();
        if (!reads) ben.readsAgain();
        reads = true;
      }
      ben.into = (chunk) => {
        heard += chunk.length;
      };
      ben.readsAgain();
      await ben.isLeft();
      return {
        survived: false,
        reason:
          "More than 8 MiB are pending for the slow reader, who is cut off. If the talker had to wait instead, one client that never reads could silence everybody: see chapter 07.",
        figure: {
          "MB said": said,
          "MB heard": Math.round(heard / MEGABYTE),
        },
      };
    }),
};

const portTaken: Fault = {
  id: "port-taken",
  title: "the port is taken while it starts: one sentence, and exit code 1",
  missing: () => undefined,
  run: () =>
    inRoom("taken", async (room) => {
      await room.start({ port: await room.takePort() });
      await room.program.ends();
      room.expectOneSentence();
      const words = room.program.output.text.trim();
      return {
        survived: true,
        figure: {
          "exit code": room.transcript.exit?.code ?? FOREVER,
          lines: words.split("\n").length,
        },
      };
    }),
};

/** Every fault of a server, in the order of the page that prints them. */
export const SERVER_FAULTS: readonly Fault[] = [
  descriptors,
  crowd(
    "silent-thousands",
    2000,
    "two thousand connect and say nothing: all hear, and all is given back",
  ),
  crowd(
    "ten-thousand",
    10_000,
    "ten thousand connections: all hear, and all is given back",
  ),
  endless,
  frozen,
  outpaced,
  resets,
  closedOutput,
  fullOutput,
  signal("SIGTERM"),
  signal("SIGINT"),
  talksOn,
  portTaken,
];
