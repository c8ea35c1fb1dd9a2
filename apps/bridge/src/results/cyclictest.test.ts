import { describe, expect, it } from 'vitest';
import { printsNanoseconds, readCyclictest } from './cyclictest.ts';
import { fixture } from './testing.ts';

const read = (text: string, unitNs = 1000) => readCyclictest(text, unitNs);
const sum = (buckets: [number, number][]) => buckets.reduce((total, [, count]) => total + count, 0);

describe('a histogram of cyclictest', () => {
  it('has a row for each thread; the sum that -H adds is not one', () => {
    const { rows, limitNs, notes } = read(fixture('cyclictest-H.txt'));
    expect(rows).toMatchObject([
      { number: 0, count: 200, over: 41, minNs: 41_000, avgNs: 137_000, maxNs: 3_959_000 },
      { number: 1, count: 177, over: 38, minNs: 75_000, avgNs: 434_000, maxNs: 9_534_000 },
    ]);
    expect(rows.map(({ buckets }) => sum(buckets))).toEqual([159, 139]);
    expect([limitNs, notes]).toEqual([150_000, []]);
  });

  it('lists the cycles of overflows, and counts those that cyclictest did not list', () => {
    const { rows } = read(fixture('cyclictest-h-overflows.txt'));
    expect(rows[0]!.samples).toHaveLength(60);
    expect(rows[0]!.samples![5]).toEqual({ cycle: 6 });
    expect(rows).toMatchObject([
      { over: 192, samplesLeftOut: 132 },
      { over: 299, samplesLeftOut: 239 },
    ]);
  });

  it('of a file that was cut has what is there, and says so', () => {
    const whole = fixture('cyclictest-H.txt');
    const { rows, notes } = read(whole.slice(0, whole.indexOf('# Total') - 5));
    expect(notes).toEqual(['truncated', 'summary_column']);
    expect(rows).toHaveLength(2);
    expect(rows[0]!.maxNs).toBeUndefined();
    expect(read(whole.slice(0, whole.indexOf('# Max'))).notes).toEqual(['truncated']);
  });

  it('of which every shorter file is read, too, but as incomplete', () => {
    const whole = fixture('cyclictest-v-h.txt');
    for (let length = 200; length < whole.indexOf('# Histogram Overflows'); length += 37) {
      const { notes } = read(whole.slice(0, length));
      if (whole.slice(0, length).includes('# Histogram\n00'))
        expect(notes, `${length}`).toContain('truncated');
    }
  });

  it('whose buckets do not add up to its total is marked', () => {
    expect(
      read(fixture('cyclictest-H.txt').replace('# Total: 000000159', '# Total: 000000160')).notes,
    ).toEqual(['sum']);
  });

  it.each([
    ['000007 000000\t00000x\t000000', '00000x', 'a number'],
    ['000007 000000\t000001', '000007 000000', 'a bucket with 3 counts'],
    ['000007', '000007', 'a bucket with its counts'],
    ['000007 000000\t000001\t000001', '000007 000000', 'a bucket above the one before'],
    ['# Min Latencies: 00041 none', 'none', 'a number'],
    ['# Thread 0: 00001 00x02', '00x02', 'a number'],
  ])('with the line %j is refused with the word', (line, word, expected) => {
    const lines = fixture('cyclictest-H.txt').split('\n');
    lines[20] = line;
    const refusal = expect.objectContaining({
      ...{ code: 'E_RESULT_WORD', word: expect.stringContaining(word.slice(0, 10)) },
      message: expect.stringMatching(new RegExp(`line 21: .*${expected}`, 's')),
    });
    expect(() => read(lines.join('\n'))).toThrow(refusal);
  });
});

describe('other output of cyclictest', () => {
  it('with -q has thread ids and intervals', () => {
    expect(read(fixture('cyclictest-q.txt')).rows).toEqual([
      {
        ...{ number: 0, tid: 21_053, intervalNs: 1_000_000, buckets: [] },
        ...{ count: 300, minNs: 58_000, avgNs: 111_000, maxNs: 7_532_000 },
      },
      expect.objectContaining({ tid: 21_054, intervalNs: 1_500_000, count: 218, maxNs: 16_068_000 }),
    ]);
  });

  it('with -N is in nanoseconds', () => {
    expect(read(fixture('cyclictest-N.txt'), 1).rows[0]).toMatchObject({ minNs: 32_085, maxNs: 87_261_677 });
    expect(printsNanoseconds(['-t2', '-mN'])).toBe(true);
    expect(printsNanoseconds(['--nsecs'])).toBe(true);
    expect(printsNanoseconds(['-t', '2', '--smp'])).toBe(false);
  });

  it('on a terminal ends with the newest figures of each thread', () => {
    const { rows, notes } = read(fixture('cyclictest-terminal.txt'));
    expect(rows).toMatchObject([
      { tid: 21_111, count: 12, maxNs: 24_895_000 },
      { tid: 21_112, count: 58, maxNs: 2_454_000 },
    ]);
    expect(notes).toEqual(['truncated']);
  });

  it('with --spike has the value and the time of each', () => {
    const { rows } = read(fixture('cyclictest-spike.txt'));
    expect(rows.map(({ samples }) => samples!.length)).toEqual([9, 39]);
    expect(rows[1]!.samples![0]).toEqual({ valueNs: 37_811_000, monoNs: '70928316764000' });
  });

  it('with -v has every cycle once, although -h lists overflows again', () => {
    const { rows } = read(fixture('cyclictest-v-h.txt'));
    expect(rows.map(({ samples }) => samples!.length)).toEqual([40, 37]);
    expect(rows[0]).toMatchObject({ count: 40, over: 6 });
    expect(rows[0]!.samples![0]).toEqual({ cycle: 0, valueNs: 89_000 });
  });

  it('without a histogram, but with -v, has the figures of the listed samples', () => {
    const lines = fixture('cyclictest-v-h.txt')
      .split('\n')
      .filter((line) => /^\s+[01]:/.test(line));
    expect(read(`${lines.join('\n')}\n`).rows[0]).toMatchObject({ count: 40, minNs: 23_000, maxNs: 206_000 });
  });

  it('counts lines that are no output of it', () => {
    expect(read(`hello\n${fixture('cyclictest-q.txt')}`)).toMatchObject({ ignoredLines: 1, rows: [{}, {}] });
  });
});
