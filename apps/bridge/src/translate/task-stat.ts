// Converts the interrupt times of tasks from the kernel's messages to the protocol.
import type { Stolen as KernelStolen, TaskStat as KernelTaskStat } from '@rtprobe/abi';
import { partWords, type Stolen, type TaskStat } from '@rtprobe/protocol';
import { sourceLabel } from '@rtprobe/trace';
import { measureOf } from './measure.ts';
import { toTask } from './task.ts';

function toStolen(stolen: KernelStolen): Stolen {
  const measure = measureOf(stolen.measure);
  const number = stolen.number ?? 0;
  const name = stolen.name ?? '';
  return {
    ...(measure && { measure }),
    ...{ number, name, label: measure ? sourceLabel(measure, number, name) : partWords.nmi.title },
    count: Number(stolen.count ?? 0n),
    sumNs: Number(stolen.sum ?? 0n),
    maxNs: Number(stolen.max ?? 0n),
  };
}

function toTaskStat(stat: KernelTaskStat): TaskStat {
  return {
    task: toTask(stat.task),
    exited: stat.exited === 1,
    runtimeNs: Number(stat.runtimeNs ?? 0n),
    runs: Number(stat.runs ?? 0n),
    stolenNs: Number(stat.stolenNs ?? 0n),
    stolen: (stat.stolen ?? []).map(toStolen).sort((a, b) => b.sumNs - a.sumNs),
    lastCpu: stat.lastCpu ?? 0,
  };
}

/** Converts the tasks, the one with the largest interrupt time first. */
export function toTaskStats(stats: readonly KernelTaskStat[]): TaskStat[] {
  return stats.map(toTaskStat).sort((a, b) => b.stolenNs - a.stolenNs);
}
