// Converts the interrupt times of tasks from the kernel's messages to the protocol.
import {
  type Cycles as KernelCycles,
  type Stolen as KernelStolen,
  type TaskStat as KernelTaskStat,
  WaitName,
} from '@rtprobe/abi';
import {
  type CycleTime,
  partWords,
  type Stolen,
  type TaskCycles,
  type TaskStat,
  type UnsafeFindings,
  WAITS,
} from '@rtprobe/protocol';
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

/** Converts what makes cycles unpredictable; nothing for a module of an earlier release, which does not count it. */
function toUnsafe(cycles: KernelCycles): { unsafe?: UnsafeFindings } {
  const { minorFaults, majorFaults, inversions, inversionMax, mappedKb, lockedKb, locksFuture } = cycles;
  if (minorFaults === undefined) return {};
  const waits = (cycles.wait ?? []).map(({ wait, count, sum, max }) => ({
    // A wait that this release does not know is one without evidence.
    wait: WAITS.find((known) => known === WaitName[wait ?? 0]) ?? 'unknown',
    ...{ count: Number(count ?? 0n), sumNs: Number(sum ?? 0n), maxNs: Number(max ?? 0n) },
  }));
  return {
    unsafe: {
      waits: waits.sort((a, b) => b.sumNs - a.sumNs),
      ...{ minorFaults: Number(minorFaults), majorFaults: Number(majorFaults ?? 0n) },
      ...{ inversions: Number(inversions ?? 0n), longestInversionNs: Number(inversionMax ?? 0n) },
      ...(mappedKb !== undefined && {
        memory: {
          ...{ mappedKb: Number(mappedKb), lockedKb: Number(lockedKb ?? 0n), locksFuture: locksFuture === 1 },
        },
      }),
    },
  };
}

function toCycles(cycles: KernelCycles): TaskCycles {
  const { periodNs, spreadNs, givenNs } = cycles;
  return {
    count: Number(cycles.count ?? 0n),
    ...(periodNs !== undefined && { periodNs: Number(periodNs), spreadNs: Number(spreadNs ?? 0n) }),
    ...(givenNs !== undefined && { givenNs: Number(givenNs) }),
    late: toTime(cycles.lateSum, cycles.lateMax),
    ran: toTime(cycles.ranSum, cycles.ranMax),
    interrupted: toTime(cycles.interruptedSum, cycles.interruptedMax),
    waited: toTime(cycles.waitedSum, cycles.waitedMax),
    blocked: toTime(cycles.blockedSum, cycles.blockedMax),
    ...toUnsafe(cycles),
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
