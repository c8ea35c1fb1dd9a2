// Defaults for what the address does not specify, derived from the host.
import { type Measure, thresholdOf } from '@rtprobe/protocol';
import { allMeasures, descriptorOf } from '../../i18n/measures.ts';
import type { View, WindowSeconds } from '../address/view.ts';
import type { Reading } from './reading.ts';

/** Returns the selected measure, else the first that is on: timer latency, if it is on. */
export function chosenMeasure(view: View, reading: Reading | undefined): Measure {
  if (view.measure !== undefined) return view.measure;
  const on = reading?.info.config?.measures;
  const all = allMeasures();
  return (all.find((d) => on === undefined || on.includes(d.name)) ?? all[0]!).name;
}

/** Returns the budget in ns: that of the address, else the threshold of the measure; 0: none. */
export function chosenBudget(
  view: View,
  reading: Reading | undefined,
  measure = chosenMeasure(view, reading),
): number {
  return view.budget ?? thresholdOf(reading?.info.config, measure);
}

/** Automatic windows in seconds; a page uses the next one when its run is longer than the one before. */
const AUTO_WINDOWS = [60, 120, 300, 600] as const;

/**
 * Returns the window in seconds: the selected one, else the smallest of four that contains the history of this page.
 */
export function chosenWindow(view: View, heldSeconds: number): WindowSeconds {
  return view.window ?? AUTO_WINDOWS.find((seconds) => seconds >= heldSeconds) ?? 600;
}

/** Returns the decades of the latency axis below its top: interrupt handlers are ten times shorter than latencies. */
export function decadesOf(measure: Measure): number {
  return descriptorOf(measure).semantics === 'latency' ? 3 : 4;
}

/** Returns whether a value is over the budget; a budget of 0 is none. */
export function isOver(ns: number | undefined, budgetNs: number): boolean {
  return ns !== undefined && budgetNs > 0 && ns > budgetNs;
}
