// Rules decide which values are spikes. They are checked in order; the first match applies, else the measure's threshold.
import type { Capture } from './config.ts';
import type { Measure } from './generated.ts';
import type { Nanoseconds } from './units.ts';

export type { RuleRequest } from './schemas/rule-request.ts';

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
  /** Number of values over the threshold so far. */
  hits: number;
  /** Number of hits not captured because of rate or cooldown. */
  limited: number;
}
