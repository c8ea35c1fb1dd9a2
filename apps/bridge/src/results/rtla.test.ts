import { describe, expect, it } from 'vitest';
import { readRtla } from './rtla.ts';
import { fixture } from './testing.ts';

describe('a histogram of rtla', () => {
  it('timerlat has a row for interrupt and thread of each CPU', () => {
    const { tool, rows, notes } = readRtla(fixture('timerlat.txt'));
    expect([tool, notes]).toEqual(['timerlat', []]);
    expect(rows).toMatchObject([
      { cpu: 0, context: 'irq', count: 2964, over: 45, minNs: 3000, avgNs: 123_000, maxNs: 6_147_000 },
      { cpu: 0, context: 'thread', count: 2964, over: 56, maxNs: 6_231_000 },
      { cpu: 1, context: 'irq', count: 2817, maxNs: 5_820_000 },
      { cpu: 1, context: 'thread', count: 2817, maxNs: 8_506_000 },
    ]);
    expect(rows[0]!.buckets.slice(0, 2)).toEqual([
      [2000, 1],
      [4000, 1],
    ]);
    for (const { buckets, over, count } of rows)
      expect(buckets.reduce((sum, [, n]) => sum + n, 0) + over!).toBe(count);
  });

  it('can be in nanoseconds', () => {
    expect(readRtla(fixture('timerlat-ns.txt')).rows[2]).toMatchObject({
      ...{ minNs: 40_539, maxNs: 10_472_898, buckets: [[40_000, 1]] },
    });
  });

  it('ends with its summary, whatever rtla prints then', () => {
    expect(readRtla(fixture('timerlat-stop.txt'))).toMatchObject({ notes: [], ignoredLines: 0 });
  });

  it('osnoise has a row for each CPU', () => {
    const { tool, rows } = readRtla(fixture('osnoise.txt'));
    expect(tool).toBe('osnoise');
    expect(rows.map(({ cpu, context }) => [cpu, context])).toEqual([
      [0, undefined],
      [1, undefined],
    ]);
  });

  it('that was cut is marked, and counts what is there', () => {
    const whole = fixture('timerlat.txt');
    const { rows, notes } = readRtla(whole.slice(0, whole.indexOf('over:')));
    expect(notes).toEqual(['truncated']);
    expect(rows[0]!.count).toBe(2964 - 45);
  });

  it('ignores a line whose first word only begins as one of the summary', () => {
    const text = fixture('osnoise.txt');
    const { rows, ignoredLines } = readRtla(text.replace('over: ', 'over:!'));
    expect(rows[0]).not.toHaveProperty('over');
    expect(rows[0]).not.toHaveProperty('undefined');
    expect(ignoredLines).toBe(readRtla(text).ignoredLines + 1);
  });

  it.each([
    ['Index   IRQ-000   Tea-000', 'Tea-000'],
    ['37            1         0         0', '1 0 0'],
    ['37            1         x         0         0', 'x'],
    ['36            1         0         0         0', '36'],
  ])('with the line %j is refused with the word', (line, word) => {
    const lines = fixture('timerlat.txt').split('\n');
    lines[line.startsWith('Index') ? 3 : 9] = line;
    expect(() => readRtla(lines.join('\n'))).toThrow(
      expect.objectContaining({ code: 'E_RESULT_WORD', word }),
    );
  });
});
