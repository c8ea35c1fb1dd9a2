// The CPUs of a host, each with what ran on it and its latencies.
import type { Measure, Nanoseconds, UnixMicros } from '@rtprobe/protocol';
import { descriptorOf } from '../../i18n/measures.ts';
import type { Reading, RowReading } from '../reading/reading.ts';

/**
 * Returns whether the values of a measure are time that interrupts and softirqs used on a CPU. Functions are not added:
 * their time is part of the interrupt's or softirq's that called them.
 */
const takesTime = (measure: Measure): boolean =>
  descriptorOf(measure).tables.includes('interrupts') && descriptorOf(measure).source !== 'function';

export interface CpuReading {
  cpu: number;
  /** Largest value by measure; a missing key means none. */
  max: Partial<Record<Measure, Nanoseconds>>;
  /** Number of spikes captured on it. */
  spikes: number;
  worstSpike: Nanoseconds;
  lastSpikeAt: UnixMicros | undefined;
  /** Time in ns that interrupts and softirqs used since the run began. */
  takenNs: Nanoseconds;
  /** Share of the run; undefined if the length of the run is unknown. */
  takenShare: number | undefined;
  /** The source with the longest single value. */
  worst: RowReading | undefined;
}

export function readCpus(reading: Reading): CpuReading[] {
  const { runStartedAt } = reading.info;
  const runNs = runStartedAt === undefined ? 0 : (reading.time - runStartedAt) * 1000;
  const cpus = new Map<number, CpuReading>();
  const of = (cpu: number) => {
    let known = cpus.get(cpu);
    if (known === undefined) {
      known = {
        cpu,
        max: {},
        spikes: 0,
        worstSpike: 0,
        lastSpikeAt: undefined,
        takenNs: 0,
        takenShare: undefined,
        worst: undefined,
      };
      cpus.set(cpu, known);
    }
    return known;
  };
  for (const cpu of reading.cpus) of(cpu);
  for (const row of reading.rows()) {
    if (row.count === 0) continue;
    const known = of(row.cpu);
    const { measure } = row.info;
    known.max[measure] = Math.max(known.max[measure] ?? 0, row.max);
    if (!takesTime(measure)) continue;
    known.takenNs += row.sum;
    if (row.max > (known.worst?.max ?? 0)) known.worst = row;
  }
  for (const spike of reading.spikes) {
    const known = of(spike.cpu);
    known.spikes++;
    known.worstSpike = Math.max(known.worstSpike, spike.valueNs);
    known.lastSpikeAt = Math.max(known.lastSpikeAt ?? 0, spike.time);
  }
  for (const known of cpus.values()) if (runNs > 0) known.takenShare = known.takenNs / runNs;
  return [...cpus.values()].sort((a, b) => a.cpu - b.cpu);
}
