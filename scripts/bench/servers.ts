/**
 * npm run bench [-- SCENARIO…]
 *
 * Measures the reference beside its peers: what a delivery costs, how long it
 * takes, what memory it needs. Every line is verified where it is heard.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { needsFolder, run, UsageError } from "../command/run.ts";
import { fit, Load, machine, measure } from "./measure.ts";
import {
  PEERS,
  type Peer,
  parsePeer,
  prepare,
  REFERENCE,
  type Start,
} from "./peers.ts";
import { plot } from "./plot.ts";
import type { Results, Run } from "./results.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";
import { judgeTargets, summarize } from "./summary.ts";
import { resultsText, scenarioTable } from "./table.ts";
import { SOURCE } from "./usage.ts";

/** What a bench is to do. */
export interface Request {
  readonly scenarios: readonly Scenario[];
  readonly peers: readonly Peer[];
  readonly repetitions: number;
  /** When no scenario is repeated any more, in minutes from the beginning. */
  readonly minutes: number;
  readonly quick: boolean;
  /** Called with each scenario's table, as soon as it stands. */
  readonly onScenario?: (text: string) => void;
}

/** Repetitions of a full run, and of the points that are only in a plot. */
const REPETITIONS = 3;
const PLOT_REPETITIONS = 2;
/** Minutes that repetitions may take, where nobody says otherwise. */
const MINUTES = 12;
/** How much shorter a quick run measures. */
const QUICK = 0.4;

