import type { Spike, TaskStat } from '@rtprobe/protocol';
import { expect, it } from 'vitest';
import { spikeMatrix, stolenMatrix } from './matrix.ts';

const spike = (culprit: string, comm: string, valueNs: number): Spike =>
  ({
    ...{ culprit, valueNs, measure: 'timer_latency', label: 'timer', name: '', mode: 'user', stack: [] },
    task: { comm, kthread: false },
  }) as unknown as Spike;

it('spikes are put together by cause and victim, worst first, and the worst of each is at hand', () => {
  const worst = spike('irq 36 disk', 'fio', 900);
  const matrix = spikeMatrix(
    [spike('irq 36 disk', 'fio', 300), worst, spike('irq 42 eth0', 'cam', 500)],
    'worst',
  );
  expect([matrix.causes, matrix.victims]).toEqual([
    ['irq 36 disk', 'irq 42 eth0'],
    ['fio', 'cam'],
  ]);
  expect(matrix.cell('irq 36 disk', 'fio')).toEqual({ count: 2, worst: 900, total: 1200, spike: worst });
  expect(matrix.cell('irq 42 eth0', 'fio')).toBeUndefined();
});

it('by total or count the order is another one', () => {
  const many = [spike('a', 'x', 10), spike('a', 'x', 10), spike('a', 'x', 10), spike('b', 'y', 20)];
  expect(spikeMatrix(many, 'worst').causes).toEqual(['b', 'a']);
  expect(spikeMatrix(many, 'total').causes).toEqual(['a', 'b']);
  expect(spikeMatrix(many, 'count').causes).toEqual(['a', 'b']);
});

it('what does not fit is counted', () => {
  const spikes = Array.from({ length: 30 }, (_, i) => spike(`irq ${i}`, `task${i}`, 100 + i));
  const matrix = spikeMatrix(spikes, 'worst');
  expect([matrix.causes.length, matrix.moreCauses, matrix.moreVictims]).toEqual([24, 6, 16]);
});

it('interrupt time is listed by interrupt and interrupted task', () => {
  const stat = (comm: string, sumNs: number) =>
    ({
      task: { comm },
      stolen: [{ label: 'irq 36', name: 'disk', count: 2, sumNs, maxNs: 5 }],
    }) as unknown as TaskStat;
  const matrix = stolenMatrix([stat('fio', 70), stat('fio', 30), stat('cam', 10)], 'total');
  expect(matrix.cell('irq 36 disk', 'fio')).toEqual({ count: 4, worst: 5, total: 100, spike: undefined });
});
