// `rtprobe report`: ten lines about a test run, for a mail; the same with all data as JSON or as one HTML file.
import { designEffect, type Slice } from '@rtprobe/metrics';
import {
  type CauseList,
  COMPARED_MEASURES,
  HISTORY_COLUMNS_MAX,
  type HistoryJson,
  type HistoryTotal,
  type HostInfo,
  type MatchedSamples,
  type Measure,
  type StoredSpike,
  type TestRun,
  type WhatIf,
} from '@rtprobe/protocol';
import { askBridge, type BridgeAccess } from '../access/client.ts';
import { CliError } from '../errors.ts';
import type { MeasuredCpu, Report } from './content.ts';
import { linesOf } from './lines.ts';
import { type Verdict, verdictOf, verdictOfValues } from './verdict.ts';

/** Measures whose largest value is in the report. */
const MEASURES: readonly Measure[] = [
  'wakeup_latency',
  'preemption_latency',
  'thread_latency',
  'timer_latency',
  'irqsoff',
  'hardirq_duration',
];
/** Measures that decide if the program has no figures, and that say how much samples depend on each other. */
const JUDGED: readonly Measure[] = ['wakeup_latency', 'thread_latency', 'timer_latency'];
const CAUSES_ADVISED = 5;
/** CPUs with a line in the distribution of a measure. */
const CPUS_MAX = 64;

export interface ReportOptions {
  budgetNs: number;
  periodNs?: number | undefined;
}

async function get<T>(access: BridgeAccess, path: string, query: Record<string, string | number> = {}) {
  const words = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return (await askBridge(access, words.size > 0 ? `${path}?${words}` : path)).body as T;
}

type Range = { host: string; from: number; to: number };

function rangeOf({ startedAt, endedAt, host }: TestRun): Range | undefined {
  return startedAt === undefined || endedAt === undefined
    ? undefined
    : { host, from: startedAt, to: endedAt + 1 };
}

async function totalsOf(
  access: BridgeAccess,
  range: Range,
): Promise<(HistoryTotal & { measure: Measure })[]> {
  const all = await Promise.all(
    MEASURES.map(async (measure) => ({
      ...(await get<HistoryTotal>(access, '/history/total', { ...range, measure })),
      measure,
    })),
  );
  return all.filter(({ count }) => count > 0);
}

/** Reads slices of at least a second. */
function slicesOf(access: BridgeAccess, range: Range, measure: Measure): Promise<HistoryJson> {
  const seconds = Math.floor((range.to - range.from) / 1e6);
  const columns = Math.min(HISTORY_COLUMNS_MAX, Math.max(1, seconds));
  return get<HistoryJson>(access, '/history', { ...range, measure, columns, format: 'json' });
}

const toSlice = ({ count, max, buckets }: HistoryJson['columns'][number]): Slice => ({
  ...{ count, max, buckets: buckets.length },
  bucketIndex: buckets.map(([bucket]) => bucket),
  bucketCount: buckets.map(([, n]) => n),
});

async function cpusOf(access: BridgeAccess, range: Range, measure: Measure): Promise<MeasuredCpu[]> {
  const cpus: MeasuredCpu[] = [];
  let empty = 0;
  // CPUs are not listed; some in a row without values are the end.
  for (let cpu = 0; cpu < CPUS_MAX && empty < 8; cpu++) {
    const { count, max, buckets } = await get<HistoryTotal>(access, '/history/total', {
      ...{ ...range, measure, cpu },
    });
    empty = count > 0 ? 0 : empty + 1;
    if (count > 0) cpus.push({ cpu, count, maxNs: max, buckets });
  }
  return cpus;
}

async function causesOf(access: BridgeAccess, range: Range): Promise<Report['causes']> {
  const { causes } = await get<CauseList>(access, '/causes', { ...range });
  const advised = await Promise.all(
    causes.slice(0, CAUSES_ADVISED).map(async (cause) => {
      const advice = await get<StoredSpike>(access, `/spikes/${cause.worst}`)
        .then((stored) => stored.advice?.[0])
        .catch(() => undefined);
      return { ...cause, ...(advice && { advice }) };
    }),
  );
  return [...advised, ...causes.slice(CAUSES_ADVISED)];
}

