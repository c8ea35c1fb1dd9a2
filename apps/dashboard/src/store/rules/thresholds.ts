// The table of thresholds: cells as they are set, and a draft of texts that is applied as one change.
import {
  type HostConfig,
  hasKthreadThreshold,
  type Measure,
  type MeasureThreshold,
  type Nanoseconds,
  type Preset,
  presetThresholds,
  type TaskKind,
  type ThresholdSuggestion,
  thresholdOf,
} from '@rtprobe/protocol';
import { type FormError, parseTime, timeText } from './rule-form.ts';

export interface Cell {
  measure: Measure;
  kind: TaskKind;
}

/** Texts by cellKey(); a cell without a text stays as it is set. */
export type Draft = Readonly<Record<string, string>>;

export const cellKey = ({ measure, kind }: Cell): string => `${measure}/${kind}`;

/** Returns the cells that the module has, in the order of `measures`. */
export function cellsOf({ thresholds = [] }: HostConfig, measures: readonly Measure[]): Cell[] {
  const has = new Set(thresholds.map(({ measure }) => measure));
  return measures
    .filter((measure) => has.has(measure))
    .flatMap((measure): Cell[] => [
      { measure, kind: 'user' },
      ...(hasKthreadThreshold(measure) ? [{ measure, kind: 'kthread' } as const] : []),
    ]);
}

/** Formats a threshold so that parseThreshold returns exactly the same value. */
export function thresholdText(ns: Nanoseconds): string {
  return ns === 0 ? 'off' : timeText(ns);
}

/** Parses "off" to 0 and "250us" to ns; returns undefined for any other text. */
export function parseThreshold(text: string): Nanoseconds | undefined {
  return /^off$/i.test(text.trim()) ? 0 : parseTime(text);
}

/** Returns a draft of the wanted thresholds that differ from the settings. */
function draftOf(config: HostConfig, wanted: readonly (Cell & { ns: Nanoseconds })[]): Draft {
  const changed = wanted.filter(({ measure, kind, ns }) => thresholdOf(config, measure, kind) !== ns);
  return Object.fromEntries(changed.map((cell) => [cellKey(cell), thresholdText(cell.ns)]));
}

export function presetDraft(config: HostConfig, preset: Preset): Draft {
  const has = new Set(config.thresholds?.map(({ measure }) => measure));
  const wanted = presetThresholds(preset).flatMap(({ measure, thresholdNs, kthreadsNs }) => [
    { measure, kind: 'user' as const, ns: thresholdNs },
    ...(kthreadsNs === undefined ? [] : [{ measure, kind: 'kthread' as const, ns: kthreadsNs }]),
  ]);
  return draftOf(
    config,
    wanted.filter(({ measure }) => has.has(measure)),
  );
}

/**
 * Returns the suggested thresholds. Those that are off stay off, because a suggestion says where a threshold fits and
 * not whether it is wanted.
 */
export function suggestionDraft(config: HostConfig, { thresholds }: ThresholdSuggestion): Draft {
  const wanted = thresholds.filter(({ measure, kind }) => thresholdOf(config, measure, kind) > 0);
  return draftOf(
    config,
    wanted.map(({ measure, kind, thresholdNs }) => ({ measure, kind, ns: thresholdNs })),
  );
}

export type ThresholdChange = Pick<MeasureThreshold, 'measure'> & Partial<MeasureThreshold>;

/** Returns what a draft changes, one entry a measure; the first text that is no threshold as an error. */
export function changesOf(
  config: HostConfig,
  cells: readonly Cell[],
  draft: Draft,
): ThresholdChange[] | FormError {
  const changes = new Map<Measure, ThresholdChange>();
  for (const cell of cells) {
    const text = draft[cellKey(cell)];
    if (text === undefined) continue;
    const ns = parseThreshold(text);
    if (ns === undefined) return { kind: 'time', text };
    const { measure, kind } = cell;
    if (ns === thresholdOf(config, measure, kind)) continue;
    const change = changes.get(measure) ?? { measure };
    changes.set(measure, { ...change, [kind === 'user' ? 'thresholdNs' : 'kthreadsNs']: ns });
  }
  return [...changes.values()];
}
