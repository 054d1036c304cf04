/** How most scenes begin: a chapter's server, and people who join with nc. */
import type { Stage } from "./scene.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Starts the server of a chapter at a terminal, and joins under these names, one
 * after the other, each at a terminal of their own.
 */
export async function opening<N extends string[]>(
  { terminal }: Stage,
  chapter: string,
  ...names: N
): Promise<[server: Terminal, ...{ [K in keyof N]: Terminal }]> {
  const server = await terminal();
  server.enter(`npm run chapter -- ${chapter}`);
  await server.sees("Listening");
  const people: Terminal[] = [];
  for (const _ of names) {
    const one = await terminal();
    one.enter("nc localhost 8888");
    people.push(one);
    await server.sees("joined", people.length);
  }
  return [server, ...(people as { [K in keyof N]: Terminal })];
}
