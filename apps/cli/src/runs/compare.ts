// `rtprobe compare`: what became better or worse between runs, with the evidence.
import { formatDuration, fullCount, quantileName, signedDuration, span, visibleText } from '@rtprobe/metrics';
import {
  COMPARED_RUNS_MAX,
  type ComparedCause,
  type ComparedMeasure,
  type ComparedPair,
  type ComparedRun,
  type Comparison,
  decidesSpikes,
  type Measure,
  RUN_WORD,
} from '@rtprobe/protocol';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { askBridge } from '../access/client.ts';
import { type AccessFlags, accessOf, withAccessOptions } from '../access/options.ts';
import { act } from '../act.ts';
import { EXIT_UNDECIDED, EXIT_WORSE } from '../exit.ts';

const VERDICT_TEXTS: Readonly<Record<ComparedPair['verdict'], string>> = {
  better: 'better',
  worse: 'worse',
  mixed: 'better and worse',
  none: 'no difference that this much data can show',
  unknown: 'no verdict',
};

const WHY: Readonly<Record<NonNullable<ComparedMeasure['why']>, string>> = {
  no_data: 'a run has no values',
  few_values: 'a run has fewer than 20 values',
  short: 'a run is too short: at least 10 blocks are needed',
  dependent: 'the runs are too short: the values of a block still depend on those of the block before',
};

const CAUSES_SHOWN = 10;

/** Returns "worse at p99.9", or why there is no verdict. */
function verdictText({ verdict, why, quantiles }: ComparedMeasure): string {
  if (why !== undefined) return `${VERDICT_TEXTS[verdict]}: ${WHY[why]}`;
  const decisive = quantiles.findLast(({ differs }) => differs);
  return `${VERDICT_TEXTS[verdict]}${decisive === undefined ? '' : ` at ${quantileName(decisive.quantile)}`}`;
}

function measureLines(found: ComparedMeasure): string[] {
  const { measure, blocks, blockUs, quantiles, a, b } = found;
  const evidence =
    quantiles.length === 0
      ? ''
      : `; ${blocks[0]} and ${blocks[1]} blocks of ${formatDuration(blockUs * 1000)}`;
  const rows = quantiles.map(({ quantile, aNs, bNs, lowNs, highNs, differs }) => [
    ...[quantileName(quantile), formatDuration(aNs), formatDuration(bNs), signedDuration(bNs - aNs)],
    `[${signedDuration(lowNs)}, ${signedDuration(highNs)}]${differs ? ' differs' : ''}`,
  ]);
  if (a.count > 0 && b.count > 0)
    rows.push([
      'max',
      formatDuration(a.maxNs),
      formatDuration(b.maxNs),
      signedDuration(b.maxNs - a.maxNs),
      '',
    ]);
  const counts = `${fullCount(a.count)} and ${fullCount(b.count)} values`;
  return [
    `  ${measure}: ${verdictText(found)} (${counts}${evidence})`,
    ...rows.map(([name, one, other, diff, interval]) =>
      `    ${name!.padEnd(7)}${one!.padStart(9)}${other!.padStart(10)}${diff!.padStart(11)}  ${interval}`.trimEnd(),
    ),
  ];
}

function causeLine({ culprit, change, proven, a, b }: ComparedCause): string {
  const figures = (of: typeof a) =>
    of ? `${of.count}×, worst ${formatDuration(of.worstNs)}, CPU ${of.cpus.join(',')}` : 'none';
  return `    ${change}${proven ? '' : ' (can be chance)'}: ${culprit}: ${figures(a)} → ${figures(b)}`;
}