/** Returns the parts of the spikes of the first measure that has some. */
async function whatIfOf(access: BridgeAccess, range: Range): Promise<WhatIf | undefined> {
  for (const measure of COMPARED_MEASURES) {
    const found = await get<WhatIf>(access, '/what-if', { ...range, measure });
    if (found.decomposed > 0) return found;
  }
  return undefined;
}

async function notMeasuredOf(access: BridgeAccess, run: TestRun): Promise<Measure[] | undefined> {
  const { hosts } = await get<{ hosts: HostInfo[] }>(access, '/status');
  const available = hosts.find(({ host }) => host === run.host)?.measuresAvailable;
  const on = run.settings.measures?.split(', ');
  return on && available?.filter((measure) => !on.includes(measure));
}

/** Returns the shortest period of the threads of the program. The JSON of cyclictest has it only as an option. */
function programPeriod({ result, command }: TestRun): number | undefined {
  const stated = result?.rows.flatMap(({ intervalNs }) => intervalNs ?? []) ?? [];
  if (stated.length > 0) return stated.reduce((a, b) => Math.min(a, b));
  if (result?.tool !== 'cyclictest') return undefined;
  const words = command?.join(' ') ?? result.command ?? '';
  const [, us] = / (?:-i *|--interval[= ])(\d{1,9})(?: |$)/.exec(words) ?? [];
  return us === undefined ? undefined : Number(us) * 1000;
}

interface Judged {
  verdict: Verdict;
  judged?: Measure;
}

/** By the program's figures, or by what rtprobe measured. Undefined if there is neither. */
function judge(
  { result }: TestRun,
  measured: (HistoryTotal & { measure: Measure }) | undefined,
  { budgetNs, effect }: { budgetNs: number; effect: number | undefined },
): Judged | undefined {
  if (result && result.rows.length > 0) return { verdict: verdictOf(result, budgetNs, effect) };
  return measured && { verdict: verdictOfValues(measured, budgetNs, effect), judged: measured.measure };
}

/** Reads everything about a run. Throws E_NO_RESULT if neither the program nor rtprobe has figures of it. */
export async function readReport(
  access: BridgeAccess,
  id: number,
  { budgetNs, periodNs }: ReportOptions,
): Promise<Report> {
  const run = await get<TestRun>(access, `/test-runs/${id}`);
  const range = rangeOf(run);
  const totals = range ? await totalsOf(access, range) : [];
  const measured = JUDGED.map((measure) => totals.find((total) => total.measure === measure)).find(Boolean);
  const slices = range && measured ? await slicesOf(access, range, measured.measure) : undefined;
  const effect = slices && designEffect(slices.columns.map(toSlice), budgetNs);
  const judged = judge(run, measured, { budgetNs, effect });
  if (!judged) {
    const why = run.resultError ? `${run.resultError.code}: ${run.resultError.message}` : 'it has no result';
    const todo = 'report a run of a supported program, or one that rtprobe measured';
    throw new CliError('E_NO_RESULT', `test run ${id} has no figures: ${why}`, todo);
  }
  const period = periodNs ?? programPeriod(run);
  const parts = range && (await whatIfOf(access, range));
  const notMeasured = await notMeasuredOf(access, run);
  const found: Omit<Report, 'lines'> = {
    ...{ run, ...judged, ...(period !== undefined && { periodNs: period }) },
    totals: totals.map(({ measure, count, max }) => ({ measure, count, maxNs: max })),
    ...(measured && { measured: measured.measure }),
    cpus: range && measured ? await cpusOf(access, range, measured.measure) : [],
    causes: range ? await causesOf(access, range) : [],
    samples: run.result?.rows.some((row) => row.samples)
      ? await get<MatchedSamples>(access, `/test-runs/${id}/samples`)
      : undefined,
    ...(parts && { whatIf: parts }),
    ...(notMeasured && { notMeasured }),
    ...(slices && { watchedUs: slices.columns.reduce((sum, { spanUs }) => sum + spanUs, 0) }),
    gaps: slices?.gaps ?? [],
  };
  return { ...found, lines: linesOf(found) };
}
