/**
 * What a server has used: CPU time and memory of its process and of all that it
 * has started. Linux tells it of any process; elsewhere a Node program tells it
 * of itself, over the channel that `meter.cjs` opens, and others are not known.
 */
import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What was used so far. */
export interface Usage {
  /** CPU time, in seconds. */
  readonly cpu: number;
  /** Memory that is in use, and the most that ever was, in bytes. */
  readonly memory: number;
  readonly peak: number;
}

/** True where any process can be asked. */
export const FROM_OUTSIDE =
  process.platform === "linux" && existsSync("/proc/self/stat");

/** Where the figures are from, for whoever reads them. */
export const SOURCE = FROM_OUTSIDE
  ? "/proc (schedstat, stat, status) of the server's process group"
  : "process.cpuUsage() and resourceUsage() inside of Node servers";

/** Arguments for Node with which a server can be asked. */
export const METER = FROM_OUTSIDE
  ? []
  : ["--require", fileURLToPath(new URL("meter.cjs", import.meta.url))];

/** The kernel counts the CPU time of ended threads in ticks of this length. */
const TICK = 1 / 100;

/** A file of /proc; empty when the process has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Fields of a process behind its name, which may contain anything. */
function fields(pid: string): string[] {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** CPU time of one process, in seconds. */
function cpuOf(pid: string): number {
  let nanoseconds = 0;
  for (const task of list(`/proc/${pid}/task`)) {
    const [ran] = read(`/proc/${pid}/task/${task}/schedstat`).split(" ");
    nanoseconds += Number(ran) || 0;
  }
  // User, system, and both of children that have ended: with threads that have
  // ended, but in coarse ticks.
  const ticks = fields(pid)
    .slice(11, 15)
    .reduce((sum, n) => sum + Number(n), 0);
  return Math.max(nanoseconds / 1e9, ticks * TICK);
}

function kilobytes(status: string, name: string): number {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status);
  return Number(found?.[1] ?? 0) * 1024;
}

/** Asks the kernel about all processes of the group that `pid` leads. */
function usageOfGroup(pid: number): Usage {
  const usage = { cpu: 0, memory: 0, peak: 0 };
  for (const one of list("/proc")) {
    // State, parent, process group.
    if (!/^\d+$/.test(one) || Number(fields(one)[2]) !== pid) continue;
    const status = read(`/proc/${one}/status`);
    usage.cpu += cpuOf(one);
    usage.memory += kilobytes(status, "VmRSS");
    usage.peak += kilobytes(status, "VmHWM");
  }
  return usage;
}

/** Asks a Node program about itself. */
function usageByItself(child: ChildProcess): Promise<Usage | undefined> {
  return new Promise((resolve) => {
    const done = (usage?: Usage) => {
      clearTimeout(limit);
      child.off("exit", gone);
      child.off("message", hear);
      resolve(usage);
    };
    const gone = () => done();
    const hear = (usage: unknown) => done(usage as Usage);
    const limit = setTimeout(gone, 5000);
    child.once("exit", gone);
    child.once("message", hear);
    child.send("usage", (error) => error && done());
  });
}

/** What `child` has used so far; `undefined` where nobody can tell. */
export async function usageOf(child: ChildProcess): Promise<Usage | undefined> {
  if (FROM_OUTSIDE) return usageOfGroup(child.pid as number);
  return child.connected ? usageByItself(child) : undefined;
}
