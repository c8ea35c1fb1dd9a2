// The ten lines of a report.
import { formatDuration, fullCount, shortCount, span } from '@rtprobe/metrics';
import type { RunSettings, TestRun, ToolRow } from '@rtprobe/protocol';
import type { Report } from './content.ts';

const CAUSES_SHOWN = 3;
const ROWS_SHOWN = 4;
/** Characters of a command or a remedy: mails are read in narrow windows. */
const WORDS_MAX = 110;
const SETTINGS_SHOWN = ['governor', 'clocksource', 'isolcpus', 'nohz_full', 'microcode', 'module'] as const;

type Content = Omit<Report, 'lines'>;

const date = (us: number): string =>
  `${new Date(us / 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const cut = (words: string): string =>
  words.length <= WORDS_MAX ? words : `${words.slice(0, WORDS_MAX - 1).trimEnd()}…`;

/** Returns three significant digits without an exponent. */
const plain = (value: number): string =>
  value >= 100 ? fullCount(value) : String(Number(value.toPrecision(3)));

function titleLine({ id, name, host, startedAt, endedAt, command, result, file }: TestRun): string {
  const when = startedAt === undefined ? 'time unknown' : date(startedAt);
  const length =
    startedAt === undefined || endedAt === undefined ? '' : `, ${span((endedAt - startedAt) / 1e6)}`;
  const words = command?.join(' ') ?? result?.command ?? file ?? '';
  const what = words === '' ? '' : `: ${cut(words)}`;
  return `Test run ${id}${name === undefined ? '' : ` "${name}"`} on ${host}, ${when}${length}${what}`;
}

const WHY = {
  incomplete: 'the result does not say how many samples are over it',
  few_samples: 'too few samples',
} as const;

function verdictLine({ verdict, periodNs, judged, run }: Content): string {
  const { is, why, budgetNs, maxNs, n } = verdict;
  const period = periodNs === undefined ? '' : `a period of ${formatDuration(periodNs)} with `;
  const what = `${period}a deadline of ${formatDuration(budgetNs)}`;
  const word = {
    fit: `Fit for ${what} under the load of this run`,
    not_fit: `Not fit for ${what}`,
    unknown: `Not known whether fit for ${what} (${why && WHY[why]})`,
  }[is];
  const max = maxNs === undefined ? 'unknown' : formatDuration(maxNs);
  const mend = is === 'not_fit' ? `; check its settings: rtprobe doctor --host ${run.host}` : '';
  return `${word}: ${judged ?? run.tool} max ${max}, n ${shortCount(n)}${mend}`;
}

function shareLine({ over, n, perMillion, designEffect }: Report['verdict']): string {
  if (over === undefined || perMillion === undefined) return 'Samples over it: not stated by the result';
  const dependence =
    designEffect === undefined
      ? 'if samples are independent, which latencies often are not'
      : `as samples depend on each other, ${plain(designEffect)} count as one`;
  return `Samples over it: ${fullCount(over)} of ${fullCount(n)}; with 95 % confidence fewer than ${plain(perMillion)} in a million are (${dependence})`;
}

/** Returns "CPU 1", "CPU 1 irq" or "thread 0". */
export const rowName = ({ number, cpu, context }: Pick<ToolRow, 'number' | 'cpu' | 'context'>): string =>
  `${cpu === undefined ? `thread ${number}` : `CPU ${cpu}`}${context ? ` ${context}` : ''}`;

function worstLine({ run: { result }, cpus, totals }: Content): string {
  const rows = (result?.rows ?? []).flatMap((row) =>
    row.maxNs === undefined ? [] : [{ name: rowName(row), maxNs: row.maxNs }],
  );
  const own = cpus.map(({ cpu, maxNs }) => ({ name: `CPU ${cpu}`, maxNs }));
  const worst = (rows.length > 0 ? rows : own).toSorted((a, b) => b.maxNs - a.maxNs).slice(0, ROWS_SHOWN);
  const measured = totals.map(({ measure, maxNs }) => `${measure} ${formatDuration(maxNs)}`);
  return `Worst: ${worst.map(({ name, maxNs }) => `${name} ${formatDuration(maxNs)}`).join(', ') || 'unknown'}; rtprobe, max: ${measured.join(', ') || 'no data'}`;
}

function causesLine({ causes }: Content): string {
  const worst = causes
    .slice(0, CAUSES_SHOWN)
    .map(({ culprit, worstNs, count }) => `${culprit} ${formatDuration(worstNs)} (${count}×)`);
  return `Causes of incidents, worst first: ${worst.join('; ') || 'none stored'}`;
}

function remedyLine({ causes }: Content): string {
  const known = causes.find(({ advice }) => advice !== undefined);
  return known?.advice === undefined
    ? 'To try: nothing is known against these causes'
    : `To try against ${known.culprit}: ${cut(known.advice.try[0] ?? known.advice.title)}`;
}

function whatIfLine({ whatIf }: Content): string {
  const [first] = whatIf?.causes.filter(({ kind }) => kind !== 'cpu') ?? [];
  if (whatIf === undefined || first === undefined) return 'Without a cause: no spike with parts is stored';
  const { measure, values, composed } = whatIf;
  const max = formatDuration(values.maxNs);
  const gone =
    first.maxNs < values.maxNs
      ? `Without ${first.label}: ${measure} max at most ${formatDuration(first.maxNs)} instead of ${max}`
      : `No cause alone is known to make the max of ${measure}, ${max}`;
  const together =
    composed && `; largest parts of CPU ${composed.cpu} together ${formatDuration(composed.sumNs)}`;
  return `${gone}${together ?? ''}`;
}

function settingsLine(settings: RunSettings, { changes }: TestRun): string {
  const known = SETTINGS_SHOWN.filter((name) => settings[name] !== undefined);
  const words = known.map((name) => `${name.replace('_', ' ')} ${settings[name]}`);
  const names = [...new Set(changes.map(({ name }) => name))].slice(0, 5);
  return `Settings: ${words.join(', ') || 'unknown'}; changed during the run: ${names.join(', ') || 'nothing that is observed'}`;
}

/** Returns what a report cannot know: measures that were off, time without data, notes about the result. */
export function unknownWords({ run, notMeasured, watchedUs, samples }: Content): string[] {
  const { startedAt, endedAt, result } = run;
  const runUs = startedAt === undefined || endedAt === undefined ? undefined : endedAt - startedAt;
  // The first and the last second are stored whole.
  const missedUs = watchedUs === undefined || runUs === undefined ? 0 : runUs - watchedUs;
  const off = notMeasured === undefined ? '' : notMeasured.join(', ') || 'nothing';
  return [
    ...(off === '' ? [] : [`not measured: ${off}`]),
    ...(watchedUs === undefined
      ? ['not watched by rtprobe']
      : missedUs >= 1e6
        ? [`not watched: ${span(missedUs / 1e6)}`]
        : []),
    ...(samples ? [`late samples with their spike: ${samples.matched} of ${samples.listed}`] : []),
    ...(result?.notes ?? []).map((note) => `result: ${note.replace('_', ' ')}`),
    'the load is not known to rtprobe',
  ];
}

export function linesOf(content: Content): string[] {
  const { run, verdict } = content;
  const { settings, result } = run;
  return [
    titleLine(run),
    verdictLine(content),
    shareLine(verdict),
    worstLine(content),
    causesLine(content),
    remedyLine(content),
    whatIfLine(content),
    `Kernel: ${settings.kernel ?? result?.kernel ?? 'unknown'}; ${settings.cmdline ?? 'command line unknown'}`,
    settingsLine(settings, run),
    unknownWords(content)
      .join('; ')
      .replace(/^./, (letter) => letter.toUpperCase()),
  ];
}
