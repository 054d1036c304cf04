/** What the students' own tests are worth, in sentences. */
import type { OwnTests } from "./report.ts";

/** How many of the mistakes the students' own tests catch, in a sentence. */
export function caughtOf({ mistakes }: OwnTests): string {
  const counts = (["server", "client"] as const).map((strand) => {
    const own = mistakes.filter((one) => one.strand === strand);
    const caught = own.filter((one) => one.caught).length;
    return `${caught} of ${own.length} wrong ${strand}s`;
  });
  const caught = mistakes.filter((one) => one.caught).length;
  const percent = Math.round((100 * caught) / Math.max(1, mistakes.length));
  return `They catch ${counts.join(" and ")}: ${percent} %, beside the ten points.`;
}

/** How many there are, and what they catch or why that is not known. */
export function toldOf(tests: OwnTests): string {
  return `Own tests: ${tests.count}. ${tests.problem || caughtOf(tests)}`;
}
