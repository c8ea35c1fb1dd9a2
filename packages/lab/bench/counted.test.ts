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
  const result = (measures: string, each: number) => ({
    contender: rtprobe(measures, 'tsc'),
    figures: flat(each),
    without: flat(500),
  });

  it('shows what was added and whether the goal was met', () => {
    expect(added(result('all', 610))).toBe(110);
    expect(table([result('all', 610)])).toMatch(/measures=all clock=tsc +110\.0 +110\.0 {2}goal < 140: met/);
    expect(table([result('hardirq_duration', 610)])).toMatch(/goal < 80: missed/);
  });

  it('reports when a kernel lacks what a contender needs', () => {
    expect(table([{ ...result('all', 1), figures: undefined }])).toContain('this kernel has none');
  });
});
