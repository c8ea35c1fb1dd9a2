import type { Cause, ComparedRun } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { compareCauses, verdictOf } from './compare.ts';

const cause = (culprit: string, count: number, cpus: number[], more: Partial<Cause> = {}): Cause => ({
  ...{ key: culprit, measure: 'timer_latency', culprit, frames: [], victim: 'servo', count, cpus },
  ...{ worstNs: 50_000, worst: `1-${count}`, first: 0, last: 1 },
  ...more,
});

const run = (causes: Cause[], seconds = 600): ComparedRun & { causes: Cause[] } => ({
  ...{ word: '1', host: 'box', from: 0, to: seconds * 1e6, causes },
});

const changes = (a: ReturnType<typeof run>, b: ReturnType<typeof run>) =>
  compareCauses(a, b).map(({ culprit, change, proven }) => [culprit, change, proven]);

describe('causes of two runs', () => {
  it('appear or vanish, which one incident does not prove', () => {
    const a = run([cause('irq 24', 20, [0]), cause('NET_RX', 1, [0])]);
    const b = run([cause('irq 25', 20, [0])]);
    expect(changes(a, b)).toEqual([
      ['irq 24', 'vanished', true],
      ['NET_RX', 'vanished', false],
      ['irq 25', 'appeared', true],
    ]);
  });

  it('become more or less frequent by the length of the runs', () => {
    const a = run([cause('irq 24', 10, [0])], 600);
    expect(changes(a, run([cause('irq 24', 60, [0])], 3600))).toEqual([['irq 24', 'same', false]]);
    expect(changes(a, run([cause('irq 24', 60, [0])], 600))).toEqual([['irq 24', 'more', true]]);
    expect(changes(a, run([cause('irq 24', 6, [0])], 6000))).toEqual([['irq 24', 'fewer', true]]);
  });

  it('move to other CPUs, which few incidents do not prove', () => {
    const pair = (count: number) => [
      run([cause('irq 24', count, [0])]),
      run([cause('irq 24', count, [2, 3])]),
    ];
    expect(changes(...(pair(3) as [never, never]))).toEqual([['irq 24', 'moved', false]]);
    expect(changes(...(pair(9) as [never, never]))).toEqual([['irq 24', 'moved', true]]);
  });

  it('that differ in victim or stack only are one', () => {
    const a = run([cause('irq 24', 3, [0]), cause('irq 24', 4, [1], { worstNs: 90_000, worst: '1-99' })]);
    const [only, ...others] = compareCauses(a, run([]));
    expect(others).toEqual([]);
    expect(only!.a).toEqual({ count: 7, worstNs: 90_000, worst: '1-99', cpus: [0, 1] });
  });
});

it('the verdict about two runs is that of its measures', () => {
  expect(verdictOf(['none', 'unknown', 'worse'])).toBe('worse');
  expect(verdictOf(['better', 'none'])).toBe('better');
  expect(verdictOf(['better', 'worse'])).toBe('mixed');
  expect(verdictOf(['unknown', 'none'])).toBe('none');
  expect(verdictOf([])).toBe('unknown');
});
