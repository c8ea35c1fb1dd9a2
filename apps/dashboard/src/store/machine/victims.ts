// The tasks that an interrupt took time from.
import type { Nanoseconds, Spike, TaskInfo } from '@rtprobe/protocol';
import type { Reading, SourceReading } from '../reading/reading.ts';

export interface Victim {
  task: TaskInfo;
  count: number;
  sumNs: Nanoseconds;
  maxNs: Nanoseconds;
  /** Share of the task's time on a CPU; undefined if unknown. */
  share: number | undefined;
}

const LISTED_MAX = 100;

/** Returns the tasks, most time first: from `stolen` if the module sums it up, else from the captured spikes. */
export function victimsOf(
  sources: readonly SourceReading[],
  reading: Pick<Reading, 'tasks' | 'spikes'> | undefined,
): { rows: Victim[]; from: 'stolen' | 'spikes' } {
  const own = new Set(sources.map(({ info }) => `${info.measure} ${info.number} ${info.name}`));
  const stolen: Victim[] = [];
  for (const stat of reading?.tasks ?? []) {
    const parts = stat.stolen.filter((s) => own.has(`${s.measure} ${s.number} ${s.name}`));
    if (parts.length === 0) continue;
    const sumNs = parts.reduce((sum, s) => sum + s.sumNs, 0);
    const whole = stat.runtimeNs + stat.stolenNs;
    stolen.push({
      task: stat.task,
      count: parts.reduce((sum, s) => sum + s.count, 0),
      sumNs,
      maxNs: Math.max(...parts.map((s) => s.maxNs)),
      share: whole > 0 ? sumNs / whole : undefined,
    });
  }
  if (stolen.length > 0) {
    return { rows: stolen.sort((a, b) => b.sumNs - a.sumNs).slice(0, LISTED_MAX), from: 'stolen' };
  }
  const spikes = (reading?.spikes ?? []).filter((s) => own.has(`${s.measure} ${s.number} ${s.name}`));
  return { rows: bySpikes(spikes).slice(0, LISTED_MAX), from: 'spikes' };
}

function bySpikes(spikes: readonly Spike[]): Victim[] {
  const victims = new Map<string, Victim>();
  for (const { task, valueNs } of spikes) {
    const key = `${task.pid} ${task.startNs}`;
    const known = victims.get(key) ?? { task, count: 0, sumNs: 0, maxNs: 0, share: undefined };
    known.count++;
    known.sumNs += valueNs;
    known.maxNs = Math.max(known.maxNs, valueNs);
    victims.set(key, known);
  }
  return [...victims.values()].sort((a, b) => b.maxNs - a.maxNs);
}
