import type { Slice } from '@rtprobe/trace';
import { describe, expect, it } from 'vitest';
import { nextMatch, searchSlices } from './search.ts';

const base = {
  cpu: 0,
  context: 'running',
  number: 0,
  begin: 'seen',
  end: 'seen',
  depth: 0,
  netNs: 1,
} as const;
const slice = (startNs: number, words: Pick<Slice, 'kind' | 'label' | 'name'> & Partial<Slice>): Slice => ({
  ...{ ...base, startNs, endNs: startNs + 10 },
  ...words,
});
const fio = slice(30, { kind: 'task', label: 'fio/812', name: 'fio', pid: 812 });
const cyclictest = slice(10, { kind: 'task', label: 'cyclictest/12', name: 'cyclictest', pid: 12 });
/** It interrupted fio, so its pid is that of fio. */
const disk = slice(20, { kind: 'irq', label: 'irq 36', name: 'virtio1-req.0', pid: 812 });
const tick = slice(40, {
  ...{ kind: 'vector', label: 'LOC', name: 'local timer', pid: 812 },
  callback: { kind: 'hrtimer', function: 'tick_nohz_handler' },
});
const off = slice(50, { kind: 'irqs_off', label: 'interrupts disabled', name: 'fio', pid: 812 });
const all = [fio, cyclictest, disk, tick, off];
const sample = { cpu: 0, at: 35, place: { function: 'mwl_wait_dma' } };
const search = (text: string) =>
  searchSlices({ index: { slices: all } as never, sampledIn: new Map([[fio, [sample]]]) }, text);

describe('the search of a timeline', () => {
  it('finds by name, pid and function, in order of time', () => {
    expect(search('FIO')).toEqual([fio, off]);
    expect(search('virtio')).toEqual([disk]);
    expect(search('nohz')).toEqual([tick]);
    expect(search('c')).toEqual([cyclictest, tick]);
    expect(search('hrtimer tick')).toEqual([tick]);
    expect(search('wait_dma')).toEqual([fio]);
  });

  it('takes a number as a whole: a pid, or the number of an interrupt', () => {
    expect(search('12')).toEqual([cyclictest]);
    expect(search('812')).toEqual([fio]);
    expect(search('irq 36')).toEqual([disk]);
  });

  it('tells nothing searched from nothing found', () => {
    expect(search('  ')).toBeUndefined();
    expect(search('nothing')).toEqual([]);
  });
});

describe('the next match', () => {
  const matches = [cyclictest, fio, off];
  const at = (from: Slice | undefined) => ({ slice: from, atNs: 25 });

  it('follows the current one, and after the last comes the first', () => {
    expect(nextMatch(matches, at(cyclictest), 1)).toBe(fio);
    expect(nextMatch(matches, at(off), 1)).toBe(cyclictest);
    expect(nextMatch(matches, at(cyclictest), -1)).toBe(off);
  });

  it('begins at what is shown, or at a slice that does not match', () => {
    expect(nextMatch(matches, at(undefined), 1)).toBe(fio);
    expect(nextMatch(matches, at(undefined), -1)).toBe(cyclictest);
    expect(nextMatch(matches, at(tick), 1)).toBe(off);
    expect(nextMatch(matches, { slice: undefined, atNs: 99 }, 1)).toBe(cyclictest);
    expect(nextMatch([], at(undefined), 1)).toBeUndefined();
  });
});
