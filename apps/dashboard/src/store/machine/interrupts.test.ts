import { describe, expect, it } from 'vitest';
import type { SourceReading } from '../reading/reading.ts';
import { Source } from '../stream/source.ts';
import { listInterrupts } from './interrupts.ts';

function reading(
  id: number,
  number: number,
  name: string,
  change: Partial<SourceReading> = {},
): SourceReading {
  const info = {
    id,
    measure: 'hardirq_duration' as const,
    number,
    name,
    label: `irq ${number}`,
    threaded: false,
    retired: false,
  };
  return {
    info,
    count: 9,
    none: 0,
    max: 1000,
    p999: undefined,
    rate: 5,
    share: 0.01,
    cpus: [0],
    history: new Source(info),
    ...change,
  };
}

const all = [
  reading(0, 36, 'disk', { max: 9000 }),
  reading(1, 4, 'ttyS0', { max: 5000, rate: 0 }),
  reading(2, 42, 'eth0-rx', { max: 400_000, rate: 0 }),
  reading(3, 43, 'eth0-tx', { max: 9000 }),
];
const options = { filter: '', sort: 'max', descending: true, quiet: false, budgetNs: 250_000 } as const;
const names = (change: Partial<typeof options> | Record<string, unknown>) =>
  listInterrupts(all, { ...options, ...change } as typeof options).shown.map((s) => s.info.name);

describe('the table of interrupts', () => {
  it('lists the worst first, equals in a fixed order', () => {
    expect(names({})).toEqual(['eth0-rx', 'disk', 'eth0-tx']);
  });

  it('folds what is silent, but never what once cost the budget', () => {
    expect(listInterrupts(all, options).quiet).toBe(1);
    expect(names({ quiet: true })).toContain('ttyS0');
    expect(names({ quiet: false })).toContain('eth0-rx');
  });

  it('finds by all words of the filter, whatever the case', () => {
    expect(names({ filter: 'ETH0 43' })).toEqual(['eth0-tx']);
    expect(names({ filter: 'irq 36' })).toEqual(['disk']);
    expect(names({ filter: '.*' })).toEqual([]);
  });

  it('sorts by any column in both directions', () => {
    expect(names({ sort: 'irq', descending: false })).toEqual(['disk', 'eth0-rx', 'eth0-tx']);
    expect(names({ sort: 'action', descending: true })).toEqual(['eth0-tx', 'eth0-rx', 'disk']);
  });
});
