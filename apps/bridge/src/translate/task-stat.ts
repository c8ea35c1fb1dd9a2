// Converts the interrupt times of tasks from the kernel's messages to the protocol.
import type {
  Cycles as KernelCycles,
  Stolen as KernelStolen,
  TaskStat as KernelTaskStat,
} from '@rtprobe/abi';
import { type CycleTime, partWords, type Stolen, type TaskCycles, type TaskStat } from '@rtprobe/protocol';
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

const toTime = (sum = 0n, max = 0n): CycleTime => ({ sumNs: Number(sum), maxNs: Number(max) });

function toCycles(cycles: KernelCycles): TaskCycles {
  const { periodNs, spreadNs } = cycles;
  return {
    count: Number(cycles.count ?? 0n),
    ...(periodNs !== undefined && { periodNs: Number(periodNs), spreadNs: Number(spreadNs ?? 0n) }),
    late: toTime(cycles.lateSum, cycles.lateMax),
    ran: toTime(cycles.ranSum, cycles.ranMax),
    interrupted: toTime(cycles.interruptedSum, cycles.interruptedMax),
    waited: toTime(cycles.waitedSum, cycles.waitedMax),
    blocked: toTime(cycles.blockedSum, cycles.blockedMax),
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
    ...(stat.cycles && { cycles: toCycles(stat.cycles) }),
  };
}

/** Converts the tasks, the one with the largest interrupt time first. */
export function toTaskStats(stats: readonly KernelTaskStat[]): TaskStat[] {
  return stats.map(toTaskStat).sort((a, b) => b.stolenNs - a.stolenNs);
}
