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

/**
 * Returns a draft of every wanted threshold, also of those that are set already: the settings that the page knows may be
 * older than the last change.
 */
function draftOf(wanted: readonly (Cell & { ns: Nanoseconds })[]): Draft {
  return Object.fromEntries(wanted.map((cell) => [cellKey(cell), thresholdText(cell.ns)]));
}

export function presetDraft(preset: Preset): Draft {
  return draftOf(
    presetThresholds(preset).flatMap(({ measure, thresholdNs, kthreadsNs }) => [
      { measure, kind: 'user' as const, ns: thresholdNs },
      ...(kthreadsNs === undefined ? [] : [{ measure, kind: 'kthread' as const, ns: kthreadsNs }]),
    ]),
  );
}

/**
 * Returns the suggested thresholds. Those that are off stay off, because a suggestion says where a threshold fits and
 * not whether it is wanted.
 */
export function suggestionDraft(config: HostConfig, { thresholds }: ThresholdSuggestion): Draft {
  const wanted = thresholds.filter(({ measure, kind }) => thresholdOf(config, measure, kind) > 0);
  return draftOf(wanted.map(({ measure, kind, thresholdNs }) => ({ measure, kind, ns: thresholdNs })));
}

export type ThresholdChange = Pick<MeasureThreshold, 'measure'> & Partial<MeasureThreshold>;

/** Returns what a draft changes, one entry per measure. Returns an error for the first invalid threshold. */
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
