// The CPUs of a host, each with what ran over it and how late it was.
import type { Measure, Nanoseconds, UnixMicros } from '@rtprobe/protocol';
import { descriptorOf } from '../../i18n/measures.ts';
import type { Reading, RowReading } from '../reading/reading.ts';

/** Whether its values are time that interrupts and softirqs took from a CPU. */
const takesTime = (measure: Measure): boolean => descriptorOf(measure).tables.includes('interrupts');

export interface CpuReading {
  cpu: number;
  /** Largest value by measure; missing: none. */
  max: Partial<Record<Measure, Nanoseconds>>;
  /** Spikes captured on it. */
  spikes: number;
  worstSpike: Nanoseconds;
  lastSpikeAt: UnixMicros | undefined;
  /** ns that interrupts and softirqs took since the run began. */
  takenNs: Nanoseconds;
  /** Of the run; undefined where its length is not known. */
  takenShare: number | undefined;
  /** The source that took most at once. */
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
