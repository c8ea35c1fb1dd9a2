import { describe, expect, it } from 'vitest';
import { cpusOfList } from './cpus.ts';

describe('a list of CPUs', () => {
  it('is read with ranges', () => {
    expect(cpusOfList('0-2,6')).toEqual([0, 1, 2, 6]);
    expect(cpusOfList('')).toEqual([]);
    expect(cpusOfList('3-2,x-y')).toEqual([]);
  });

  it('of any length has at most 65,536 CPUs', () => {
    expect(cpusOfList('0-999999999')).toHaveLength(65_536);
    expect(cpusOfList('0-65535,0-65535,7')).toHaveLength(65_536);
  });
});
