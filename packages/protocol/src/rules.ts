// Rules decide which values are spikes. They are checked in order; the first match applies, else the measure's threshold.
import type { Capture } from './config.ts';
import type { Measure } from './generated.ts';
import type { Nanoseconds } from './units.ts';

export type { RuleRequest } from './schemas/rule-request.ts';

/** What a rule can do when a value crosses its threshold. */
export const ACTIONS = ['stop_trace', 'signal'] as const;
export type Action = (typeof ACTIONS)[number];

/** The process that a rule signals, by its pid or its name, and the number of the signal. */
export interface RuleSignal {
  pid?: number;
  /** Hostile text. */
  comm?: string;
  number: number;
}

export interface RuleAction {
  stopTrace: boolean;
  signal?: RuleSignal;
  /** Whether the rule acts at its next hit. */
  armed: boolean;
  /** How often it acted. */
  acted: number;
  /** Hits at which it did not act. */
  unarmed: number;
  /** From the newest crossing at which it acted until the trace was stopped; missing: none was. */
  stopNs?: Nanoseconds;
  /** From the same crossing until the signal was sent; missing: none was. */
  signalNs?: Nanoseconds;
  /** Why the newest signal was not sent, as errno; missing: it was sent, or there was none. */
  signalError?: number;
}

export interface Rule {
  id: number;
  measures?: Measure[];
  irq?: number;
  /** Globs are hostile text. */
  name?: string;
  cpus?: string;
  pid?: number;
  comm?: string;
  cgroup?: string;
  thresholdNs: Nanoseconds;
  capture: Capture[];
  rate: number;
  cooldownNs: Nanoseconds;
  /** Time between the begins of the cycles of the watched tasks; missing: it is found. */
  periodNs?: Nanoseconds;
  action?: RuleAction;
  /** Number of values over the threshold so far. */
  hits: number;
  /** Number of hits not captured because of rate or cooldown. */
  limited: number;
}
