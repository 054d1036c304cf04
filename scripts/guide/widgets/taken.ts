/**
 * Code for the widgets, taken out of the programs that the chapters show: a
 * widget runs what the page teaches, and no copy of it. Where a part is gone,
 * the build fails with a sentence.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { ROOT, shortPath } from "../../workbook/chapters.ts";

/** A framing that the widget shows, and the program that it stands in. */
export interface Taken {
  readonly name: string;
  /** Path of the program, from the workbook's folder. */
  readonly program: string;
  /** Regions and functions without which it is not what the page teaches. */
  readonly needs: readonly string[];
}

const RECEIVING = "chapters/04_receiving";

/** The framings, the wrong ones first. */
export const FRAMINGS: readonly Taken[] = [
  {
    name: "One chunk is one message",
    program: `${RECEIVING}/mistakes/chunk_is_message.ts`,
    needs: ["print"],
  },
  {
    name: "Each chunk split by itself",
    program: `${RECEIVING}/mistakes/no_carry_over.ts`,
    needs: ["print"],
  },
  {
    name: "Each chunk decoded by itself",
    program: `${RECEIVING}/mistakes/chunks_decoded_alone.ts`,
    needs: ["framing", "print"],
  },
  {
    name: "The framing of this chapter",
    program: `${RECEIVING}/server.ts`,
    needs: ["framing", "print"],
  },
];

/** A function at the top of a program, whole. */
function takeFunction(source: string, name: string, file: string): string {
  const found = new RegExp(`^function ${name}\\([\\s\\S]*?^}$`, "m").exec(
    source,
  );
  if (!found) throw new Error(`${file} has no function ${name} any more.`);
  return found[0];
}

/** The source of a function that makes one client's listener for chunks. */
export function listenerSource(
  source: string,
  { program, needs }: Taken,
): string {
  const constants = [
    ...source.matchAll(/^const (NEWLINE|MAX_[A-Z]+) = [\d_* A-Z]+;$/gm),
  ].map(([line]) => line);
  const functions = needs.map((name) => {
    const code = takeFunction(source, name, program);
    // In the chapter's own program these stand in regions that the page shows.
    const shown = `// #region ${name}\n${code}\n// #endregion ${name}`;
    if (!program.includes("/mistakes/") && !source.includes(shown)) {
      throw new Error(`${program} has no region "${name}" any more.`);
    }
    return code;
  });
  const listener = /socket\.on\("data", (.+)\);$/m.exec(source)?.[1];
  if (!listener) throw new Error(`${program} has no 'data' listener any more.`);
  return `(socket: any, console: any) => {
${[...constants, ...functions].join("\n")}
return ${listener};
}`;
}

/** The TypeScript of a module that exports the framings, to be bundled. */
export function framingsModule(): string {
  const listeners = FRAMINGS.map((taken) => {
    const file = path.join(ROOT, ...taken.program.split("/"));
    const code = listenerSource(readFileSync(file, "utf8"), taken);
    const { name, program } = taken;
    return `{ name: ${JSON.stringify(name)}, program: ${JSON.stringify(program)}, listener: ${code} }`;
  });
  return `import { Buffer } from "./bytes.ts";
export const framings: any[] = [${listeners.join(",\n")}];`;
}

/**
 * The most that may be pending for one client, in bytes, as the program of
 * chapter 07 has it.
 */
export function takeMaxPending(): number {
  const file = path.join(ROOT, "chapters", "07_slow_consumers", "server.ts");
  const source = readFileSync(file, "utf8");
  const factors = (name: string): number => {
    const text = new RegExp(`^const ${name} = ([\\w *]+);$`, "m").exec(source);
    if (!text) throw new Error(`${shortPath(file)} has no ${name} any more.`);
    return (text[1] as string)
      .split("*")
      .map((one) => one.trim())
      .map((one) => (/^\d+$/.test(one) ? Number(one) : factors(one)))
      .reduce((product, one) => product * one);
  };
  return factors("MAX_PENDING");
}

/**
 * Bundles TypeScript for a page or for a test.
 *
 * @throws {Error} with esbuild's own words, when it does not compile
 */
export async function bundle(
  contents: string,
  format: "iife" | "esm",
): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents,
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
      loader: "ts",
    },
    bundle: true,
    format,
    minify: format === "iife",
    target: "es2022",
    charset: "utf8",
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}
