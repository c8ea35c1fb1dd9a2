// A rule as it is added over REST.
import { z } from 'zod';
import { CAPTURES } from '../config.ts';
import { measureSchema } from './measure.ts';

/** Limits as in kmod/uapi/rtprobe.yaml. */
const GLOB_MAX = 63;
const NS_MAX = 60_000_000_000;
const CYCLE_NS_MIN = 10_000;

/** What the rule does at its next hit, and then only after it was armed again. */
const action = z
  .strictObject({
    /** Writes a marker into the kernel's ftrace ring buffer and stops it. */
    stopTrace: z.boolean().optional(),
    /** Sends a signal to a process that has the pid, or to the oldest one with the name. */
    signal: z
      .strictObject({
        pid: z.number().int().min(2).max(4_194_304).optional(),
        comm: z.string().min(1).max(15).optional(),
        /** Missing: SIGUSR1. */
        number: z.number().int().min(1).max(64).optional(),
      })
      .refine(({ pid, comm }) => (pid === undefined) !== (comm === undefined), 'either pid or comm')
      .optional(),
  })
  .refine(({ stopTrace, signal }) => stopTrace === true || signal !== undefined, 'stopTrace or signal');

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
  /** Time from one begin of a cycle to the next. Only with the measure response_time and pid, comm or cgroup. */
  periodNs: z.number().int().min(CYCLE_NS_MIN).max(NS_MAX).optional(),
  action: action.optional(),
});
export type RuleRequest = z.infer<typeof ruleRequestSchema>;
