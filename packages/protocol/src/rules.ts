// Rules decide which values are spikes. They are checked in order; the first match applies, else the general threshold.
import { z } from 'zod';
import { CAPTURES, type Capture } from './config.ts';
import { type Measure, measureSchema } from './measures.ts';
import type { Nanoseconds } from './units.ts';

/** Limits as in kmod/uapi/rtprobe.yaml. */
export const RULES_MAX = 64;
const GLOB_MAX = 63;
const NS_MAX = 60_000_000_000;

const glob = z.string().min(1).max(GLOB_MAX);

/** A rule to add; a missing field matches everything. */
export const ruleRequestSchema = z.strictObject({
  measures: z.array(measureSchema).min(1).optional(),
  irq: z.number().int().min(0).max(0xffff_ffff).optional(),
  /** Glob of the action's, vector's or softirq's name. */
  name: glob.optional(),
  /** A list such as 0-3,6. */
  cpus: glob.optional(),
  /** Thread id of the victim if there is one, else of the interrupted task. */
  pid: z.number().int().min(1).max(4_194_304).optional(),
  comm: glob.optional(),
  cgroup: glob.optional(),
  /** A value over this is a spike; 0: never, which exempts values from later rules. */
  thresholdNs: z.number().int().min(0).max(NS_MAX),
  /** Missing: the captures of the general threshold. */
  capture: z.array(z.enum(CAPTURES)).optional(),
  /** Maximum number of captures per second; 0: no limit. */
  rate: z.number().int().min(0).max(1_000_000).optional(),
  cooldownNs: z.number().int().min(0).max(NS_MAX).optional(),
});
export type RuleRequest = z.infer<typeof ruleRequestSchema>;

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
