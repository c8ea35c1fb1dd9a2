// `rtprobe report`: ten lines about a test run, for a mail; the same with all data as JSON or as one HTML file.
import { formatDuration, fullCount, shortCount, span } from '@rtprobe/metrics';
import type {
  CauseList,
  HistoryTotal,
  MatchedSamples,
  Measure,
  RunSettings,
  TestRun,
} from '@rtprobe/protocol';
import { askBridge, type BridgeAccess } from '../access/client.ts';
import { CliError } from '../errors.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** Measures whose largest value is in the report. */
const MEASURES: readonly Measure[] = [
  'wakeup_latency',
  'preemption_latency',
  'thread_latency',
  'timer_latency',
  'irqsoff',
  'hardirq_duration',
];
const CAUSES_SHOWN = 3;
const SETTINGS_SHOWN = ['governor', 'clocksource', 'isolcpus', 'nohz_full', 'microcode', 'module'] as const;

export interface Report {
  run: TestRun;
  verdict: Verdict;
  totals: { measure: Measure; count: number; maxNs: number }[];
  causes: CauseList['causes'];
  samples: Omit<MatchedSamples, 'samples'> | undefined;
  lines: string[];
}

const date = (us: number): string =>
  `${new Date(us / 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Returns three significant digits without an exponent. */
const plain = (value: number): string =>
  value >= 100 ? fullCount(value) : String(Number(value.toPrecision(3)));

function verdictLine({ is, budgetNs, maxNs, n }: Verdict, { tool }: TestRun): string {
  const budget = `the budget of ${formatDuration(budgetNs)}`;
  const word =
    is === 'within'
      ? `Within ${budget}`
      : is === 'over'
        ? `Over ${budget}`
        : `Not known whether within ${budget}`;
  return `${word}: ${tool} max ${maxNs === undefined ? 'unknown' : formatDuration(maxNs)}, ${shortCount(n)} samples`;
}

function shareLine({ over, n, perMillion }: Verdict): string {
  if (over === undefined || perMillion === undefined) return 'Samples over it: not stated by the result';
  const share = `with 95 % confidence fewer than ${plain(perMillion)} in a million are`;
  return `Samples over it: ${fullCount(over)} of ${fullCount(n)}; ${share}, if samples are independent (latencies often are not)`;
}

function worstLine({ result }: TestRun): string {
  const rows = (result?.rows ?? []).filter(({ maxNs }) => maxNs !== undefined);
  const worst = rows.toSorted((a, b) => b.maxNs! - a.maxNs!).slice(0, 4);
  const name = ({ cpu, number, context }: (typeof rows)[number]) =>
    `${cpu === undefined ? `thread ${number}` : `CPU ${cpu}`}${context ? ` ${context}` : ''}`;
  return `Worst: ${worst.map((row) => `${name(row)} ${formatDuration(row.maxNs!)}`).join(', ') || 'unknown'}`;
}

function settingsLine(settings: RunSettings): string {
  const known = SETTINGS_SHOWN.filter((name) => settings[name] !== undefined);
  const words = known.map((name) => `${name.replace('_', ' ')} ${settings[name]}`);
  return `Settings: ${words.join(', ') || 'unknown'}`;
}

function changesLine({ changes }: TestRun): string {
  const names = [...new Set(changes.map(({ name }) => name))].slice(0, 5);
  return `Changed during the run: ${names.join(', ') || 'nothing that is observed'}`;
}

export function linesOf({ run, verdict, totals, causes, samples }: Omit<Report, 'lines'>): string[] {
  const { startedAt, endedAt, settings, result } = run;
  const when = startedAt === undefined ? 'time unknown' : date(startedAt);
  const length =
    startedAt === undefined || endedAt === undefined ? '' : `, ${span((endedAt - startedAt) / 1e6)}`;
  const worst = causes
    .slice(0, CAUSES_SHOWN)
    .map(({ culprit, worstNs, count }) => `${culprit} ${formatDuration(worstNs)} (${count}×)`);
  const own = totals.map(({ measure, maxNs }) => `${measure} ${formatDuration(maxNs)}`);
  const notes = result?.notes.map((note) => note.replace('_', ' ')).join(', ');
  return [
    `Test run ${run.id}${run.name === undefined ? '' : ` "${run.name}"`} on ${run.host}, ${when}${length}`,
    verdictLine(verdict, run),
    shareLine(verdict),
    worstLine(run),
    `rtprobe at the same time, max: ${own.join(', ') || 'no data'}`,
    `Causes of incidents, worst first: ${worst.join('; ') || 'none stored'}`,
    samples
      ? `Late samples with their spike: ${samples.matched} of ${samples.listed} listed`
      : 'Late samples: none listed',
    `Kernel: ${settings.kernel ?? result?.kernel ?? 'unknown'}; ${settings.cmdline ?? 'command line unknown'}`,
    settingsLine(settings),
    `${changesLine(run)}${notes ? `; the result: ${notes}` : ''}; the load is not known to rtprobe`,
  ];
}

async function get<T>(access: BridgeAccess, path: string): Promise<T> {
  return (await askBridge(access, path)).body as T;
}

/** Reads everything about a run. Throws E_NO_RESULT if it has no figures. */
export async function readReport(access: BridgeAccess, id: number, budgetNs: number): Promise<Report> {
  const run = await get<TestRun>(access, `/test-runs/${id}`);
  if (!run.result) {
    const why = run.resultError ? `${run.resultError.code}: ${run.resultError.message}` : 'it has no result';
    throw new CliError(
      'E_NO_RESULT',
      `test run ${id} has no figures: ${why}`,
      'report a run of a supported program',
    );
  }
  const { startedAt: from, endedAt: to, host } = run;
  const hasRange = from !== undefined && to !== undefined;
  const query = hasRange ? `host=${encodeURIComponent(host)}&from=${from}&to=${to + 1}` : '';
  const total = async (measure: Measure) => {
    const { count, max: maxNs } = await get<HistoryTotal>(
      access,
      `/history/total?${query}&measure=${measure}`,
    );
    return count > 0 ? [{ measure, count, maxNs }] : [];
  };
  const found = {
    run,
    verdict: verdictOf(run.result, budgetNs),
    totals: hasRange ? (await Promise.all(MEASURES.map(total))).flat() : [],
    causes: hasRange ? (await get<CauseList>(access, `/causes?${query}`)).causes : [],
    samples: run.result.rows.some((row) => row.samples)
      ? await get<MatchedSamples>(access, `/test-runs/${id}/samples`)
      : undefined,
  };
  return { ...found, lines: linesOf(found) };
}
