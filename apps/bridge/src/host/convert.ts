// The kernel's messages in the words of the protocol.
import {
  type Cause,
  type Config,
  Measure as KernelMeasure,
  type Spike as KernelSpike,
  type Lost,
  MeasureName,
  ModeName,
  type Source,
  type Task,
  Vector,
  VectorName,
} from '@rtprobe/abi';
import {
  type HostConfig,
  MEASURES,
  type Measure,
  type SourceInfo,
  type Spike,
  type TaskInfo,
} from '@rtprobe/protocol';
import type { KernelClock } from './clock.ts';
import { culpritOf, explain, type SpikeFacts } from './explain.ts';

/** SCHED_ policies by number, linux/sched.h. */
const policies = [
  'SCHED_OTHER',
  'SCHED_FIFO',
  'SCHED_RR',
  'SCHED_BATCH',
  'SCHED_ISO',
  'SCHED_IDLE',
  'SCHED_DEADLINE',
];

/** Undefined for a measure this version does not know. */
export function measureOf(value: number | undefined): Measure | undefined {
  const name = value === undefined ? undefined : MeasureName[value];
  return MEASURES.find((measure) => measure === name);
}

/** What a person calls a source: "irq 36", "LOC", "timer". CAL has two vectors and one row in /proc/interrupts. */
export function labelOf(measure: Measure, number: number): string {
  if (measure === 'timer_latency') return 'timer';
  if (measure === 'hardirq_duration') return `irq ${number}`;
  if (number === Vector.calSingle) return 'CAL';
  return VectorName[number]?.toUpperCase() ?? `vector ${number}`;
}

/** Undefined when the number or the measure is missing or not known. */
export function toSource(source: Source): SourceInfo | undefined {
  const measure = measureOf(source.measure);
  if (source.id === undefined || measure === undefined) return undefined;
  const number = source.number ?? 0;
  return {
    id: source.id,
    measure,
    number,
    name: source.name ?? '',
    label: labelOf(measure, number),
    ...(source.chip !== undefined && { chip: source.chip }),
    ...(source.affinity !== undefined && { affinity: source.affinity }),
    threaded: source.threaded === 1,
    retired: source.retired === 1,
  };
}

export function toConfig(config: Config): HostConfig {
  const bits = config.measures ?? 0;
  return {
    measures: MEASURES.filter((name) => bits & (1 << measureBit(name))),
    periodNs: Number(config.periodNs ?? 0n),
    thresholdNs: Number(config.thresholdNs ?? 0n),
    intervalNs: Number(config.intervalNs ?? 0n),
  };
}

function measureBit(measure: Measure): number {
  return Object.values(KernelMeasure).find((value) => MeasureName[value] === measure)!;
}

/** The measures as the kernel's bits. */
export function measureBits(measures: readonly Measure[]): number {
  return measures.reduce((bits, measure) => bits | (1 << measureBit(measure)), 0);
}

/** Counters as plain numbers; they stay far below 2^53. */
export function toCounters(lost: Lost | undefined): Record<string, number> {
  return Object.fromEntries(Object.entries(lost ?? {}).map(([name, value]) => [name, Number(value)]));
}

function toTask(task: Task | undefined): TaskInfo {
  return {
    pid: task?.pid ?? 0,
    tgid: task?.tgid ?? 0,
    startNs: String(task?.startTime ?? 0n),
    comm: task?.comm ?? '',
    policy: policies[task?.policy ?? 0] ?? `policy ${task?.policy}`,
    priority: task?.priority ?? 0,
    nice: task?.nice ?? 0,
    kthread: task?.kthread === 1,
  };
}

function toCause(cause: Cause | undefined): Spike['cause'] {
  const measure = measureOf(cause?.measure);
  if (!cause || !measure || cause.durationNs === undefined) return undefined;
  const number = cause.number ?? 0;
  return {
    measure,
    number,
    name: cause.name ?? '',
    label: labelOf(measure, number),
    durationNs: Number(cause.durationNs),
  };
}

/** Undefined when the number, the time, the measure or the value is missing. */
export function toSpike(
  spike: KernelSpike,
  host: string,
  instance: bigint,
  clock: KernelClock,
): Spike | undefined {
  const measure = measureOf(spike.measure);
  if (spike.id === undefined || spike.time === undefined || spike.valueNs === undefined || !measure) {
    return undefined;
  }
  const mode = ModeName[spike.mode ?? -1];
  const number = spike.number ?? 0;
  const cause = toCause(spike.cause);
  const facts: SpikeFacts = {
    id: `${instance.toString(16)}-${spike.id}`,
    host,
    time: clock.toUnix(spike.time),
    monoNs: String(spike.time),
    measure,
    valueNs: Number(spike.valueNs),
    thresholdNs: Number(spike.thresholdNs ?? 0n),
    cpu: spike.cpu ?? 0,
    number,
    name: spike.name ?? '',
    label: labelOf(measure, number),
    mode: mode === 'user' || mode === 'idle' ? mode : 'kernel',
    task: toTask(spike.task),
    ...(cause && { cause }),
    stack: spike.frame ?? [],
  };
  return { ...facts, sentence: explain(facts), culprit: culpritOf(facts) };
}
