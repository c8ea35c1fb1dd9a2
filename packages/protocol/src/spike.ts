// A spike: one value over its threshold, and what it is made of.
import type { Measure, PartKind } from './generated.ts';
import type { ProcessInfo } from './process.ts';
import type { TaskInfo } from './tasks.ts';
import type { Nanoseconds, UnixMicros } from './units.ts';

/** One named part of a spike's value; parts are net of each other and add up to it. */
export interface SpikePart {
  kind: PartKind;
  number: number;
  /** Hostile text. */
  name: string;
  /** What a person calls it: "irq 36", "NET_RX", "kworker/1:1". */
  label: string;
  /** The task, for kinds that have one. */
  pid?: number;
  durationNs: Nanoseconds;
  count: number;
}

export interface Spike {
  /** Unique over module reloads: instance and number. */
  id: string;
  host: string;
  /** When the value was complete. */
  time: UnixMicros;
  /** The same as CLOCK_MONOTONIC ns, decimal digits. */
  monoNs: string;
  measure: Measure;
  valueNs: Nanoseconds;
  thresholdNs: Nanoseconds;
  cpu: number;
  number: number;
  name: string;
  label: string;
  mode: 'user' | 'kernel' | 'idle';
  /** The interrupted task. */
  task: TaskInfo;
  /** timer_latency: the longest hard handler inside the window, if one ran. */
  cause?: { measure: Measure; number: number; name: string; label: string; durationNs: Nanoseconds };
  /** Innermost frame first. */
  stack: string[];
  /** One plain sentence; never claims more than the record holds. */
  sentence: string;
  /** Who did it, in a few words, for tables and marks: "irq 36 virtio1-req.0" or "interrupts disabled in fio". */
  culprit: string;
  /** Rule it crossed; missing: the general threshold. */
  rule?: number;
  /** irqsoff: what is proven and what is possible. */
  bounds?: { lowerNs: Nanoseconds; upperNs: Nanoseconds; exact: boolean };
  /** Who waited; missing where nobody in particular did. */
  victim?: TaskInfo;
  waker?: TaskInfo;
  /** Largest first; they add up to the value. Missing where the value is not decomposed. */
  parts?: SpikePart[];
  /** The window began before the oldest event in the flight recorder. */
  partsIncomplete?: boolean;
  /** name=hex */
  registers?: string[];
  /** About `task`. */
  process?: ProcessInfo;
  victimProcess?: ProcessInfo;
  /** The flight recorder's slice can be asked for. */
  traced?: boolean;
}
