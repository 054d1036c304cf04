/**
 * What the kernel tells of a process's sockets, on Linux: where a program listens
 * that cannot be asked. Fields as in proc(5): addresses are "host:port" in hex,
 * the host in the machine's own order of bytes, four at a time.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { AddressInfo } from "node:net";

/** The state of a socket that listens, as the kernel's tables write it. */
const LISTENING = "0A";

/** The host of a table, as people write it. */
function hostOf(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((two) => Number.parseInt(two, 16)),
  );
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.slice(0, 15).some((byte) => byte !== 0)) return "another address";
  return `::${bytes[15] || ""}`;
}

/** A process and all that it has started. */
function family(pid: number): number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  const children = threads.flatMap((thread) => {
    const file = `/proc/${pid}/task/${thread}/children`;
    return readFileSync(file, "utf8").split(" ").filter(Boolean);
  });
  return [pid, ...children.flatMap((child) => family(Number(child)))];
}

/** The numbers of the sockets that a process has open. */
function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((fd) => {
    try {
      const target = readlinkSync(`${folder}/${fd}`);
      return /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [];
    } catch {
      // Closed meanwhile.
      return [];
    }
  });
}

/**
 * Where a process, or one that it has started, listens. Empty where the system
 * does not tell.
 */
export function listeningOf(pid: number): AddressInfo[] {
  try {
    const own = new Set(family(pid).flatMap(socketsOf));
    return (["IPv4", "IPv6"] as const).flatMap((kind) => {
      const table = `/proc/${pid}/net/tcp${kind === "IPv4" ? "" : "6"}`;
      const rows = readFileSync(table, "utf8").trim().split("\n").slice(1);
      return rows.flatMap((row) => {
        const fields = row.trim().split(/\s+/);
        const [, local = "", , state] = fields;
        if (state !== LISTENING || !own.has(fields[9] ?? "")) return [];
        const [host = "", port = ""] = local.split(":");
        const address = hostOf(host);
        return [{ address, port: Number.parseInt(port, 16), family: kind }];
      });
    });
  } catch {
    return [];
  }
}
