import { ROWS, rowEdge } from '@rtprobe/metrics';
import { describe, expect, it } from 'vitest';
import { latencyScale, latencyTop, rowLines } from './latency-scale.ts';

describe('the latency axis', () => {
  it('hangs on the budget, which lies well below its top', () => {
    expect([250e3, 100e3, 1e6, 3e6, 0].map(latencyTop)).toEqual([1e6, 500e3, 5e6, 20e6, 10e6]);
  });

  it('marks whole decades with their unit', () => {
    const labels = latencyScale(250e3, 3).ticks.map((t) => t.label);
    expect(labels).toEqual(['1 µs', '10 µs', '100 µs', '1 ms']);
  });

  it('has its ends at 0 and 1', () => {
    const scale = latencyScale(250e3, 3);
    expect([scale.position(1000), scale.position(1e6)].map((p) => Number(p.toFixed(9)))).toEqual([0, 1]);
  });
});

describe('pixel lines of heatmap rows', () => {
  const scale = latencyScale(250e3, 3);
  const { first, last } = rowLines(scale, 400);

  it('cover every line of the plot, each row above the one before', () => {
    const covered = new Set<number>();
    for (let row = 0; row < ROWS; row++) for (let y = first[row]!; y <= last[row]!; y++) covered.add(y);
    expect(covered.size).toBe(400);
  });

  it('show values below the axis at its foot and none above its head', () => {
    expect([first[0], last[0]]).toEqual([398, 399]);
    const above = Array.from({ length: ROWS }, (_, r) => r).find((r) => rowEdge(r) > scale.top)!;
    expect(last[above]).toBeLessThan(first[above]!);
  });
});
