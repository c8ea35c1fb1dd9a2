// What ran on a CPU, in what context, from when to when.
import type { Nanoseconds } from '@rtprobe/protocol';

/**
 * A track of a CPU; slices of one track nest. From the one that goes before all others to the one that
 * gives way to all others, but for irqs_off, which says something about those below and takes no time of them.
 */
export const CONTEXTS = ['nmi', 'hardirq', 'softirq', 'irqs_off', 'running'] as const;
export type Context = (typeof CONTEXTS)[number];

export type SliceKind = 'nmi' | 'irq' | 'vector' | 'softirq' | 'irqs_off' | 'task' | 'idle';

export interface Slice {
  cpu: number;
  context: Context;
  kind: SliceKind;
  /** Irq, vector or softirq; 0 for the others. */
  number: number;
  /** "irq 36", "LOC", "NET_RX", "cyclictest/2", "idle". */
  label: string;
  /** Action, vector or task; hostile text, may be empty. */
  name: string;
  /** The task that was current; missing where it is not known. */
  pid?: number;
  startNs: Nanoseconds;
  endNs: Nanoseconds;
  /** cut: it began before the trace did. resumed: a softirq goes on in a thread that was preempted. */
  begin: 'seen' | 'cut' | 'resumed';
  /** cut: the trace ended first, or its end is missing. preempted: its thread was switched away from. */
  end: 'seen' | 'cut' | 'preempted';
  /** irqs_off: measured at both ends, not sampled. */
  exact?: boolean;
  /** 0 for the outermost slice of its track. */
  depth: number;
  /** Time that no slice inside it on any track of its CPU took. */
  netNs: Nanoseconds;
}

export const durationOf = (slice: Pick<Slice, 'startNs' | 'endNs'>): Nanoseconds =>
  slice.endNs - slice.startNs;
