// A host, its settings, its sources and its counters.
import { z } from 'zod';
import { CAPTURES } from '../config.ts';
import { CALLBACKS } from '../generated.ts';
import { HOST_STATES } from '../host.ts';
import { measureSchema } from './measure.ts';
import { count, nanoseconds, unixMicros } from './numbers.ts';
import { taskInfoSchema } from './task.ts';

const measureThreshold = z.object({
  measure: measureSchema,
  thresholdNs: nanoseconds,
  kthreadsNs: nanoseconds.exactOptional(),
});

const hostConfig = z.object({
  measures: z.array(measureSchema),
  periodNs: nanoseconds,
  thresholdNs: nanoseconds,
  thresholds: z.array(measureThreshold).exactOptional(),
  intervalNs: nanoseconds,
  threadPriority: count.exactOptional(),
  capture: z.array(z.enum(CAPTURES)).exactOptional(),
  recorder: z.boolean().exactOptional(),
  cpus: z.string().exactOptional(),
  selfLimit: count.exactOptional(),
});

export const replayPositionSchema = z.object({
  file: z.string(),
  recordedHost: z.string(),
  startedAt: unixMicros,
  positionUs: z.number(),
  lengthUs: z.number(),
  speed: z.number(),
  paused: z.boolean(),
  ended: z.boolean().exactOptional(),
  opened: z.boolean().exactOptional(),
  truncated: z.boolean().exactOptional(),
});

export const hostInfoSchema = z.object({
  host: z.string(),
  index: count,
  state: z.enum(HOST_STATES),
  reason: z.string().exactOptional(),
  warning: z.string().exactOptional(),
  since: unixMicros,
  lastDataAt: z.exactOptional(unixMicros),
  kernel: z
    .object({ release: z.string(), version: z.string(), machine: z.string(), preemptRt: z.boolean() })
    .exactOptional(),
  cpuModel: z.string().exactOptional(),
  cpusOnline: z.string().exactOptional(),
  cpusPossible: count.exactOptional(),
  clock: z.enum(['tsc', 'cntvct', 'mono']).exactOptional(),
  clockResolution: count.exactOptional(),
  clockChange: z.object({ why: z.enum(['unstable', 'refined']), at: unixMicros }).exactOptional(),
  kprobes: z.boolean().exactOptional(),
  suspends: count.exactOptional(),
  moduleVersion: z.string().exactOptional(),
  measuresAvailable: z.array(measureSchema).exactOptional(),
  callbacksAvailable: z.array(z.enum(CALLBACKS)).exactOptional(),
  sendersAvailable: z.array(z.enum(CALLBACKS)).exactOptional(),
  irqsoffExact: z.boolean().exactOptional(),
  lockdep: z.boolean().exactOptional(),
  recorderEvents: count.exactOptional(),
  config: hostConfig.exactOptional(),
  machine: z
    .object({
      cmdline: z.string().exactOptional(),
      clocksource: z.string().exactOptional(),
      governor: z.string().exactOptional(),
    })
    .exactOptional(),
  runStartedAt: z.exactOptional(unixMicros),
  replay: replayPositionSchema.exactOptional(),
  history: z.boolean(),
  recording: z.object({ file: z.string(), bytes: count, error: z.string().exactOptional() }).exactOptional(),
});

const counters = z.record(z.string(), z.number());

const lost = z.object({
  module: counters,
  agentOverruns: count,
  eventGaps: count,
  protocolErrors: counters,
  historyDropped: count,
  historyLeftOut: count.exactOptional(),
  exportsDropped: count.exactOptional(),
  publishDropped: count.exactOptional(),
  skippedFrames: count,
  unknownRows: count.exactOptional(),
});

const historyStats = z.object({
  bytes: count,
  maxBytes: count,
  storedTo: unixMicros,
  dropped: count,
  leftOut: count,
  pruned: count,
  prunedSpikes: count,
  error: z.string().exactOptional(),
});

const exportStats = z.object({
  dir: z.string(),
  aboveNs: nanoseconds,
  written: count,
  dropped: count,
  bytes: count,
  error: z.string().exactOptional(),
});

const publishStats = z.object({
  url: z.string(),
  connected: z.boolean(),
  sent: count,
  dropped: count,
  waiting: count,
  bytes: count,
  error: z.string().exactOptional(),
});

export const hostStatsSchema = z.object({
  eventsPerSecond: z.number(),
  events: count,
  lost,
  spikesTotal: count,
  spikesHeld: count,
  spikesCapacity: count,
  memoryBytes: count,
  memoryMaxBytes: count,
  bridgeCpu: z.number(),
  cost: z.array(z.object({ cpu: count, events: count, timeNs: nanoseconds })).exactOptional(),
  probeCpu: z.number().exactOptional(),
  agent: z.object({ cpuMsPerSecond: z.number().exactOptional(), rssBytes: count }).exactOptional(),
  tasks: count.exactOptional(),
  tasksCapacity: count.exactOptional(),
  history: historyStats.exactOptional(),
  exports: exportStats.exactOptional(),
  publish: publishStats.exactOptional(),
});

export const thresholdSuggestionSchema = z.object({
  host: z.string(),
  seconds: z.number(),
  waitSeconds: count,
  thresholds: z.array(
    z.object({
      measure: measureSchema,
      kind: z.enum(['user', 'kthread']),
      count,
      maxNs: nanoseconds,
      thresholdNs: nanoseconds,
    }),
  ),
});

export const sourceInfoSchema = z.object({
  id: count,
  measure: measureSchema,
  number: count,
  name: z.string(),
  label: z.string(),
  chip: z.string().exactOptional(),
  affinity: z.string().exactOptional(),
  threaded: z.boolean(),
  retired: z.boolean(),
  task: taskInfoSchema.exactOptional(),
});
