/**
 * The terminal sessions that the chapters show, and what terminals show. A
 * block with a name, "```console ada", is a part of its chapter's scene. One
 * that cannot be played says why: "```console unplayed: it needs Windows".
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { collectChecks } from "../room/check.ts";
import { hasProcessNamespaces, runInside } from "../verdict/apart.ts";
import { CHAPTERS, type Chapter, ROOT } from "../workbook/chapters.ts";
import { figureOf, readPage } from "./chapter_pages.ts";
import { type Fence, fences } from "./fences.ts";
import { type Shown, sceneOf } from "./stage/play.ts";
import type { Scene } from "./stage/scene.ts";

/** What became of a block. */
export type Outcome =
  | { is: "as told" | "told by the figure below it" }
  | { is: "unplayed"; reason: string }
  | { is: "other"; problem: string; lines?: readonly string[] };

/** A block of a chapter's page, and what became of it. */
export interface Session {
  readonly chapter: Chapter;
  readonly fence: Fence;
  readonly outcome: Outcome;
}

/** Chapters that are played at the same time. */
const AT_ONCE = 3;
/** How long one command that is played without a terminal may take, in ms. */
const LIMIT = 20_000;
/** Every scene is played with this: OpenBSD's netcat, which knows -N. */
const NEEDS = ["bash --version", "nc -h 2>&1 | grep -q -e -N"];

/** Gives each ephemeral port a number, in the order of their appearance. */
function portless(): (text: string) => string {
  const ports = new Map<string, string>();
  return (text) =>
    text.replace(/\b(3[2-9]|[45]\d|60)\d{3}\b/g, (port) => {
      if (!ports.has(port)) ports.set(port, `port ${ports.size + 1}`);
      return ports.get(port) as string;
    });
}

/** What npm says about itself is left out. */
const withoutNpm = (text: string) =>
  text.replace(/^(\$ .*npm run .*)\n\n> .*\n> .*\n$/gm, "$1\n…");

const linesOf = (text: string) => text.trimEnd().split("\n");

/** A block without the prompt that waits for the next command. */
const withoutPrompt = (text: string) => text.trimEnd().replace(/\n\$$/, "");

/** True when `told` says what is `shown`: a line `…` stands for any lines. */
function tells(told: readonly string[], shown: readonly string[]): boolean {
  const [first, ...rest] = told;
  if (first === undefined) return shown.length === 0;
  if (first === "…") {
    return [...shown, ""].some((_, n) => tells(rest, shown.slice(n)));
  }
  return first === shown[0] && tells(rest, shown.slice(1));
}

/** Why a chapter's scene cannot be played on this system, if so. */
async function hindrance(scene: Scene): Promise<string | undefined> {
  if (!(await hasProcessNamespaces())) {
    return "this system gives no namespaces, in which port 8888 is free";
  }
  for (const need of [...NEEDS, ...(scene.needs ?? [])]) {
    const { status } = spawnSync("sh", ["-c", need], { stdio: "ignore" });
    if (status !== 0) return `this fails here: ${need}`;
  }
  return undefined;
}