function pairLines(pair: ComparedPair, name: string): string[] {
  const { verdict, measures, causes, settings } = pair;
  const changed = causes.filter(({ change }) => change !== 'same');
  const more = changed.length - CAUSES_SHOWN;
  const captured = settings?.filter((setting) => decidesSpikes(setting.name)) ?? [];
  return [
    `${name}: ${VERDICT_TEXTS[verdict]}`,
    ...measures.flatMap(measureLines),
    `  Causes: ${changed.length === 0 ? 'no change' : `${changed.length} of ${causes.length} changed`}`,
    ...changed.slice(0, CAUSES_SHOWN).map(causeLine),
    ...(more > 0 ? [`    ${more} more: --json`] : []),
    ...(captured.length > 0
      ? [
          `    The causes cannot be compared, because the settings that decide what is a spike differ: ${captured.map((setting) => setting.name).join(', ')}`,
        ]
      : []),
    ...(settings === undefined
      ? ['  Settings: not stored for both runs']
      : settings.length === 0
        ? ['  Settings: no difference']
        : ['  Settings that differ:']),
    ...(settings ?? []).map((setting) => `    ${setting.name}: ${setting.a ?? '–'} → ${setting.b ?? '–'}`),
  ];
}

function runName({ word, host, name, from, to, tool, maxNs }: ComparedRun): string {
  const which = word.startsWith('run:') ? `run ${word.slice(4)}` : `test run ${word}`;
  const at = `${new Date(from / 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const figures = tool === undefined || maxNs === undefined ? '' : `, ${tool} max ${formatDuration(maxNs)}`;
  return `${which}${name === undefined ? '' : ` "${name}"`} on ${host}, ${at}, ${span((to - from) / 1e6)}${figures}`;
}

/** Returns the text of a comparison, line by line. */
export function comparisonLines({ runs, pairs }: Comparison): string[] {
  const [first, ...others] = runs as [ComparedRun, ...ComparedRun[]];
  return [
    `Compared with ${runName(first)}`,
    ...pairs.flatMap((pair, i) => ['', ...pairLines(pair, runName(others[i]!))]),
  ].map(visibleText);
}

/** Returns EXIT_WORSE if a run is worse, EXIT_UNDECIDED if there is a run without a verdict, else 0. */
export function exitCodeOfVerdicts(verdicts: readonly ComparedPair['verdict'][]): number {
  if (verdicts.some((verdict) => verdict === 'worse' || verdict === 'mixed')) return EXIT_WORSE;
  return verdicts.includes('unknown') ? EXIT_UNDECIDED : 0;
}

interface Flags extends AccessFlags {
  readonly measure?: Measure;
  readonly json?: boolean;
}

async function compare(runs: readonly string[], { measure, json, ...flags }: Flags): Promise<number> {
  const query = new URLSearchParams({ runs: runs.join(','), ...(measure && { measure }) });
  const found = (await askBridge(accessOf(flags), `/compare?${query}`)).body as Comparison;
  console.log(json ? JSON.stringify(found) : comparisonLines(found).join('\n'));
  return exitCodeOfVerdicts(found.pairs.map(({ verdict }) => verdict));
}

function runWords(word: string, before: string[] | undefined = []): string[] {
  if (!RUN_WORD.test(word))
    throw new InvalidArgumentError('It must be the number of a test run, or run:N for a load of the module.');
  if (before.includes(word)) throw new InvalidArgumentError('Each run can be named once.');
  if (before.length === COMPARED_RUNS_MAX)
    throw new InvalidArgumentError(`At most ${COMPARED_RUNS_MAX} runs can be compared.`);
  return [...before, word];
}

export function compareCommand(): Command {
  return withAccessOptions(new Command('compare'))
    .description('compare runs with the first: quantiles with intervals, causes, settings, and a verdict')
    .addArgument(
      new Argument('<run>', 'number of a test run, or run:N for a load of the module').argParser(runWords),
    )
    .addArgument(new Argument('<runs...>', 'the runs to compare with it').argParser(runWords))
    .option('--measure <name>', 'compare this measure; default: thread, wakeup and timer latency')
    .option('--json', 'as JSON')
    .action((first: string[], others: string[], flags: Flags) =>
      act(() => compare([...first, ...others], flags)),
    );
}
