/** A command that somebody names in one argument. */
import { UsageError } from "./run.ts";

/**
 * The command and its arguments: one string, or a list in JSON where its parts
 * have spaces.
 *
 * @throws {UsageError} with a sentence, when it is neither
 */
export function parseCommand(text: string): string[] {
  if (!text.trimStart().startsWith("[")) {
    const words = text.split(/\s+/).filter((part) => part !== "");
    if (words.length > 0) return words;
    throw new UsageError("A command has a word at least.");
  }
  let words: unknown;
  try {
    words = JSON.parse(text);
  } catch {
    // Said below.
  }
  const good =
    Array.isArray(words) &&
    words.length > 0 &&
    words.every((word) => typeof word === "string");
  if (good) return words as string[];
  throw new UsageError(
    `${text} is no command. Write a list in JSON: ["node", "server.mjs"].`,
  );
}
