/** What a fault needs of the system. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { Socket } from "node:net";

/** A reason on systems other than Linux. */
export function onLinux(): string | undefined {
  if (process.platform === "linux") return undefined;
  return "Only Linux tells of a process what this needs: /proc.";
}

/** A reason where a program cannot be sent a signal that it handles. */
export function onPosix(): string | undefined {
  if (process.platform !== "win32") return undefined;
  return "Windows has no signals that a program can handle.";
}

/** A reason where the limits of a running process cannot be set. */
export function withLimits(): string | undefined {
  const missing = onLinux();
  if (missing) return missing;
  try {
    execFileSync("prlimit", ["--version"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "There is no prlimit here; it is part of util-linux.";
  }
}

/** A reason where this process may not open as many files. */
export function withFiles(wanted: number): string | undefined {
  const missing = onLinux();
  if (missing) return missing;
  const limits = readFileSync("/proc/self/limits", "utf8");
  const soft = /^Max open files +(\d+|unlimited)/m.exec(limits)?.[1];
  if (soft === "unlimited" || Number(soft) >= wanted) return undefined;
  return `A process may open ${soft} files here, and ${wanted} are needed.`;
}

/** How many files a process has open. */
export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Memory that a process has of the system, in bytes. */
export function resident(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}

/** Sets how many files a running process may open. */
export function limitFiles(pid: number, files: number): void {
  execFileSync("prlimit", ["--pid", `${pid}`, `--nofile=${files}:${files}`]);
}

/** A connection that says nothing. */
export interface Silent {
  readonly socket: Socket;
  /** True once the other side has ended it. */
  ended: boolean;
}

/**
 * Opens `count` connections, some at a time, that read and say nothing.
 * Resolves when each is connected or refused.
 */
export async function connectSilently(
  address: { port: number; host: string },
  count: number,
): Promise<Silent[]> {
  const AT_ONCE = 200;
  const all: Silent[] = [];
  const one = () =>
    new Promise<void>((resolve) => {
      const socket = new Socket();
      const silent: Silent = { socket, ended: false };
      all.push(silent);
      socket.on("connect", resolve);
      socket.on("error", () => resolve());
      socket.on("close", () => {
        silent.ended = true;
        resolve();
      });
      socket.resume();
      socket.connect(address);
    });
  while (all.length < count) {
    const batch = Math.min(AT_ONCE, count - all.length);
    await Promise.all(Array.from({ length: batch }, one));
  }
  return all;
}
