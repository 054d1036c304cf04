/** Which grader this is: what a grade depends on beside the hand-in. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../workbook/chapters.ts";

/** What decides over points: the checks, the rooms, the causes, the grader. */
const PARTS = [
  "chapters",
  "scripts/room",
  "scripts/verdict",
  "scripts/causes",
  "scripts/grade",
];

/** A digest of the grader's own files. It changes when a grade may change. */
export function graderVersion(): string {
  const hash = createHash("sha256");
  for (const part of PARTS) {
    const files = readdirSync(path.join(ROOT, part), { recursive: true })
      .map(String)
      .filter((file) => {
        const source = /\.(ts|cjs|mjs)$/.test(file);
        const check = file.endsWith(".test.ts");
        // Of a chapter its checks count; elsewhere all but the tests.
        return source && check === (part === "chapters");
      })
      .sort();
    for (const file of files) {
      hash.update(`${part}/${file.split(path.sep).join("/")}\0`);
      hash.update(readFileSync(path.join(ROOT, part, file)));
    }
  }
  return hash.digest("hex").slice(0, 16);
}