/** Plays the scenes of these chapters, several at once. */
async function playAll(chapters: readonly Chapter[]): Promise<Shown[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "chat-stage-"));
  try {
    const shown: Shown[] = [];
    // The later chapters have more to show: they begin.
    const queue = [...chapters].reverse().values();
    const work = async () => {
      for (const { name } of queue) {
        const args = [folder, name];
        const options = { alone: true };
        const text = await runInside("guide/stage/play.ts", args, options);
        shown.push(...(JSON.parse(text) as Shown[]));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return shown;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The titles that `npm run check -- NN` prints when all is well. */
async function titlesOf(chapter: Chapter): Promise<string[]> {
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
  return checks
    .filter(({ id }) => wanted.has(id))
    .map(
      ({ title, graded }) =>
        `✓ ${title}${graded ? "" : "  (beyond the ten points)"}`,
    );
}

/** What Node prints for one line of code, from -p or -e. */
function node(flag: string, code: string): string[] {
  const { stdout, stderr } = spawnSync(process.execPath, [flag, code], {
    cwd: ROOT,
    encoding: "utf8",
    timeout: LIMIT,
  });
  return linesOf(`${stdout}${stderr}`);
}

/** A block without a name: it is told by something else than a scene. */
async function unnamed(
  chapter: Chapter,
  { body }: Fence,
  next: Fence | undefined,
): Promise<Outcome> {
  const lines: string[] = [];
  for (const part of body.trimEnd().split(/^(?=\$ )/m)) {
    const command = linesOf(part)[0]?.slice(2) ?? "";
    const check = /^npm run check -- (\d\d)$/.exec(command);
    const wrong =
      /^npm run check -- \d\d --program (\S+)(?: --only (\S+))? /.exec(command);
    const script = /^node (-p|-e) '(.*)'$/.exec(command);
    lines.push(`$ ${command}`);
    if (check?.[1] === chapter.number) {
      // The chapter's own tests hold these conversations with its program.
      lines.push("…", ...(await titlesOf(chapter)));
    } else if (wrong?.[1]) {
      const figure = next && figureOf(next, chapter);
      const same =
        figure?.program === path.join(ROOT, wrong[1]) &&
        (wrong[2] === undefined || wrong[2] === figure.check);
      return same && body.trimEnd() === `$ ${command}\n…`
        ? { is: "told by the figure below it" }
        : { is: "other", problem: "no figure of the same run is below it" };
    } else if (script?.[1] && script[2] && !script[2].includes("net.")) {
      lines.push(...node(script[1], script[2]));
    } else {
      const problem = "it needs a scene, and the name of a block in it";
      return { is: "other", problem };
    }
  }
  return lines.join("\n") === body.trimEnd()
    ? { is: "as told" }
    : { is: "other", problem: "something else is printed", lines };
}

/** The blocks of one chapter, after its scene was played. */
async function sessionsOf(
  chapter: Chapter,
  scene: Scene | undefined,
  came: Shown | string | undefined,
): Promise<Session[]> {
  const all = fences(readPage(chapter));
  const sessions: Session[] = [];
  const [told, shown] = [portless(), portless()];
  const blocks = typeof came === "object" ? came.blocks : {};
  const used = new Set<string>();
  for (const [at, fence] of all.entries()) {
    const [kind, name, ...words] = fence.info;
    if (kind !== "console") continue;
    const add = (outcome: Outcome) =>
      sessions.push({ chapter, fence, outcome });
    if (name === undefined) {
      add(await unnamed(chapter, fence, all[at + 1]));
      continue;
    }
    if (name === "unplayed:") {
      add({ is: "unplayed", reason: words.join(" ") });
      continue;
    }
    if (typeof came === "string") {
      add({ is: "unplayed", reason: came });
      continue;
    }
    const block = blocks[name];
    if (!block || used.has(name)) {
      const problem = used.has(name)
        ? `the name "${name}" is taken`
        : (came?.error ?? `the scene shows no "${name}"`);
      add({ is: "other", problem });
      continue;
    }
    used.add(name);
    const blur = scene?.chance?.[name] ?? ((text: string) => text);
    const now = withoutNpm(block.join("\n"));
    const before = told(blur(withoutPrompt(fence.body)));
    const after = shown(blur(withoutPrompt(now)));
    add(
      tells(linesOf(before), linesOf(after))
        ? { is: "as told" }
        : {
            is: "other",
            problem: `"${name}" shows something else`,
            lines: linesOf(now),
          },
    );
  }
  for (const name of Object.keys(blocks)) {
    if (used.has(name)) continue;
    const fence = { info: ["console", name], body: "", line: 0 };
    const problem = `no block is named "${name}"`;
    sessions.push({ chapter, fence, outcome: { is: "other", problem } });
  }
  return sessions;
}

/** Plays the terminal sessions of all chapters. */
export async function playSessions(): Promise<Session[]> {
  const scenes = new Map<Chapter, Scene>();
  const came = new Map<Chapter, Shown | string>();
  for (const chapter of CHAPTERS) {
    const scene = await sceneOf(chapter.name);
    if (!scene) continue;
    scenes.set(chapter, scene);
    const reason = await hindrance(scene);
    if (reason) came.set(chapter, reason);
  }
  const playable = [...scenes.keys()].filter((one) => !came.has(one));
  for (const shown of await playAll(playable)) {
    const chapter = CHAPTERS.find(({ name }) => name === shown.chapter);
    if (chapter) came.set(chapter, shown);
  }
  const sessions: Session[] = [];
  for (const one of CHAPTERS) {
    sessions.push(...(await sessionsOf(one, scenes.get(one), came.get(one))));
  }
  return sessions;
}

/** A block's new body, where another one was shown. */
export function renewedBody({ fence, outcome }: Session): string {
  if (outcome.is !== "other" || !outcome.lines) return fence.body;
  const waits = fence.body.endsWith("\n$\n") ? "\n$" : "";
  return `${withoutPrompt(outcome.lines.join("\n"))}${waits}\n`;
}
