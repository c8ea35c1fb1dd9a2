import { describe, expect, it } from 'vitest';
import { readHwlatdetect } from './hwlatdetect.ts';
import { fixture } from './testing.ts';

describe('the output of hwlatdetect', () => {
  it('has the largest gap, and the time of each', () => {
    const { rows, notes, ignoredLines } = readHwlatdetect(fixture('hwlatdetect.txt'));
    expect([notes, ignoredLines]).toEqual([[], 0]);
    expect(rows).toMatchObject([{ count: 6, maxNs: 4_062_000 }]);
    expect(rows[0]!.samples![2]).toEqual({ valueNs: 4_062_000, time: 1_796_038_687_365_020 });
    expect(rows[0]!.samples).toHaveLength(6);
  });

  it('below the threshold has no gap', () => {
    const { rows, notes } = readHwlatdetect(fixture('hwlatdetect-none.txt'));
    expect([rows, notes]).toEqual([[{ number: 0, count: 0, buckets: [] }], []]);
  });

  it('with --quiet has the gaps only', () => {
    const { rows, notes } = readHwlatdetect(fixture('hwlatdetect-quiet.txt'));
    expect(rows).toMatchObject([{ count: 4, maxNs: 5_148_000 }]);
    expect(notes).toEqual([]);
  });

  it('that was cut is marked', () => {
    const whole = fixture('hwlatdetect.txt');
    expect(readHwlatdetect(whole.slice(0, whole.indexOf('Max Latency'))).notes).toEqual(['truncated']);
  });

  it.each([
    ['Max Latency: 40x2us', '40x2'],
    ['ts: 17960.3, inner:x, outer:2', 'ts: 17960.3, inner:x, outer:2'],
  ])('with the line %j is refused', (line, word) => {
    const text = `${fixture('hwlatdetect.txt')}${line}\n`;
    expect(() => readHwlatdetect(text)).toThrow(expect.objectContaining({ code: 'E_RESULT_WORD', word }));
  });
});
