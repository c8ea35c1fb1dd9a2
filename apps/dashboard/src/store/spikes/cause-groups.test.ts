import { describe, expect, it } from 'vitest';
import { incident, spike } from '../stream/test-spike.ts';
import { groupByCause } from './cause-groups.ts';

describe('causes', () => {
  it('are listed worst first with count, last time and whom they interrupted most', () => {
    const spikes = [
      spike({ culprit: 'a', valueNs: 5, comm: 'x' }),
      spike({ culprit: 'b', valueNs: 9, comm: 'y' }),
      spike({ culprit: 'a', valueNs: 7, comm: 'z' }),
      spike({ culprit: 'a', valueNs: 6, comm: 'z' }),
    ];
    const entries = spikes.map((one) => ({ incident: incident({}, [one]), spikes: [one] }));
    const [first, second] = groupByCause(entries);
    expect([first!.cause, first!.count]).toEqual(['b', 1]);
    expect([second!.cause, second!.count, second!.worst.valueNs, second!.last]).toEqual([
      'a',
      3,
      7,
      entries[3]!.incident,
    ]);
    expect(second!.victims).toEqual([
      { comm: 'z', count: 2 },
      { comm: 'x', count: 1 },
    ]);
  });
});
