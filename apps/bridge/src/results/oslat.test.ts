import { describe, expect, it } from 'vitest';
import { readOslat } from './oslat.ts';
import { fixture } from './testing.ts';

describe('the output of oslat', () => {
  it('has a row for each CPU; its last bucket is open', () => {
    expect(readOslat(fixture('oslat-z.txt'))).toMatchObject({
      ...{ tool: 'oslat', version: '2.40', notes: [], ignoredLines: 0 },
      rows: [
        { cpu: 0, minNs: 1000, avgNs: 1121, maxNs: 26_654_000, lastIsOpen: true },
        { cpu: 1, minNs: 1000, avgNs: 1115, maxNs: 36_105_000, lastIsOpen: true },
      ],
    });
    expect(readOslat(fixture('oslat-z.txt')).rows[0]!.buckets.at(-1)).toEqual([32_000, 77]);
  });

  it('that was cut is marked', () => {
    const whole = fixture('oslat.txt');
    expect(readOslat(whole.slice(0, whole.indexOf('Maximum'))).notes).toEqual(['truncated']);
  });

  it('with another number of values than CPUs is refused', () => {
    const text = fixture('oslat-z.txt').replace('001 (us):\t 6871878 7303165', '001 (us):\t 6871878');
    expect(() => readOslat(text)).toThrow(
      expect.objectContaining({ code: 'E_RESULT_WORD', word: '6871878' }),
    );
  });
});
