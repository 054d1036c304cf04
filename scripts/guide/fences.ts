/** The fenced blocks of a page: what stands behind the ticks, and inside. */

/** One fenced block. */
export interface Fence {
  /** The words behind the opening ticks. */
  readonly info: readonly string[];
  readonly body: string;
  /** The line of the opening ticks, counted from 1. */
  readonly line: number;
}

/** The fenced blocks of a page, in their order. */
export function fences(text: string): Fence[] {
  const found: Fence[] = [];
  replaceFences(text, (fence) => {
    found.push(fence);
    return fence.body;
  });
  return found;
}

/** The page with other bodies in its fenced blocks. */
export function replaceFences(
  text: string,
  bodyOf: (fence: Fence) => string,
): string {
  const out: string[] = [];
  let open: { info: string[]; line: number; body: string[] } | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    if (open && line === "```") {
      const { info, line: at, body } = open;
      const lines = body.map((one) => `${one}\n`).join("");
      out.push(bodyOf({ info, line: at, body: lines }) + line);
      open = undefined;
    } else if (open) {
      open.body.push(line);
    } else {
      if (line.startsWith("```")) {
        const info = line.slice(3).trim().split(/\s+/);
        open = { info, line: index + 1, body: [] };
      }
      out.push(line);
    }
  }
  return out.join("\n").concat(open ? `\n${open.body.join("\n")}` : "");
}
