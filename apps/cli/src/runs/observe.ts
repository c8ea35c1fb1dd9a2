// `rtprobe observe`: what the probe itself changes. Runs a command in pairs, once with the probe on and once with it off,
// and compares each pair.
import { randomInt } from 'node:crypto';
import { constants } from 'node:os';
import {
  formatDuration,
  medianInterval,
  quantileName,
  samplesNeeded,
  signedDuration,
  valuesForInterval,
  visibleText,
} from '@rtprobe/metrics';
import type { Measure, TestRun, ToolRow } from '@rtprobe/protocol';
import { askBridge, type BridgeAccess } from '../access/client.ts';
import { hostOf } from '../access/host.ts';
import { CliError } from '../errors.ts';
import { describeError } from '../report.ts';
import { exitCodeOf } from './child.ts';
import { resultLine, runStored } from './run.ts';

/** Of each figure: five are judged, so that one of them is wrong in at most 5 % of all calls. */
const CONFIDENCE = 0.99;
export const PAIRS_MIN = valuesForInterval(CONFIDENCE);
export const PAIRS_MAX = 200;
const QUANTILES = [0.5, 0.99, 0.999] as const;

export interface ObserveOptions {
  readonly host?: string;
  readonly name?: string;
  readonly result?: string;
  readonly pairs: number;
  readonly json?: boolean;
}

/** Figures of one run in ns, by name, such as "p99". */
export type Figures = Readonly<Record<string, number>>;

export interface ObservedFigure {
  name: string;
  offNs: number;
  onNs: number;
  /** Median of on − off of all pairs, with its interval. */
  differenceNs: number;
  lowNs: number;
  highNs: number;
  /** The interval excludes 0. */
  differs: boolean;
}

export interface Observation {
  host: string;
  command: readonly string[];
  /** What was on, and off in every other run. */
  probe: { measures: readonly Measure[]; recorder: boolean };
  confidence: number;
  figures: ObservedFigure[];
  /** Numbers of the test runs. */
  pairs: { on: number; off: number; first: 'on' | 'off' }[];
}

/** Returns the quantile of all rows; undefined if they are too few, or if it is outside of their buckets. */
function quantileOf(rows: readonly ToolRow[], quantile: number): number | undefined {
  const counts = new Map<number, number>();
  for (const { buckets, lastIsOpen } of rows) {
    for (const [ns, n] of lastIsOpen ? buckets.slice(0, -1) : buckets)
      counts.set(ns, (counts.get(ns) ?? 0) + n);
  }
  const total = rows.reduce((sum, { count }) => sum + (count ?? 0), 0);
  if (total < samplesNeeded(quantile)) return undefined;
  let seen = 0;
  for (const [ns, n] of [...counts].sort(([a], [b]) => a - b)) {
    seen += n;
    if (seen >= total * quantile) return ns;
  }
  return undefined;
}

function meanOf(rows: readonly ToolRow[]): number | undefined {
  if (rows.some(({ avgNs, count }) => avgNs === undefined || count === undefined)) return undefined;
  const total = rows.reduce((sum, { count }) => sum + count!, 0);
  return total === 0 ? undefined : rows.reduce((sum, row) => sum + row.avgNs! * row.count!, 0) / total;
}

