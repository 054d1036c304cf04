/** Points in time, with the time zone that somebody has named. */
import { UsageError } from "../command/run.ts";

/** A moment, and the zone in which people speak of it. */
export interface Moment {
  /** Seconds since 1970, as git counts them. */
  readonly seconds: number;
  /** Minutes east of Greenwich. */
  readonly offset: number;
}

/**
 * Reads a deadline: date, time and the distance to UTC. A name of a zone would
 * leave one hour of the year open; a deadline without any would mean something
 * else on the next machine.
 *
 * @throws {UsageError} with a sentence, when it is none
 */
export function parseDeadline(text: string): Moment {
  const example = "for example 2026-11-20T12:00+01:00";
  const parts =
    /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(
      text.trim(),
    );
  if (!parts) {
    throw new UsageError(`"${text}" is no deadline. Write it ${example}.`);
  }
  const [year, month, day, hour, minute, second] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const zone = parts[7];
  if (zone === undefined) {
    throw new UsageError(
      `The deadline ${text} does not say its time zone. Write it ${example}.`,
    );
  }
  const utc = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const real =
    utc.getUTCFullYear() === year &&
    utc.getUTCMonth() === month - 1 &&
    utc.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  const offset = minutesEast(zone);
  if (!real || Math.abs(offset) > 14 * 60) {
    throw new UsageError(`There is no such time as ${text}.`);
  }
  return { seconds: utc.getTime() / 1000 - offset * 60, offset };
}

function minutesEast(zone: string): number {
  if (/^z$/i.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith("-") ? -minutes : minutes;
}

/** A moment as a person reads it: 2026-11-20 11:58:03 +01:00. */
export function showTime(seconds: number, offset: number): string {
  const local = new Date((seconds + offset * 60) * 1000);
  // A date that git holds may be beyond what a calendar can say.
  if (Number.isNaN(local.getTime())) return `second ${seconds} since 1970`;
  const text = local.toISOString().slice(0, 19).replace("T", " ");
  const east = Math.abs(offset);
  const two = (number: number) => String(number).padStart(2, "0");
  const zone = `${two(Math.floor(east / 60))}:${two(east % 60)}`;
  return `${text} ${offset < 0 ? "-" : "+"}${zone}`;
}

/** A length of time in words: "3 minutes". */
export function showSpan(seconds: number): string {
  const units = [
    [86_400, "day"],
    [3600, "hour"],
    [60, "minute"],
    [1, "second"],
  ] as const;
  const [size, word] =
    units.find(([size]) => Math.abs(seconds) >= size) ??
    ([1, "second"] as const);
  const count = Math.round(Math.abs(seconds) / size);
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