/** A running load process and compiled servers, at the beginning of a bench. */
export async function bench(request: Request): Promise<Results> {
  const { repetitions, minutes, quick } = request;
  const folder = mkdtempSync(path.join(os.tmpdir(), "chat-bench-"));
  const load = new Load();
  const before = os.loadavg()[0] ?? 0;
  const began = performance.now();
  const date = new Date().toISOString();
  const runs: Run[] = [];
  const scenarios: Results["scenarios"][number][] = [];
  try {
    const ready: { id: string; start: Start; peer: Peer }[] = [];
    const servers = request.peers.map((peer) => {
      const { id, title } = peer;
      try {
        ready.push({ id, start: prepare(peer, folder), peer });
        return { id, title };
      } catch (error) {
        return { id, title, skipped: (error as Error).message };
      }
    });
    for (const [index, wanted] of request.scenarios.entries()) {
      const { scenario, reduced: smaller } = fit(wanted);
      // Each has an equal share; what one leaves, the next ones may use.
      const share = (index + 1) / request.scenarios.length;
      const until = began + share * minutes * 60_000;
      const { id, title, clients, talkers, size, plots = [] } = scenario;
      const most = scenario.plotOnly
        ? Math.min(repetitions, PLOT_REPETITIONS)
        : repetitions;
      const failed = new Set<string>();
      let times = 0;
      while (times < most && (times === 0 || performance.now() < until)) {
        const repetition = ++times;
        // In turns: who comes first in one repetition comes last in another.
        const order = repetition % 2 === 1 ? ready : ready.toReversed();
        for (const server of order) {
          if (scenario.plotOnly && !server.peer.plotted) continue;
          // What a server cannot do it cannot do the next time, either.
          if (failed.has(server.id)) continue;
          const seconds = scenario.seconds * (quick ? QUICK : 1);
          const one = { ...scenario, seconds };
          const done = await measure(one, server, repetition, load);
          if (done.fails !== undefined) failed.add(server.id);
          runs.push(done);
        }
      }
      const fewer =
        times < most
          ? `measured ${times === 1 ? "once" : `${times} times`}, not ${most} times: the time was over`
          : undefined;
      const reduced = [smaller, fewer].filter(Boolean).join("; ") || undefined;
      scenarios.push({
        ...{ id, title, clients, talkers, size, plots },
        ...(reduced !== undefined && { reduced }),
      });
      const rows = summarize(runs.filter((one) => one.scenario === id));
      request.onScenario?.(
        `${id}: ${title}${reduced ? ` (${reduced})` : ""}\n${scenarioTable(rows)}\n`,
      );
    }
    const rows = summarize(runs);
    return {
      version: 1,
      date,
      ...machine(),
      load: [before, os.loadavg()[0] ?? 0],
      quick,
      repetitions,
      source: SOURCE,
      servers,
      scenarios,
      runs,
      rows,
      targets: judgeTargets(rows),
    };
  } finally {
    load.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The scenarios with these ids; without any, all that fit the run. */
function choose(ids: readonly string[], quick: boolean): Scenario[] {
  if (ids.length === 0) {
    return SCENARIOS.filter(
      ({ plotOnly, fullOnly }) => !(quick && (plotOnly || fullOnly)),
    );
  }
  return ids.map((id) => {
    const found = SCENARIOS.find((scenario) => scenario.id === id);
    if (found) return found;
    const names = SCENARIOS.map((scenario) => scenario.id).join(", ");
    throw new UsageError(
      `There is no scenario "${id}". There are: ${names}; and loop, grade, guide, writes.`,
    );
  });
}

/** The servers with these ids beside the reference, and the given ones. */
function invite(
  ids: readonly string[] | undefined,
  given: readonly string[],
  quick: boolean,
): Peer[] {
  const own = PEERS.filter(({ id, fullOnly }) =>
    id === REFERENCE || ids === undefined
      ? !(quick && fullOnly)
      : ids.includes(id),
  );
  for (const id of ids ?? []) {
    if (!PEERS.some((peer) => peer.id === id)) {
      const names = PEERS.map((peer) => peer.id).join(", ");
      throw new UsageError(`There is no peer "${id}". There are: ${names}.`);
    }
  }
  return [...own, ...given.map(parsePeer)];
}

/** npm run bench */
export function command(words: readonly string[]): Promise<void> {
  return run(
    {
      usage: "npm run bench [-- SCENARIO…] [options]",
      about: [
        "Measures the reference beside its peers.",
        "",
        ...SCENARIOS.filter(({ plotOnly }) => !plotOnly).map(
          ({ id, title }) => `  ${id.padEnd(14)} ${title}`,
        ),
        "",
        "npm run bench -- loop|grade|guide|writes measures other things.",
      ].join("\n"),
      options: {
        server: {
          type: "string",
          multiple: true,
          help: "NAME='COMMAND' or NAME=FILE, one more server; it gets PORT, or takes 8888",
        },
        peer: {
          type: "string",
          multiple: true,
          help: `NAME, this one alone beside the reference: ${PEERS.slice(1)
            .map(({ id }) => id)
            .join(", ")}`,
        },
        quick: {
          type: "boolean",
          help: "about a minute: once, and fewer servers",
        },
        repeat: { type: "string", help: `N repetitions; ${REPETITIONS}` },
        minutes: {
          type: "string",
          help: `N, after which nothing is repeated; ${MINUTES}`,
        },
        json: {
          type: "string",
          help: "FILE for the results as data; - for stdout",
        },
        svg: { type: "string", help: "FILE for a plot of the cost" },
      },
    },
    async ({ options, positionals, number, count }) => {
      const quick = options.quick ?? false;
      const repetitions = count("repeat") ?? (quick ? 1 : REPETITIONS);
      const minutes = number("minutes") ?? MINUTES;
      const scenarios = choose(positionals, quick);
      const peers = invite(options.peer, options.server ?? [], quick);
      if (options.svg !== undefined && !scenarios.some(({ plots }) => plots)) {
        throw new UsageError(
          "None of these scenarios is a point of the plot. Leave --svg out, or name others.",
        );
      }
      for (const file of [options.json, options.svg]) {
        // Now, not in five minutes.
        if (file !== undefined) needsFolder(file);
      }
      const say = options.json === "-" ? console.error : console.log;
      const results = await bench({
        scenarios,
        peers,
        repetitions,
        minutes,
        quick,
        onScenario: say,
      });
      if (options.json !== undefined) {
        const text = `${JSON.stringify(results, null, 2)}\n`;
        if (options.json === "-") process.stdout.write(text);
        else writeFileSync(options.json, text);
      }
      if (options.svg !== undefined) writeFileSync(options.svg, plot(results));
      say(resultsText({ ...results, scenarios: [] }));
      // A server of somebody else may fail; the reference must not.
      const own = results.rows.filter(({ server }) => server === REFERENCE);
      return own.some(({ fails }) => fails !== undefined) ? 1 : 0;
    },
    words,
  );
}
