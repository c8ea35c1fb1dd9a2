import { describe, expect, it } from 'vitest';
import { rtprobe } from './contenders.ts';
import { parseFigures } from './counted-guest.ts';
import { added, table } from './table.ts';

const LINE = 'per_batch=100 batches=301 median=50910 least=50910 greatest=60000 sum=15324000\n';
const flat = (each: number) => ({ median: each, least: each, greatest: each, mean: each });

describe('parseFigures', () => {
  it('turns batches into instructions for each interrupt', () => {
    expect(parseFigures(LINE)).toEqual({
      median: 509.1,
      least: 509.1,
      greatest: 600,
      mean: 15324000 / 301 / 100,
    });
  });

  it('names the word a line lacks', () => {
    expect(() => parseFigures(LINE.replace('median', 'middle'))).toThrow('no median=');
  });
});

describe('table', () => {
  const without = new Map([['interrupt', flat(500)] as const, ['softirq', flat(900)] as const]);
  const result = (measures: string, interrupt: number) => ({
    contender: rtprobe(measures, 'tsc'),
    figures: new Map([['interrupt', flat(interrupt)] as const, ['softirq', flat(1100)] as const]),
  });

  it('has a column for each series', () => {
    expect(added(result('all', 610), 'interrupt', without)).toBe(110);
    const text = table([result('all', 610)], without);
    expect(text).toMatch(/rtprobe adds +interrupt +wakeup +softirq/);
    expect(text).toMatch(/measures=all clock=tsc +110\.0 +– +200\.0/);
  });

  it('shows whether the goals were met', () => {
    expect(table([result('all', 610)], without)).toContain('interrupt: 110.0, goal < 140: met');
    expect(table([result('all', 640)], without)).toContain('interrupt: 140.0, goal < 140: missed');
    expect(table([result('none', 501)], without)).toContain('interrupt: 1.0, goal < 1: missed');
  });

  it('reports when a kernel lacks what a contender needs', () => {
    expect(table([{ ...result('all', 1), figures: undefined }], without)).toContain('this kernel has none');
  });
});
