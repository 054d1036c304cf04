/**
 * The terminal sessions that the chapters show. What can be played by itself is
 * played and compared; the rest is counted, with the reason.
 */
import { spawnSync } from "node:child_process";
import { collectChecks } from "../room/check.ts";
import { CHAPTERS, findChapter, ROOT } from "../workbook/chapters.ts";
import { readPage } from "./chapter_pages.ts";
import { fences } from "./fences.ts";

/** One command of a session, and what the page shows below it. */
export interface Step {
  /** The page and the line of the block. */
  readonly where: string;
  /** Empty for what another terminal shows. */
  readonly command: string;
  readonly output: readonly string[];
}

/** What a command came to: what it printed, or why it was not run. */
export type Played = { printed: string[] } | { reason: string };

const LIMIT = 20_000;

/** All commands of all sessions, in the order of the book. */
export function steps(): Step[] {
  return CHAPTERS.flatMap((chapter) =>
    fences(readPage(chapter))
      .filter(({ info }) => info[0] === "console")
      .flatMap(({ body, line }): Step[] => {
        const where = `${chapter.name}/README.md, line ${line}`;
        const parts = body.trimEnd().split(/^(?=\$ )/m);
        return parts.map((part) => {
          const [first = "", ...rest] = part.trimEnd().split("\n");
          return first.startsWith("$ ")
            ? { where, command: first.slice(2), output: rest }
            : { where, command: "", output: [first, ...rest] };
        });
      }),
  );
}

/** Runs Node with these arguments and gives the lines that it printed. */
function node(args: readonly string[], env: NodeJS.ProcessEnv): string[] {
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, ...env },
    timeout: LIMIT,
  });
  return `${stdout}${stderr}`.trimEnd().split("\n");
}

/** Plays one command, if it can be played by itself. */
export async function play({ command, output }: Step): Promise<Played> {
  if (command === "") return { reason: "it shows another terminal" };
  const check = /^npm run check -- (\d\d)$/.exec(command);
  if (check?.[1]) {
    // The chapter's own tests hold these conversations with its program.
    const chapter = findChapter(check[1]);
    const checks = await collectChecks(CHAPTERS);
    const wanted = new Set<string>();
    const want = (id: string) => {
      wanted.add(id);
      for (const need of checks.find((one) => one.id === id)?.needs ?? []) {
        want(need);
      }
    };
    for (const one of checks) {
      if (one.chapter.name === chapter.name) want(one.id);
    }
    const titles = checks
      .filter(({ id }) => wanted.has(id))
      .map(
        ({ title, graded }) =>
          `✓ ${title}${graded ? "" : "  (beyond the ten points)"}`,
      );
    return { printed: ["…", ...titles] };
  }
  const script = /^node (-p|-e) '(.*)'$/.exec(command);
  if (script?.[1] && script[2] && !script[2].includes("net.")) {
    return { printed: node([script[1], script[2]], {}) };
  }
  const refused = /^PORT=(\D\S*) npm run chapter -- (\d\d)$/.exec(command);
  if (refused?.[1] && refused[2]) {
    const { program } = findChapter(refused[2]);
    const printed = node(["--import", "tsx", program], { PORT: refused[1] });
    return { printed: ["…", ...printed] };
  }
  if (command.includes("mistakes/") && output.join("") === "…") {
    return { reason: "its run is the figure below it" };
  }
  return { reason: "it needs several terminals, nc or the real port 8888" };
}
