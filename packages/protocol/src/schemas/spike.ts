// A spike, its slice of the flight recorder, and the rules that decide which values are spikes.
import { z } from 'zod';
import { CAPTURES } from '../config.ts';
import { CALLBACKS, PART_KINDS, WAITS } from '../generated.ts';
import { ACTIONS } from '../rules.ts';
import { DOUBTS } from '../spike.ts';
import type { Trace } from '../trace.ts';
import { deviceSchema } from './devices.ts';
import { measureSchema } from './measure.ts';
import { count, digits, nanoseconds, relativeNanoseconds, unixMicros } from './numbers.ts';
import { processInfoSchema, taskInfoSchema } from './task.ts';

export const senderSchema = z.object({
  cpu: count.exactOptional(),
  task: taskInfoSchema.pick({ comm: true, pid: true, own: true }).exactOptional(),
  inInterrupt: z.boolean().exactOptional(),
  armed: z.boolean().exactOptional(),
  function: z.string().exactOptional(),
});

export const userPlaceSchema = z.object({
  samples: count,
  module: z.string().exactOptional(),
  function: z.string().exactOptional(),
  address: z.string().exactOptional(),
});

const namedTask = taskInfoSchema.pick({ comm: true, pid: true, own: true });

const waitSchema = z.object({
  kind: z.enum(WAITS),
  waker: z
    .object({
      cpu: count,
      task: namedTask.exactOptional(),
      interrupt: z
        .object({ kind: z.enum(PART_KINDS), number: count, name: z.string(), label: z.string() })
        .exactOptional(),
      released: z.boolean().exactOptional(),
      displaced: z
        .object({
          durationNs: nanoseconds,
          by: namedTask,
          byNs: nanoseconds,
          inverted: z.boolean().exactOptional(),
        })
        .exactOptional(),
    })
    .exactOptional(),
  meanwhile: namedTask.extend({ durationNs: nanoseconds }).exactOptional(),
});

export const partSchema = z.object({
  kind: z.enum(PART_KINDS),
  number: count,
  name: z.string(),
  label: z.string(),
  pid: count.exactOptional(),
  durationNs: nanoseconds,
  count,
  idleState: z
    .object({
      index: count,
      exitLatencyNs: nanoseconds.exactOptional(),
      frequencyKhz: count.exactOptional(),
    })
    .exactOptional(),
  callback: z.object({ kind: z.enum(CALLBACKS), function: z.string() }).exactOptional(),
  profile: z
    .object({
      samples: count,
      inside: count,
      function: z.string().exactOptional(),
      user: z.array(userPlaceSchema).exactOptional(),
      preemptOff: count.exactOptional(),
      bhOff: count.exactOptional(),
    })
    .exactOptional(),
  sender: senderSchema.exactOptional(),
  wait: waitSchema.exactOptional(),
  couldBe: z.array(z.enum(DOUBTS)).exactOptional(),
  device: deviceSchema.exactOptional(),
});

export const spikeSchema = z
  .object({
    id: z.string(),
    host: z.string(),
    time: unixMicros,
    monoNs: digits,
    measure: measureSchema,
    valueNs: nanoseconds,
    thresholdNs: nanoseconds,
    cpu: count,
    onlineCpus: count.exactOptional(),
    number: count,
    name: z.string(),
    label: z.string(),
    mode: z.enum(['user', 'kernel', 'idle']),
    task: taskInfoSchema,
    cause: z
      .object({
        measure: measureSchema,
        number: count,
        name: z.string(),
        label: z.string(),
        durationNs: nanoseconds,
      })
      .exactOptional(),
    stack: z.array(z.string()),
    sentence: z.string(),
    zh: z.object({ sentence: z.string() }).exactOptional(),
    culprit: z.string(),
    device: deviceSchema.exactOptional(),
    hostDelayNs: nanoseconds.exactOptional(),
    rule: count.exactOptional(),
    acted: z.array(z.enum(ACTIONS)).exactOptional(),
    breaks: z.string().exactOptional(),
    bounds: z.object({ lowerNs: nanoseconds, upperNs: nanoseconds, exact: z.boolean() }).exactOptional(),
    couldBe: z.array(z.enum(DOUBTS)).exactOptional(),
    victim: taskInfoSchema.exactOptional(),
    waker: taskInfoSchema.exactOptional(),
    parts: z.array(partSchema).exactOptional(),
    partsIncomplete: z.boolean().exactOptional(),
    registers: z.array(z.string()).exactOptional(),
    registersWithheld: z.boolean().exactOptional(),
    process: processInfoSchema.exactOptional(),
    victimProcess: processInfoSchema.exactOptional(),
    traced: z.boolean().exactOptional(),
  })
  .describe('A value over its threshold, and what it is made of.');

const traceTask = z.object({
  comm: z.string(),
  policy: z.string(),
  priority: count,
  kthread: z.boolean(),
});

const traceCpu = z.object({
  cpu: count,
  fromNs: relativeNanoseconds,
  toNs: relativeNanoseconds,
  overwritten: z.boolean(),
  current: count.exactOptional(),
  time: z.array(relativeNanoseconds),
  kind: z.array(z.number()),
  number: z.array(z.number()),
  pid: z.array(z.number()),
  pid2: z.array(z.number()),
  arg: z.array(z.number()),
});

export const traceSchema = z
  .object({
    spike: z.string(),
    originNs: digits,
    windowFromNs: relativeNanoseconds,
    windowToNs: relativeNanoseconds,
    cpus: z.array(traceCpu),
    // Keys are numbers in the type and their digits in JSON.
    tasks: z.record(z.string(), traceTask) as unknown as z.ZodType<Trace['tasks'], Trace['tasks']>,
    names: z.record(z.string(), z.string()),
  })
  .describe('Events of each CPU around a spike, as columns of equal length.');

const ruleAction = z.object({
  stopTrace: z.boolean(),
  signal: z
    .object({ pid: count.exactOptional(), comm: z.string().exactOptional(), number: count })
    .exactOptional(),
  armed: z.boolean(),
  acted: count,
  unarmed: count,
  stopNs: nanoseconds.exactOptional(),
  signalNs: nanoseconds.exactOptional(),
  signalError: count.exactOptional(),
});

export const ruleSchema = z.object({
  id: count,
  measures: z.array(measureSchema).exactOptional(),
  irq: count.exactOptional(),
  name: z.string().exactOptional(),
  cpus: z.string().exactOptional(),
  pid: count.exactOptional(),
  comm: z.string().exactOptional(),
  cgroup: z.string().exactOptional(),
  thresholdNs: nanoseconds,
  capture: z.array(z.enum(CAPTURES)),
  rate: count,
  cooldownNs: nanoseconds,
  periodNs: nanoseconds.exactOptional(),
  action: ruleAction.exactOptional(),
  hits: count,
  limited: count,
});
