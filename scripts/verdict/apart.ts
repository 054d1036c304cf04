/**
 * Judging a program that takes the real port 8888: in a network namespace of
 * its own, where that port is always free and nobody else can be met.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { isNodeProgram } from "../room/launch.ts";
import { ROOT } from "../workbook/chapters.ts";
import type { Result } from "./hold.ts";
import { judge, type Request } from "./judge.ts";
import { fromJSON } from "./report_json.ts";

/** Set in the environment of a checker that runs inside such a namespace. */
const INSIDE = "ROOM_NAMESPACE";
/**
 * Arguments of `unshare` that run what follows them in new namespaces, `-Urn`
 * for user and network, with a loopback that can be used.
 */
export const enter = (namespaces: string) =>
  [
    namespaces,
    "--",
    "sh",
    "-c",
    'ip link set lo up && exec "$@"',
    "sh",
  ] as const;
const ENTER = enter("-Urn");
/**
 * The same with processes of its own, which all end with the first of them, and
 * where names are looked up in files alone: nobody is there to be asked.
 */
const ENTER_ALONE = [
  "-Urnpf",
  "--mount-proc",
  "--kill-child",
  "--",
  "sh",
  "-c",
  `ip link set lo up && names=$(mktemp) && echo "hosts: files" >"$names" &&
  mount --bind "$names" /etc/nsswitch.conf && rm -f "$names"; exec "$@"`,
  "sh",
] as const;

const available = new Map<string, Promise<boolean>>();

/** True when this system lets the user make namespaces of this kind. */
function canEnter(enter: readonly string[]): Promise<boolean> {
  const known = available.get(enter[0] as string);
  if (known) return known;
  const found = (async () => {
    if (process.platform !== "linux") return false;
    const child = spawn("unshare", [...enter, "true"], { stdio: "ignore" });
    try {
      const [code] = await once(child, "exit");
      return code === 0;
    } catch {
      return false;
    }
  })();
  available.set(enter[0] as string, found);
  return found;
}

/** True when this system lets the user make network namespaces. */
export function hasNamespaces(): Promise<boolean> {
  return canEnter(ENTER);
}

/** True when a namespace may have processes of its own as well. */
export function hasProcessNamespaces(): Promise<boolean> {
  return canEnter(ENTER_ALONE);
}

/** True in a checker that runs inside such a namespace. */
export function isInside(): boolean {
  return process.env[INSIDE] === "1";
}

/**
 * Runs one of the workbook's commands inside a new namespace, with processes of
 * its own if it is to be `alone`; resolves to what it printed. What it says on
 * standard error is passed on.
 */
export async function runInside(
  script: string,
  args: readonly string[],
  options: { alone?: boolean } = {},
): Promise<string> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const file = path.join(ROOT, "scripts", script);
  const command = [process.execPath, "--import", tsx, file, ...args];
  const enter = options.alone ? ENTER_ALONE : ENTER;
  const child = spawn("unshare", [...enter, ...command], {
    cwd: ROOT,
    env: { ...process.env, [INSIDE]: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (chunk: string) => {
    output += chunk;
  });
  await once(child, "close");
  return output;
}

/** Judges a program in a checker of its own, inside a new namespace. */
async function judgeInside(request: Request): Promise<Result[]> {
  const { program, chapters, only, seed, deadline, confirm } = request;
  const args = [
    ...chapters.map(({ name }) => name),
    ...["--json", "--program", path.resolve(program.file)],
    ...(program.command ? ["--command", JSON.stringify(program.command)] : []),
    ...(only ?? []).flatMap((id) => ["--only", id]),
    ...(seed !== undefined ? ["--seed", String(seed)] : []),
    ...(deadline !== undefined ? ["--deadline", String(deadline / 1000)] : []),
    ...(confirm !== undefined ? ["--confirm", String(confirm)] : []),
  ];
  const output = await runInside("check.ts", args);
  let results: Result[];
  try {
    results = fromJSON(output);
  } catch {
    throw new Error("The checker in the network namespace gave no answer.");
  }
  for (const result of results) request.onResult?.(result);
  return results;
}

/**
 * Judges a program wherever it can be judged: here when its port is redirected,
 * else in a network namespace, else on the real port.
 */
export async function judgeAnywhere(request: Request): Promise<Result[]> {
  const here = isNodeProgram(request.program) || isInside();
  if (here || !(await hasNamespaces())) return judge(request);
  return judgeInside(request);
}
