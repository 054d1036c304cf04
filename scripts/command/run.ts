/**
 * What every command of the workbook does: reads its arguments, prints help,
 * and turns whatever goes wrong into one sentence and an exit code.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

/** Wrong words after the command: exit code 2. */
export class UsageError extends Error {}

interface Option {
  readonly type: "string" | "boolean";
  readonly multiple?: boolean;
  /** What follows the name in the help: the value's name, and the meaning. */
  readonly help: string;
}

type Values<O extends Record<string, Option>> = {
  readonly [K in keyof O]?: O[K] extends { multiple: true }
    ? string[]
    : O[K]["type"] extends "boolean"
      ? boolean
      : string;
};

/** A command's own description. */
export interface Command<O extends Record<string, Option>> {
  readonly usage: string;
  readonly about: string;
  readonly options: O;
  /** True for a command that takes options and nothing else. */
  readonly optionsOnly?: boolean;
}

/** What a command is called with. */
export interface Arguments<O extends Record<string, Option>> {
  readonly options: Values<O>;
  readonly positionals: readonly string[];
  /** The value of an option as a number; `undefined` when not given. */
  number(name: keyof O & string): number | undefined;
  /** The same for how many there are to be: a whole number, 1 or more. */
  count(name: keyof O & string): number | undefined;
}

function help<O extends Record<string, Option>>(command: Command<O>): string {
  const names = Object.keys(command.options);
  const width = Math.max(12, ...names.map((name) => name.length));
  const rows = Object.entries(command.options).map(
    ([name, { help }]) => `  --${name.padEnd(width)} ${help}`,
  );
  rows.push(`  --${"help".padEnd(width)} this text; -h too`);
  return `${command.usage}\n\n${command.about}\n\n${rows.join("\n")}`;
}

/**
 * Runs a command. Its exit code is what `body` resolves to: 0 when all is well.
 * Wrong usage ends with 2, anything else that is thrown with 1, each with one
 * sentence on standard error. `words` is what follows the command's name.
 */
export async function run<const O extends Record<string, Option>>(
  command: Command<O>,
  body: (args: Arguments<O>) => Promise<number>,
  words: readonly string[] = process.argv.slice(2),
): Promise<void> {
  // `… | head`: nobody is left who wants to know. No stack trace of it.
  process.stdout.on("error", () => process.exit(1));
  try {
    const { values, positionals } = parse(command, words);
    if ("help" in values) {
      console.log(help(command));
      return;
    }
    const [word] = positionals;
    if (command.optionsOnly && word !== undefined) {
      throw new UsageError(`There is nothing to do with "${word}".`);
    }
    const options = values as Values<O>;
    const needs =
      (what: string, fits: (value: number) => boolean) =>
      (name: keyof O & string) => {
        const text = options[name];
        if (text === undefined) return undefined;
        const value = Number(text);
        if (typeof text === "string" && text !== "" && fits(value)) {
          return value;
        }
        throw new UsageError(`--${name} needs ${what}, not "${text}".`);
      };
    const code = await body({
      options,
      positionals,
      number: needs("a number", (n) => n >= 0 && Number.isFinite(n)),
      count: needs(
        "a whole number, 1 or more",
        (n) => n >= 1 && Number.isSafeInteger(n),
      ),
    });
    // A program that the body has started may have an exit code of its own.
    if (code !== 0) process.exitCode = code;
  } catch (error) {
    const { message } = error as Error;
    console.error(message);
    if (error instanceof UsageError) console.error(`See --help.`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

/**
 * Says now that a file cannot be written, and not when all is done.
 *
 * @throws {UsageError} when the folder of `file` is not there; "-" needs none
 */
export function needsFolder(file: string): void {
  const parent = path.dirname(file);
  if (file !== "-" && !existsSync(parent)) {
    throw new UsageError(`There is no folder ${parent} for ${file}.`);
  }
}

function parse<O extends Record<string, Option>>(
  { options }: Command<O>,
  words: readonly string[],
) {
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { type, multiple }]) => [
      name,
      { type, multiple: multiple ?? false },
    ]),
  );
  try {
    return parseArgs({
      args: [...words],
      options: { ...config, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError((error as Error).message.split(". ")[0]);
  }
}
