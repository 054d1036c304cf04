/** Other correct designs of the exercise, beside the reference. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { ROOT, type Strand } from "./chapters.ts";

/** A correct program of another design. */
export interface Design {
  readonly name: string;
  readonly strand: Strand;
  readonly file: string;
}

/** All of them; each folder is one hand-in. */
export function readDesigns(): Design[] {
  const folder = path.join(ROOT, "solutions", "other_designs");
  return readdirSync(folder)
    .sort()
    .flatMap((name) =>
      readdirSync(path.join(folder, name))
        .filter((file) => /^ex_04_(server|client)\.\w+$/.test(file))
        .map((file) => ({
          name,
          strand: file.includes("server") ? "server" : "client",
          file: path.join(folder, name, file),
        })),
    );
}
