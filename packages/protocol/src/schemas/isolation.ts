// Isolated CPUs and expectations.
import { z } from 'zod';
import { INTERFERENCE_KINDS, ISOLATION_REASONS, UNSEEN_REASONS } from '../isolation.ts';
import { measureSchema } from './measure.ts';
import { count, decimal, nanoseconds, unixMicros } from './numbers.ts';
import { senderSchema } from './spike.ts';
import { taskInfoSchema } from './task.ts';

const interference = z.object({
  kind: z.enum(INTERFERENCE_KINDS),
  measure: measureSchema.exactOptional(),
  number: count,
  name: z.string(),
  label: z.string(),
  task: taskInfoSchema.exactOptional(),
  count,
  ownCount: count.exactOptional(),
  totalNs: nanoseconds,
  worstNs: z.exactOptional(nanoseconds),
  lastAt: z.exactOptional(unixMicros),
  function: z.string().exactOptional(),
  sender: senderSchema.exactOptional(),
  spike: z.string().exactOptional(),
});

const unseen = z.object({ why: z.enum(UNSEEN_REASONS), at: unixMicros, what: z.string().exactOptional() });

const isolatedCpu = z.object({
  cpu: count,
  why: z.array(z.enum(ISOLATION_REASONS)),
  quietSince: unixMicros,
  brokenBy: z
    .object({ kind: z.enum(INTERFERENCE_KINDS), label: z.string(), name: z.string() })
    .exactOptional(),
  unseen: unseen.exactOptional(),
  ownTask: taskInfoSchema.exactOptional(),
  ownTimerPerSecond: decimal,
  ownTimerCount: count,
  ownCost: z.object({ events: count, timeNs: nanoseconds }).exactOptional(),
  interference: z.array(interference),
});

export const expectationSchema = z
  .object({
    id: count,
    text: z.string(),
    cpus: z.string(),
    aboveNs: nanoseconds,
    breaches: count,
    uncaptured: count,
    others: count,
    unseen: unseen.exactOptional(),
    decidedBy: count.exactOptional(),
    brokenOn: z.array(count),
    last: z
      .object({
        incident: z.string(),
        time: unixMicros,
        cpu: count,
        valueNs: nanoseconds,
        sentence: z.string(),
        zh: z.string().exactOptional(),
      })
      .exactOptional(),
  })
  .describe('A contract: these CPUs have no interruption over a duration.');

export const isolationSchema = z
  .object({
    host: z.string(),
    since: z.exactOptional(unixMicros),
    watchedSince: z.exactOptional(unixMicros),
    until: z.exactOptional(unixMicros),
    online: z.string(),
    gaps: z.array(z.object({ from: unixMicros, to: unixMicros, reason: z.string() })),
    cpus: z.array(isolatedCpu),
    expectations: z.array(expectationSchema),
  })
  .describe('What interrupted the isolated CPUs of a host.');
