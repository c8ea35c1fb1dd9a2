import type { TaskStat } from '@rtprobe/abi';
import { taskStatSchema } from '@rtprobe/protocol/schemas';
import { describe, expect, it } from 'vitest';
import { toTaskStats } from './task-stat.ts';

const stat: TaskStat = { task: { pid: 812, comm: 'servo' } };

describe('the cycles of a task', () => {
  it('are its sums and largest values, with the period that was found', () => {
    const cycles = { count: 3n, periodNs: 1_000_000n, spreadNs: 40n, lateSum: 9n, lateMax: 5n, ranSum: 300n };
    const [task] = toTaskStats([{ ...stat, cycles }]);
    expect(task?.cycles).toEqual({
      ...{ count: 3, periodNs: 1_000_000, spreadNs: 40 },
      ...{ late: { sumNs: 9, maxNs: 5 }, ran: { sumNs: 300, maxNs: 0 } },
      ...{ interrupted: { sumNs: 0, maxNs: 0 }, waited: { sumNs: 0, maxNs: 0 } },
      blocked: { sumNs: 0, maxNs: 0 },
    });
    expect(taskStatSchema.parse(task)).toEqual(task);
  });

  it('have no period while too few have ended, and are missing for a task that is not watched', () => {
    const [few, none] = toTaskStats([{ ...stat, cycles: { count: 1n } }, stat]);
    expect(few?.cycles).not.toHaveProperty('periodNs');
    expect(none).not.toHaveProperty('cycles');
  });
});
