// Tasks, processes and the time that interrupts took from them.
import { z } from 'zod';
import { WAITS } from '../generated.ts';
import { measureSchema } from './measure.ts';
import { count, decimal, digits, nanoseconds } from './numbers.ts';

export const taskInfoSchema = z.object({
  pid: count,
  tgid: count,
  startNs: digits,
  comm: z.string(),
  policy: z.string(),
  priority: count,
  nice: decimal,
  kthread: z.boolean(),
  own: z.literal(true).exactOptional(),
  cgroup: z.string().exactOptional(),
  workload: z.string().exactOptional(),
});

const stolen = z.object({
  measure: measureSchema.exactOptional(),
  number: count,
  name: z.string(),
  label: z.string(),
  count,
  sumNs: nanoseconds,
  maxNs: nanoseconds,
});

const cycleTime = z.object({ sumNs: nanoseconds, maxNs: nanoseconds });

const unsafeFindings = z.object({
  waits: z.array(z.object({ wait: z.enum(WAITS), count, sumNs: nanoseconds, maxNs: nanoseconds })),
  minorFaults: count,
  majorFaults: count,
  inversions: count,
  longestInversionNs: nanoseconds,
  memory: z.object({ mappedKb: count, lockedKb: count, locksFuture: z.boolean() }).exactOptional(),
});

const taskCycles = z.object({
  count,
  periodNs: nanoseconds.exactOptional(),
  spreadNs: nanoseconds.exactOptional(),
  givenNs: nanoseconds.exactOptional(),
  late: cycleTime,
  ran: cycleTime,
  interrupted: cycleTime,
  waited: cycleTime,
  blocked: cycleTime,
  unsafe: unsafeFindings.exactOptional(),
});

export const taskStatSchema = z.object({
  task: taskInfoSchema,
  exited: z.boolean(),
  runtimeNs: nanoseconds,
  runs: count,
  stolenNs: nanoseconds,
  stolen: z.array(stolen),
  lastCpu: count,
  cycles: taskCycles.exactOptional(),
});

export const processInfoSchema = z.object({
  exe: z.string().exactOptional(),
  cmdline: z.string().exactOptional(),
  cmdlineUnread: z.literal('page_not_present').exactOptional(),
  uid: count.exactOptional(),
  exited: z.boolean(),
  fileCount: count.exactOptional(),
  filesIncomplete: z.boolean().exactOptional(),
  files: z.array(z.object({ fd: count, path: z.string() })).exactOptional(),
  sockets: z
    .array(
      z.object({
        fd: count,
        family: z.string(),
        type: z.string(),
        protocol: z.string(),
        state: z.string(),
        local: z.string(),
        remote: z.string(),
      }),
    )
    .exactOptional(),
  lockEvidence: z.enum(['none', 'lockdep', 'contention', 'blocked_on']),
  locks: z
    .array(
      z.object({
        name: z.string(),
        address: z.string(),
        waitNs: z.exactOptional(nanoseconds),
        owner: taskInfoSchema.exactOptional(),
      }),
    )
    .exactOptional(),
});
