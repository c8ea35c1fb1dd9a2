// A rule as it is added over REST.
import { z } from 'zod';
import { CAPTURES } from '../config.ts';
import { measureSchema } from './measure.ts';

/** Limits as in kmod/uapi/rtprobe.yaml. */
const GLOB_MAX = 63;
const NS_MAX = 60_000_000_000;

const glob = z.string().min(1).max(GLOB_MAX);

/** A rule to be added; what is missing matches everything. */
export const ruleRequestSchema = z.strictObject({
  measures: z.array(measureSchema).min(1).optional(),
  irq: z.number().int().min(0).max(0xffff_ffff).optional(),
  /** Glob of the action's, vector's or softirq's name. */
  name: glob.optional(),
  /** A list such as 0-3,6. */
  cpus: glob.optional(),
  /** Thread id of the victim where there is one, else of the interrupted task. */
  pid: z.number().int().min(1).max(4_194_304).optional(),
  comm: glob.optional(),
  cgroup: glob.optional(),
  /** A value over this is a spike; 0: never, so that a rule can exempt. */
  thresholdNs: z.number().int().min(0).max(NS_MAX),
  /** Missing: what a spike without a rule captures. */
  capture: z.array(z.enum(CAPTURES)).optional(),
  /** Most captures a second; 0: no limit. */
  rate: z.number().int().min(0).max(1_000_000).optional(),
  cooldownNs: z.number().int().min(0).max(NS_MAX).optional(),
});
export type RuleRequest = z.infer<typeof ruleRequestSchema>;
