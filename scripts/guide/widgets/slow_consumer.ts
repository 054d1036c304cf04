/**
 * A server with three clients, in steps: Ada talks, Ben reads as fast as he is
 * let, Cleo reads everything. No clock and no chance: the same steps give the
 * same numbers.
 */

/** What a server does for a client that does not read. */
export type Policy = "block" | "drop" | "buffer" | "disconnect";

/** All four, in the order of the chapter's table. */
export const POLICIES: readonly Policy[] = [
  "block",
  "drop",
  "buffer",
  "disconnect",
];

const MEBIBYTE = 1024 * 1024;

/** A line of Ada's, in bytes. */
export const LINE = MEBIBYTE / 16;
/** What Ada has to say in each step. */
export const LINES_PER_STEP = 8;
/** What the kernel keeps for one client: about what the chapter's trial shows. */
export const KERNEL = 4 * MEBIBYTE;
/** Where `write()` begins to return false: Node 20's default. */
export const HIGH_WATER_MARK = 16 * 1024;

/** What is known of one server after some steps. Numbers are in bytes. */
export interface State {
  readonly policy: Policy;
  /** Steps that have been made. */
  readonly steps: number;
  /** What Ada had to say; what she got rid of is less when she is blocked. */
  readonly wanted: number;
  readonly said: number;
  /** Written for Ben, not yet taken by the kernel: this is in the process. */
  readonly pending: number;
  /** Taken by the kernel, not yet read by Ben. */
  readonly kernel: number;
  readonly benHeard: number;
  readonly benMissed: number;
  readonly cleoHeard: number;
  /** Ben's connection is open. */
  readonly connected: boolean;
  /** The loop waits for Ben's 'drain'. */
  readonly blocked: boolean;
}

/** A server to which nobody has said anything. */
export function begin(policy: Policy): State {
  return {
    policy,
    steps: 0,
    wanted: 0,
    said: 0,
    pending: 0,
    kernel: 0,
    benHeard: 0,
    benMissed: 0,
    cleoHeard: 0,
    connected: true,
    blocked: false,
  };
}

/**
 * One step later. Ada says her lines, one by one, then Ben reads.
 *
 * @param speed how much of what Ada wants to say Ben can read, from 0 to 1
 * @param maxPending the limit of the policies "drop" and "disconnect", in bytes
 */
export function step(state: State, speed: number, maxPending: number): State {
  const next = { ...state, steps: state.steps + 1 };
  const move = () => {
    const taken = Math.min(next.pending, KERNEL - next.kernel);
    next.pending -= taken;
    next.kernel += taken;
    if (next.pending === 0) next.blocked = false;
  };
  // Ben reads between Ada's lines, and not once in a step.
  const reads = speed * LINE;
  for (let line = 0; line < LINES_PER_STEP; line++) {
    next.wanted += LINE;
    if (!next.blocked) {
      next.said += LINE;
      next.cleoHeard += LINE;
      writeToBen(next, maxPending);
      move();
      if (next.policy === "block" && next.pending >= HIGH_WATER_MARK) {
        next.blocked = true;
        // The loop stands at Ben: Cleo, behind him, does not get this line.
        next.cleoHeard -= LINE;
      }
    }
    const read = Math.min(reads, next.kernel);
    next.kernel -= read;
    next.benHeard += read;
    const waited = next.blocked;
    move();
    // The loop goes on behind Ben, with the line that Cleo still has to get.
    if (waited && !next.blocked) next.cleoHeard += LINE;
  }
  return next;
}

type Mutable = { -readonly [K in keyof State]: State[K] };

function writeToBen(next: Mutable, maxPending: number): void {
  const full = next.pending > maxPending;
  if (!next.connected || (full && next.policy === "drop")) {
    next.benMissed += LINE;
  } else if (full && next.policy === "disconnect") {
    // destroy() drops what is pending; what the kernel has, it delivers.
    next.connected = false;
    next.benMissed += next.pending + LINE;
    next.pending = 0;
  } else next.pending += LINE;
}

/** Bytes as a reader takes them in: "8.0 MiB". */
export function mebibytes(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
}

/** What can be said about a server, in one sentence. */
export function describe(state: State): string {
  const { policy, connected, blocked, benMissed, pending, said } = state;
  if (said === 0) return "Nothing has been said yet.";
  if (!connected) {
    return `Ben was cut off, and knows it. He has missed ${mebibytes(benMissed)}.`;
  }
  if (blocked) return "The loop waits for Ben. Nobody hears anything.";
  if (policy === "drop" && benMissed > 0) {
    return `Ben has missed ${mebibytes(benMissed)}, and does not know it.`;
  }
  if (pending > 0) return `${mebibytes(pending)} are pending for Ben.`;
  return "Nothing is pending. Everybody hears everything.";
}
