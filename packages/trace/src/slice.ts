// A slice: what ran on a CPU, in which context, from when to when.
import type { CallbackInfo, Nanoseconds } from '@rtprobe/protocol';
import { callbackText } from './label.ts';

/**
 * Tracks of a CPU, in order of precedence; slices of one track nest. irqs_off is an exception: it describes the tracks
 * below it and takes none of their time.
 */
export const CONTEXTS = ['nmi', 'hardirq', 'softirq', 'irqs_off', 'running'] as const;
export type Context = (typeof CONTEXTS)[number];

/** probe: rtprobe's own work in an interrupt, such as a capture. */
export type SliceKind = 'nmi' | 'irq' | 'vector' | 'probe' | 'softirq' | 'irqs_off' | 'task' | 'idle';

export interface Slice {
  cpu: number;
  context: Context;
  kind: SliceKind;
  /** Irq, vector or softirq; 0 for other kinds. */
  number: number;
  /** "irq 36", "LOC", "NET_RX", "cyclictest/2", "idle". */
  label: string;
  /** Action, vector or task; hostile text, may be empty. */
  name: string;
  /** The current task; missing if unknown. */
  pid?: number;
  startNs: Nanoseconds;
  endNs: Nanoseconds;
  /** cut: it began before the trace. resumed: a softirq continues in a thread that was preempted. */
  begin: 'seen' | 'cut' | 'resumed';
  /** cut: the trace ended first, or the end is missing. preempted: its thread was switched out. */
  end: 'seen' | 'cut' | 'preempted';
  /** The function that ran; the other attributes describe what it ran in, around which is a slice of its own. */
  callback?: CallbackInfo;
  /** What the function ran for, such as a work item: its number in the trace. Missing if that was not recorded. */
  item?: number;
  /** When the function with an item began; it may have continued several times. */
  enteredNs?: Nanoseconds;
  /** irqs_off: false if the duration is a lower bound: it was sampled, or steal time was subtracted. */
  exact?: boolean;
  /** 0 for the outermost slice of its track. */
  depth: number;
  /** Time that no slice inside it on any track of its CPU took. */
  netNs: Nanoseconds;
}

/** Returns "irq 36 virtio1-req.0", "NET_RX"; of a function "hrtimer tick_nohz_handler". */
export function sliceTitle({ callback, label, name }: Pick<Slice, 'callback' | 'label' | 'name'>): string {
  if (callback !== undefined) return callbackText(callback).en;
  return name && name !== label && !label.includes(name) ? `${label} ${name}` : label;
}

export const durationOf = (slice: Pick<Slice, 'startNs' | 'endNs'>): Nanoseconds =>
  slice.endNs - slice.startNs;
