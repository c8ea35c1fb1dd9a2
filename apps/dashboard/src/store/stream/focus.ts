// What a page looks at more closely than the rest: the rows of a few sources, or all rows of a CPU. Only these have a
// histogram and a history of their own: a large machine has 16,000 rows, and 20 KB for each would be 300 MB.
import type { Source } from './source.ts';

export type Focus = { sources: readonly number[] } | { cpu: number };

/** Sources looked at closely at a time: an interrupt has a handful of measures on a line shared by a few actions. */
const FOCUS_SOURCES_MAX = 16;

/** Sources that get a history of their own. */
export function focusSources(focus: Focus | undefined): readonly number[] {
  return focus !== undefined && 'sources' in focus ? focus.sources.slice(0, FOCUS_SOURCES_MAX) : [];
}

export function focusKey(focus: Focus): string {
  return 'cpu' in focus
    ? `cpu ${focus.cpu}`
    : `sources ${[...focus.sources].sort((a, b) => a - b).join(' ')}`;
}

export function inFocus(focus: Focus | undefined, source: number, cpu: number): boolean {
  if (focus === undefined) return false;
  return 'cpu' in focus ? focus.cpu === cpu : focusSources(focus).includes(source);
}

/** One source on one CPU. `detail` where it is in focus. */
export interface Row {
  source: Source;
  cpu: number;
  count: number;
  /** ns */
  sum: number;
  /** ns */
  max: number;
  detail: Source | undefined;
}
