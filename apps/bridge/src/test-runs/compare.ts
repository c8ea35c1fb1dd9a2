// Compares runs: distributions, causes and settings.
import { atLeast } from '@rtprobe/metrics';
import {
  CAUSES_MAX,
  type Cause,
  type CauseChange,
  type CauseFigures,
  COMPARED_MEASURES,
  type ComparedCause,
  type ComparedPair,
  type ComparedRun,
  type ComparedVerdict,
  type Comparison,
  type Measure,
  type RunSettings,
  type RunWord,
  type SettingDifference,
} from '@rtprobe/protocol';
import { BridgeError } from '../base/errors.ts';
import type { History } from '../history/history.ts';
import { changesOf } from './settings.ts';

/** A comparison is wrong about any of its causes at most this often. */
const FALSE_ALARMS = 0.01;
const RUNS_MAX = 100_000;

interface Run extends ComparedRun {
  settings: RunSettings | undefined;
  causes: Cause[];
}

const unknown = (word: RunWord): BridgeError => {
  const todo = 'GET /api/v1/test-runs and /api/v1/runs list the stored runs';
  return word.startsWith('run:')
    ? new BridgeError('E_UNKNOWN_RUN', `no run ${word.slice(4)} is stored`, todo, word)
    : new BridgeError('E_UNKNOWN_TEST_RUN', `no test run ${word} is stored`, todo, word);
};

async function loadOfModule(history: History, word: RunWord): Promise<Omit<Run, 'causes'>> {
  const runs = await history.read({ ask: 'runs', limit: RUNS_MAX });
  const run = runs.find(({ id }) => word === `run:${id}`);
  if (!run) throw unknown(word);
  const { host, name, startedAt, endedAt, kernel, moduleVersion } = run;
  return {
    ...{ word, host, ...(name !== undefined && { name }), from: startedAt, to: endedAt + 1 },
    settings: { kernel, module: moduleVersion },
  };
}

async function testRun(history: History, word: RunWord): Promise<Omit<Run, 'causes'>> {
  const run = await history.read({ ask: 'test-run', id: Number(word) });
  if (!run) throw unknown(word);
  const { host, name, startedAt, endedAt, settings, tool, count, maxNs } = run;
  if (startedAt === undefined || endedAt === undefined) {
    const todo = 'import its file again with --begin and --end';
    throw new BridgeError('E_NO_TIME', `the times of test run ${word} are not known`, todo, word);
  }
  return {
    ...{ word, host, ...(name !== undefined && { name }), from: startedAt, to: endedAt + 1 },
    ...(tool !== undefined && { tool }),
    ...(count !== undefined && { count }),
    ...(maxNs !== undefined && { maxNs }),
    settings: Object.keys(settings).length > 0 ? settings : undefined,
  };
}

async function readRun(history: History, word: RunWord): Promise<Run> {
  const run = await (word.startsWith('run:') ? loadOfModule : testRun)(history, word);
  const { host, from, to } = run;
  const { causes } = await history.read({ ask: 'causes', host, query: { from, to, limit: CAUSES_MAX } });
  return { ...run, causes };
}

/** Compares the runs after the first with it. */
export async function compareRuns(
  history: History,
  words: readonly RunWord[],
  measures: readonly Measure[] = COMPARED_MEASURES,
): Promise<Comparison> {
  const runs = await Promise.all(words.map((word) => readRun(history, word)));
  const [first, ...others] = runs as [Run, ...Run[]];
  const ranges = runs.map(({ host, from, to }) => ({ host, from, to }));
  const compared = await history.read({ ask: 'compare', ranges, measures: [...measures] });
  const found = compared.map((pair) =>
    // A measure that was off in both runs says nothing, unless it was asked for.
    pair.filter(({ a, b }) => measures !== COMPARED_MEASURES || a.count > 0 || b.count > 0),
  );
  return {
    runs: runs.map(({ settings, causes, ...run }) => run),
    pairs: others.map((other, i): ComparedPair => {
      const differences = settingDifferences(first, other);
      return {
        ...{ a: first.word, b: other.word },
        verdict: verdictOf(found[i]!.map(({ verdict }) => verdict)),
        measures: found[i]!,
        causes: compareCauses(first, other),
        ...(differences && { settings: differences }),
      };
    }),
  };
}

