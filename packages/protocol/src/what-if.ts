// What would have remained of a measure without a cause, from the parts of its spikes. docs/reference/what-if.md has what
// cannot be known.
import type { Measure } from './generated.ts';
import type { Nanoseconds, UnixMicros } from './units.ts';

/**
 * What can be struck out. irq: handler and thread of an interrupt. other: a kind of part without a source, such as the
 * host of a virtual machine.
 */
export const STRUCK_KINDS = ['irq', 'vector', 'softirq', 'function', 'task', 'cpu', 'other'] as const;
export type StruckKind = (typeof STRUCK_KINDS)[number];

/** Causes that can be struck out together. */
export const STRUCK_MAX = 32;

export interface Remaining {
  /** The largest value that would have remained, at most. */
  maxNs: Nanoseconds;
  /** Values over the lowest threshold that would have remained. */
  over: number;
}

export interface StruckCause extends Remaining {
  /** "irq:24", "function:tick_nohz_handler", "task:dd", "cpu:1"; contains hostile text. */
  key: string;
  kind: StruckKind;
  /** In a few words; hostile text. */
  label: string;
  /** Number of spikes that have such a part. */
  spikes: number;
  /** The largest such part, and its spike. */
  largestNs: Nanoseconds;
  largest: string;
}

/** Values that would have remained. */
export interface RemainingValues extends Remaining {
  count: number;
  buckets: [bucket: number, count: number][];
}

/** Values that would have remained without some causes. */
export interface StruckValues extends RemainingValues {
  keys: string[];
  /** Number of spikes that have a part of them. */
  spikes: number;
}

/** The sum of the largest parts that were seen on a CPU. */
export interface ComposedWorstCase {
  cpu: number;
  sumNs: Nanoseconds;
  /** The largest value that was observed on this CPU. */
  observedNs: Nanoseconds;
  /** Largest first, at most COMPOSED_MAX. */
  parts: { label: string; durationNs: Nanoseconds; spike: string }[];
  /** Number of smaller parts that the sum contains. */
  more: number;
}

export const STRUCK_CAUSES_MAX = 100;
export const COMPOSED_MAX = 20;

/** `GET /api/v1/what-if` */
export interface WhatIf {
  host: string;
  measure: Measure;
  from: UnixMicros;
  /** Exclusive. */
  to: UnixMicros;
  /** As measured. */
  values: RemainingValues;
  /** Spikes with parts. */
  decomposed: number;
  /** Values over the lowest threshold that have no parts: no spike of them is stored. They stay as they are. */
  unknown: number;
  /** The lowest threshold of the spikes: nothing is known about smaller values. Missing without spikes. */
  thresholdNs?: Nanoseconds;
  /** The one with the largest effect first. */
  causes: StruckCause[];
  /** Smaller causes. */
  more: number;
  /** With the causes of the request struck out together. */
  without?: StruckValues;
  /** Missing without spikes. */
  composed?: ComposedWorstCase;
}
