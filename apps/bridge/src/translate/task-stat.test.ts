import { type TaskStat, Wait } from '@rtprobe/abi';
import { taskStatSchema } from '@rtprobe/protocol/schemas';
import { describe, expect, it } from 'vitest';
import { toTaskStats } from './task-stat.ts';

const stat: TaskStat = { task: { pid: 812, comm: 'servo' } };

describe('the cycles of a task', () => {
  it('are its sums and largest values, with the period that was found', () => {
    const period = { periodNs: 1_000_000n, spreadNs: 40n, givenNs: 1_000_500n };
    const cycles = { count: 3n, ...period, lateSum: 9n, lateMax: 5n, ranSum: 300n };
    const [task] = toTaskStats([{ ...stat, cycles }]);
    expect(task?.cycles).toEqual({
      ...{ count: 3, periodNs: 1_000_000, spreadNs: 40, givenNs: 1_000_500 },
      ...{ late: { sumNs: 9, maxNs: 5 }, ran: { sumNs: 300, maxNs: 0 } },
      ...{ interrupted: { sumNs: 0, maxNs: 0 }, waited: { sumNs: 0, maxNs: 0 } },
      blocked: { sumNs: 0, maxNs: 0 },
    });
    expect(taskStatSchema.parse(task)).toEqual(task);
  });

  it('have findings, most time first; a wait of a later release is unknown, and older modules have none', () => {
    const wait = [
      { wait: Wait.blockIo, count: 2n, sum: 50n, max: 40n },
      { wait: 99, count: 1n, sum: 90n, max: 90n },
    ];
    const counted = { minorFaults: 7n, majorFaults: 2n, inversions: 1n, inversionMax: 60n };
    const memory = { mappedKb: 5000n, lockedKb: 4000n, locksFuture: 1 };
    const [task, older] = toTaskStats([
      { ...stat, cycles: { count: 3n, wait, ...counted, ...memory } },
      { ...stat, cycles: { count: 3n } },
    ]);
    expect(task?.cycles?.unsafe).toEqual({
      waits: [
        { wait: 'unknown', count: 1, sumNs: 90, maxNs: 90 },
        { wait: 'block_io', count: 2, sumNs: 50, maxNs: 40 },
      ],
      ...{ minorFaults: 7, majorFaults: 2, inversions: 1, longestInversionNs: 60 },
      memory: { mappedKb: 5000, lockedKb: 4000, locksFuture: true },
    });
    expect(taskStatSchema.parse(task)).toEqual(task);
    expect(older?.cycles).not.toHaveProperty('unsafe');
  });

  it('have no period while too few have ended, and are missing for a task that is not watched', () => {
    const [few, none] = toTaskStats([{ ...stat, cycles: { count: 1n } }, stat]);
    expect(few?.cycles).not.toHaveProperty('periodNs');
    expect(few?.cycles).not.toHaveProperty('givenNs');
    expect(none).not.toHaveProperty('cycles');
  });
});