export function verdictOf(verdicts: readonly ComparedVerdict[]): ComparedVerdict {
  const [isBetter, isWorse] = [verdicts.includes('better'), verdicts.includes('worse')];
  if (isBetter && isWorse) return 'mixed';
  if (isBetter || isWorse) return isBetter ? 'better' : 'worse';
  return verdicts.includes('none') ? 'none' : 'unknown';
}

/** A load of the module has few settings, so only those that both have are compared then. */
function settingDifferences(a: Run, b: Run): SettingDifference[] | undefined {
  if (!a.settings || !b.settings) return undefined;
  const isPartial = [a, b].some(({ word }) => word.startsWith('run:'));
  return changesOf(a.settings, b.settings, 0)
    .map(({ name, before, after }) => ({
      ...{ name, ...(before !== undefined && { a: before }), ...(after !== undefined && { b: after }) },
    }))
    .filter(({ a: of, b: other }) => !isPartial || (of !== undefined && other !== undefined));
}

/** Sums up causes that differ in victim or stack only. */
function byCulprit(causes: readonly Cause[]): Map<string, CauseFigures & Pick<Cause, 'device'>> {
  const groups = Map.groupBy(causes, ({ culprit }) => culprit);
  return new Map(
    [...groups].map(([culprit, own]) => {
      const worst = own.reduce((most, cause) => (cause.worstNs > most.worstNs ? cause : most));
      const cpus = [...new Set(own.flatMap((cause) => cause.cpus))].sort((a, b) => a - b);
      const count = own.reduce((sum, cause) => sum + cause.count, 0);
      const device = worst.device && { device: worst.device };
      return [culprit, { count, worstNs: worst.worstNs, worst: worst.worst, cpus, ...device }];
    }),
  );
}

const lengthOf = ({ from, to }: ComparedRun): number => to - from;

export function compareCauses(
  a: ComparedRun & { causes: readonly Cause[] },
  b: ComparedRun & { causes: readonly Cause[] },
): ComparedCause[] {
  const [ofA, ofB] = [byCulprit(a.causes), byCulprit(b.causes)];
  const culprits = [...new Set([...ofA.keys(), ...ofB.keys()])];
  const share = lengthOf(b) / (lengthOf(a) + lengthOf(b));
  const limit = FALSE_ALARMS / culprits.length;
  const found = culprits.map((culprit): ComparedCause => {
    const [one, other] = [ofA.get(culprit), ofB.get(culprit)];
    const device = other?.device ?? one?.device;
    const figures = (of: typeof one) => of && (({ device: _, ...rest }) => rest)(of);
    const [own, others] = [figures(one), figures(other)];
    return {
      ...{ culprit, ...(device && { device }), ...changeOf(own, others, { share, limit }) },
      ...(own && { a: own }),
      ...(others && { b: others }),
    };
  });
  return found.toSorted((x, y) => largest(y) - largest(x));
}

const largest = ({ a, b }: ComparedCause): number => Math.max(a?.worstNs ?? 0, b?.worstNs ?? 0);

/**
 * Incidents of a cause in two runs. If it is the same, each of all its incidents is in the second run with a probability
 * that is the second run's share of the time (conditional test of two Poisson rates: Przyborowski and Wilenski, Biometrika
 * 31, 1940).
 */
function changeOf(
  a: CauseFigures | undefined,
  b: CauseFigures | undefined,
  { share, limit }: { share: number; limit: number },
): { change: CauseChange; proven: boolean } {
  const [inA, inB] = [a?.count ?? 0, b?.count ?? 0];
  const upper = atLeast(inB, inA + inB, share);
  const lower = 1 - atLeast(inB + 1, inA + inB, share);
  const proven = 2 * Math.min(upper, lower) <= limit;
  if (!a) return { change: 'appeared', proven };
  if (!b) return { change: 'vanished', proven };
  if (a.cpus.every((cpu) => !b.cpus.includes(cpu)))
    return { change: 'moved', proven: splitProbability(inA, inB) <= limit };
  if (proven) return { change: upper < lower ? 'more' : 'fewer', proven };
  return { change: 'same', proven: false };
}

/** Probability that dealing all incidents to the runs anew separates them by CPU as they are, in either direction. */
function splitProbability(inA: number, inB: number): number {
  let ways = 1;
  for (let i = 1; i <= inA; i++) ways *= (inB + i) / i;
  return 2 / ways;
}
