// What the address leaves open, decided from what the host offers.
import type { Measure } from '@rtprobe/protocol';
import { allMeasures, descriptorOf } from '../../i18n/measures.ts';
import type { View, WindowSeconds } from '../address/view.ts';
import type { Reading } from './reading.ts';

/** The chosen measure, else the first that the host has switched on: timer latency, where it is. */
export function chosenMeasure(view: View, reading: Reading | undefined): Measure {
  if (view.measure !== undefined) return view.measure;
  const on = reading?.info.config?.measures;
  const all = allMeasures();
  return (all.find((d) => on === undefined || on.includes(d.name)) ?? all[0]!).name;
}

/** Budget in ns: what the address says, else the host's threshold; 0: none. */
export function chosenBudget(view: View, reading: Reading | undefined): number {
  return view.budget ?? reading?.info.config?.thresholdNs ?? 0;
}

/** Windows that a page takes by itself as its run grows longer than the one before. */
const AUTO_WINDOWS = [60, 120, 300, 600] as const;

/** Seconds of the window: the chosen ones, else the smallest of four that the history held still fits. */
export function chosenWindow(view: View, heldSeconds: number): WindowSeconds {
  return view.window ?? AUTO_WINDOWS.find((seconds) => seconds >= heldSeconds) ?? 600;
}

/** Decades of the latency axis below its top: interrupt handlers are ten times shorter than latencies. */
export function decadesOf(measure: Measure): number {
  return descriptorOf(measure).semantics === 'latency' ? 3 : 4;
}

/** A budget of 0 is none. */
export function isOver(ns: number | undefined, budgetNs: number): boolean {
  return ns !== undefined && budgetNs > 0 && ns > budgetNs;
}
