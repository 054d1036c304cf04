/** Results as one JSON document, for editors and other programs. */
import { diagram } from "../room/diagram.ts";
import type { Entry } from "../room/transcript.ts";
import type { Result } from "./hold.ts";

/** An entry as plain data: bytes as text, and as base64 where not UTF-8. */
function plain(entry: Entry): object {
  if (!("bytes" in entry)) return entry;
  const { bytes, ...rest } = entry;
  const buffer = Buffer.from(bytes);
  const text = buffer.toString("utf8");
  return Buffer.from(text).equals(buffer)
    ? { ...rest, text }
    : { ...rest, text, base64: buffer.toString("base64") };
}

/** The document. Its `version` changes when a field changes its meaning. */
export function asJSON(
  program: string,
  seed: number,
  results: readonly Result[],
): object {
  return {
    version: 1,
    program,
    seed,
    results: results.map((result) => ({
      ...result,
      transcript: result.transcript.map(plain),
      diagram: diagram(result.transcript, result.check.strand),
    })),
  };
}

/** Results again, out of the document. */
export function fromJSON(document: string): Result[] {
  const { results } = JSON.parse(document) as { results: Result[] };
  return results.map((result) => ({
    ...result,
    transcript: result.transcript.map((entry) => {
      const { text, base64, ...rest } = entry as Entry & {
        text?: string;
        base64?: string;
      };
      const chunk = ["send", "print", "type"].includes(entry.kind);
      if (!chunk) return entry;
      const bytes =
        base64 === undefined
          ? Buffer.from(text ?? "")
          : Buffer.from(base64, "base64");
      return { ...rest, bytes } as Entry;
    }),
  }));
}
