import type { TaskStat } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { ownTaskOf, TaskRunTable } from './task-runs.ts';

interface Figures {
  kthread?: boolean;
  runs?: number;
  runtimeNs?: number;
  cpu?: number;
  nmis?: number;
  exited?: boolean;
}

function stat(comm: string, pid: number, figures: Figures): TaskStat {
  const { kthread = false, runs = 1, runtimeNs = 0, cpu = 2, nmis = 0, exited = false } = figures;
  const stolen =
    nmis === 0 ? [] : [{ number: 0, name: '', label: 'NMI', count: nmis, sumNs: nmis * 10, maxNs: 10 }];
  return {
    task: { pid, tgid: pid, startNs: '5', comm, policy: 'SCHED_OTHER', priority: 0, nice: 0, kthread },
    ...{ exited, runtimeNs, runs, stolenNs: 0, stolen, lastCpu: cpu },
  };
}

describe('runs of tasks on a CPU', () => {
  it('are what was added while the task was there', () => {
    const table = new TaskRunTable();
    table.read([stat('kworker/2:1', 70, { kthread: true, runs: 5, runtimeNs: 500 })], 1e6);
    // How often it ran before is known, when is not.
    expect(table.of(2)).toMatchObject([{ runs: 5, runtimeNs: 500, lastAt: undefined }]);
    table.read([stat('kworker/2:1', 70, { kthread: true, runs: 5, runtimeNs: 500 })], 2e6);
    expect(table.of(2)[0]!.lastAt).toBeUndefined();
    table.read([stat('kworker/2:1', 70, { kthread: true, runs: 7, runtimeNs: 900, nmis: 1 })], 3e6);
    expect(table.of(2)).toMatchObject([{ runs: 7, runtimeNs: 900, lastAt: 3e6, nmis: 1, lastNmiAt: 3e6 }]);
    expect(table.of(1)).toEqual([]);
    // It ran elsewhere since.
    table.read([stat('kworker/2:1', 70, { kthread: true, runs: 9, cpu: 1 })], 4e6);
    expect(table.of(2)).toMatchObject([{ runs: 7, lastAt: 3e6 }]);
    expect(table.of(1)).toMatchObject([{ runs: 2, lastAt: 4e6 }]);
  });

  it('begin again with the counts of the module', () => {
    const table = new TaskRunTable();
    table.read([stat('ksoftirqd/2', 20, { kthread: true, runs: 4 })], 1e6);
    table.restart();
    table.read([stat('ksoftirqd/2', 20, { kthread: true, runs: 5 })], 2e6);
    expect(table.of(2)).toMatchObject([{ runs: 1, lastAt: 2e6 }]);
  });
});

describe('the process that a CPU is isolated for', () => {
  const runsOf = (...stats: TaskStat[]) => {
    const table = new TaskRunTable();
    table.read([], 0);
    for (const [i, one] of stats.entries()) table.read([...stats.slice(0, i), one], (i + 1) * 1e6);
    return table.of(2);
  };

  it('is the one that used most of its time', () => {
    const runs = runsOf(
      stat('loop', 50, { runtimeNs: 9e8 }),
      stat('sh', 51, { runtimeNs: 1000 }),
      stat('migration/2', 19, { kthread: true, runtimeNs: 95e8 }),
    );
    expect(ownTaskOf(runs, 10e6)?.comm).toBe('loop');
  });

  it('is the one that was switched to last if it was never switched out', () => {
    const runs = runsOf(stat('sh', 51, { runtimeNs: 1000 }), stat('loop', 50, {}));
    expect(ownTaskOf(runs, 10e6)?.comm).toBe('loop');
  });

  it('is none that has exited', () => {
    expect(ownTaskOf(runsOf(stat('true', 51, { runtimeNs: 9e9, exited: true })), 10e6)).toBeUndefined();
  });
});
