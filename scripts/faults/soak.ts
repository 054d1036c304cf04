/** Random traffic for a long time, and whether anything grows of it. */
import { ServerRoom } from "../room/server_room.ts";
import { SOLUTIONS } from "../workbook/chapters.ts";
import { openFiles, resident } from "./system.ts";

/** What is measured every few seconds. */
export interface Sample {
  /** Seconds since the beginning. */
  readonly at: number;
  /** Memory that the program holds once all garbage is gone, in bytes. */
  readonly heap: number;
  /** Memory that it has of the system, in bytes. */
  readonly resident: number;
  /** Open descriptors, with everybody gone but Ada and Ben. */
  readonly files: number;
}

/** A line through samples, by least squares. */
export interface Slope {
  /** Growth for each unit of time. */
  readonly slope: number;
  /** The standard error of the slope. */
  readonly error: number;
}

/**
 * The slope of `ys` over `xs`, and its standard error. At least three points,
 * or the error is not known and infinite.
 */
export function slopeOf(xs: readonly number[], ys: readonly number[]): Slope {
  const n = xs.length;
  const mean = (of: readonly number[]) => of.reduce((a, b) => a + b, 0) / n;
  const [mx, my] = [mean(xs), mean(ys)];
  const sxx = xs.reduce((sum, x) => sum + (x - mx) ** 2, 0);
  if (n < 3 || sxx === 0) return { slope: 0, error: Number.POSITIVE_INFINITY };
  const sxy = xs.reduce((sum, x, i) => sum + (x - mx) * ((ys[i] ?? 0) - my), 0);
  const slope = sxy / sxx;
  const rest = xs.reduce(
    (sum, x, i) => sum + ((ys[i] ?? 0) - my - slope * (x - mx)) ** 2,
    0,
  );
  return { slope, error: Math.sqrt(rest / (n - 2) / sxx) };
}

/**
 * True when nothing grows: the slope is not above zero by more than twice its
 * error, or is less than `least`, which nobody would notice.
 */
export function isFlat({ slope, error }: Slope, least: number): boolean {
  return slope <= least || slope <= 2 * error;
}

/** What came of a soak. */
export interface Soaked {
  readonly samples: readonly Sample[];
  readonly lines: number;
  readonly joins: number;
  readonly seconds: number;
}

/** The longest pause between two samples, in milliseconds. */
const EVERY = 5000;
/** How often a room's memory of what was said begins anew, in lines. */
const ROUND = 400;

/**
 * Talks to the reference for `minutes`, at random: guests join, say lines, freeze,
 * leave and reset, while Ada and Ben hear each line exactly once.
 *
 * @throws {Failure} when a line is lost, altered or doubled
 */
export async function soak(
  minutes: number,
  random: () => number,
  onSample: (sample: Sample) => void,
): Promise<Soaked> {
  const setup = { program: { file: SOLUTIONS.server }, deadline: 10_000 };
  const host = new ServerRoom({ ...setup, seed: `${random()}` });
  await host.start();
  await host.comesUp();
  const { program } = host;
  const samples: Sample[] = [];
  const began = performance.now();
  const end = began + minutes * 60_000;
  let sampled = Number.NEGATIVE_INFINITY;
  let lines = 0;
  let joins = 0;
  const below = (limit: number) => Math.floor(random() * limit);
  try {
    while (performance.now() < end) {
      // A room of its own for each round: the checker must not grow either.
      const room = new ServerRoom({ ...setup, seed: `${random()}` });
      room.adopt(program);
      host.transcript.onEntry = (entry) => {
        if (entry.kind === "exit") room.transcript.add(entry);
      };
      const [ada, ben] = await room.meet("Ada", "Ben");
      joins += 2;
      while (room.said.length < ROUND) {
        const [guest] = await room.meet(`G${joins++}`);
        const frozen = random() < 0.2;
        if (frozen) {
          guest.stopsReading();
          room.without(guest);
        }
        for (let times = below(30); times >= 0; times--) {
          const speaker = [ada, ben, guest][below(3)] ?? ada;
          const size = random() < 0.1 ? below(20_000) : below(200);
          const line = `${room.line()}${"x".repeat(size)}${room.line()}`;
          room.says(speaker, line);
        }
        await room.round(ada, ben);
        if (frozen || random() < 0.4) room.resets(guest);
        else room.leaves(guest);
      }
      await room.round(ada, ben);
      room.expectEachLineHeardOnce();
      lines += room.said.length;
      if (performance.now() - sampled >= EVERY) {
        sampled = performance.now();
        const sample = {
          at: (sampled - began) / 1000,
          heap: (await program.memory()) ?? 0,
          resident: resident(program.pid),
          files: openFiles(program.pid),
        };
        samples.push(sample);
        onSample(sample);
      }
      for (const one of room.participants) one.discard();
      room.transcript.end();
    }
  } finally {
    await host.close();
  }
  return { samples, lines, joins, seconds: (performance.now() - began) / 1000 };
}
