/** Random lines from a printed seed: no program can guess or contain them. */
import { createHash } from "node:crypto";

/** Letters and digits that nobody confuses, none of them in a hex number. */
const ALPHABET = "ghjkmnpqrstuvwxyz23456789";

/** Matches tokens, and their halves where a chunk cuts one. */
export const TOKEN = new RegExp(`(?<!\\w)[${ALPHABET}]{4,8}(?!\\w)`, "g");

/** Returns a function that makes a new token of eight characters each time. */
export function tokens(seed: string): () => string {
  let count = 0;
  return () => {
    const hash = createHash("sha256").update(`${seed}:${++count}`).digest();
    return [...hash.subarray(0, 8)]
      .map((byte) => ALPHABET[byte % ALPHABET.length])
      .join("");
  };
}

/** Returns a function that gives a new number each time, from 0 to below 1. */
export function numbers(seed: string): () => number {
  let count = 0;
  return () => {
    const hash = createHash("sha256").update(`${seed}:${++count}`).digest();
    return hash.readUInt32BE(0) / 2 ** 32;
  };
}

/** A seed for a run that was given none. */
export function newSeed(): number {
  return Math.floor(Math.random() * 1_000_000);
}