/** Returns the figures of the tool; of a command without a result how long it took. */
export function figuresOf({ result, startedAt, endedAt }: TestRun): Figures {
  if (!result) return { duration: ((endedAt ?? 0) - (startedAt ?? 0)) * 1000 };
  const { rows } = result;
  const max = Math.max(...rows.flatMap(({ maxNs }) => maxNs ?? []));
  const all = {
    mean: meanOf(rows),
    ...Object.fromEntries(QUANTILES.map((quantile) => [quantileName(quantile), quantileOf(rows, quantile)])),
    ...(Number.isFinite(max) && { max }),
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}

/** Compares the figures that every run has. */
export function compareFigures(pairs: readonly { on: Figures; off: Figures }[]): ObservedFigure[] {
  const names = Object.keys(pairs[0]?.on ?? {}).filter((name) =>
    pairs.every(({ on, off }) => on[name] !== undefined && off[name] !== undefined),
  );
  const median = (values: number[]): number => medianInterval(values, CONFIDENCE)!.median;
  return names.map((name) => {
    const differences = pairs.map(({ on, off }) => on[name]! - off[name]!);
    const { median: differenceNs, low: lowNs, high: highNs } = medianInterval(differences, CONFIDENCE)!;
    return {
      name,
      offNs: median(pairs.map(({ off }) => off[name]!)),
      onNs: median(pairs.map(({ on }) => on[name]!)),
      ...{ differenceNs, lowNs, highNs, differs: lowNs > 0 || highNs < 0 },
    };
  });
}

/** Returns the text of an observation, line by line. */
export function observationLines({ host, command, probe, figures, pairs }: Observation): string[] {
  const on = [...probe.measures, ...(probe.recorder ? ['flight recorder'] : [])].join(', ');
  const rows = figures.map(({ name, offNs, onNs, differenceNs, lowNs, highNs, differs }) => [
    ...[name, formatDuration(offNs), formatDuration(onNs), signedDuration(differenceNs)],
    `[${signedDuration(lowNs)}, ${signedDuration(highNs)}]`,
    differs ? 'the probe changes it' : 'no difference that these runs can show',
  ]);
  const table = [['', 'off', 'on', 'difference', `${CONFIDENCE * 100} % interval`, ''], ...rows];
  const widths = table[0]!.map((_, i) => Math.max(...table.map((row) => row[i]!.length)));
  return [
    `${command.join(' ')}`,
    `${pairs.length} pairs of runs on ${host}, with the probe on and off; medians`,
    `on: ${on}`,
    ...table.map((row) =>
      `  ${row.map((word, i) => (i === 0 || i > 3 ? word.padEnd(widths[i]!) : word.padStart(widths[i]!))).join('  ')}`.trimEnd(),
    ),
  ].map(visibleText);
}

/** Runs the command and returns its test run. Throws if it failed or its end is not stored. */
async function slot(command: readonly string[], access: BridgeAccess, options: object): Promise<TestRun> {
  const { id, ended, stored, why } = await runStored(command, access, { ...options, quiet: true });
  const code = exitCodeOf(ended);
  if (!stored) throw why;
  if (code !== 0) {
    const remedy = `see its output: ${access.url}/test-run/${id}`;
    throw new CliError('E_COMMAND', `${command[0]} ended with ${code} in test run ${id}`, remedy);
  }
  return stored;
}

/** Returns 0. Whatever happens but the end of this process by SIGKILL, the probe is on again afterwards. */
export async function observe(
  command: readonly string[],
  access: BridgeAccess,
  { pairs: count, json, ...options }: ObserveOptions,
): Promise<number> {
  const { host, config } = await hostOf(access, options.host);
  const probe = { measures: config?.measures ?? [], recorder: config?.recorder ?? false };
  if (probe.measures.length === 0 && !probe.recorder) {
    throw new CliError('E_PROBE_OFF', `no measure of ${host} is on`, 'switch on those that you use');
  }
  const turn = (on: boolean) =>
    askBridge(access, '/config', {
      method: 'POST',
      body: { host, measures: on ? probe.measures : [], ...(probe.recorder && { recorder: on }) },
    });
  let switched = false;
  let signal: NodeJS.Signals | undefined;
  const note = (name: NodeJS.Signals) => (signal ??= name);
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, note);
  const runs: { on: TestRun; off: TestRun; first: 'on' | 'off' }[] = [];
  try {
    for (let pair = 1; pair <= count && !signal; pair++) {
      // In random order: a load that rises and falls with the pairs would look like an effect of the probe.
      const order: readonly ['on' | 'off', 'on' | 'off'] = randomInt(2) ? ['on', 'off'] : ['off', 'on'];
      const made: Partial<Record<'on' | 'off', TestRun>> = {};
      for (const state of order) {
        await turn(state === 'on');
        switched = true;
        if (signal) break;
        const name = `${options.name ?? 'observe'}: pair ${pair} of ${count}, probe ${state}`;
        const stored = await slot(command, access, { ...options, host, name });
        if (signal) break;
        made[state] = stored;
        console.error(`rtprobe: ${name}: ${visibleText(resultLine(stored))}`);
      }
      if (made.on && made.off) runs.push({ on: made.on, off: made.off, first: order[0] });
    }
  } catch (error) {
    if (!signal) throw error;
  } finally {
    if (switched)
      await turn(true).catch((error) => {
        console.error(describeError(error));
        console.error(
          `rtprobe: the probe of ${host} may still be off: measures ${probe.measures.join(',')} were on`,
        );
      });
  }
  if (signal) return 128 + constants.signals[signal];
  const figures = compareFigures(runs.map(({ on, off }) => ({ on: figuresOf(on), off: figuresOf(off) })));
  const ids = runs.map(({ on, off, first }) => ({ on: on.id, off: off.id, first }));
  const found: Observation = { host, command, probe, confidence: CONFIDENCE, figures, pairs: ids };
  console.log(json ? JSON.stringify(found) : observationLines(found).join('\n'));
  return 0;
}
