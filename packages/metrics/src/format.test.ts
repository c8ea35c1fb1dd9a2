import { describe, expect, it } from 'vitest';
import {
  age,
  cpuList,
  formatBytes,
  formatDuration,
  formatFrequency,
  fullCount,
  inCpuList,
  parseDuration,
  percent,
  rate,
  shortCount,
  signedDuration,
  span,
  stopwatch,
} from './format.ts';

describe('durations', () => {
  it('have three digits and the unit that fits', () => {
    const written = [1, 412, 999, 1_000, 7_200, 61_340, 412_000, 999_499, 3_020_000, 2_000_000_000].map(
      formatDuration,
    );
    expect(written).toEqual([
      '1 ns',
      '412 ns',
      '999 ns',
      '1 µs',
      '7.20 µs',
      '61.3 µs',
      '412 µs',
      '999 µs',
      '3.02 ms',
      '2 s',
    ]);
  });

  it('that are differences have a sign, except for none', () => {
    expect([412_000, -3_000_000, 0].map((ns) => signedDuration(ns))).toEqual(['+412 µs', '−3 ms', '0 ns']);
  });

  it('never read 1000 of a unit', () => {
    expect(formatDuration(999_600)).toBe('1.00 ms');
    expect(formatDuration(9_996)).toBe('10.0 µs');
    expect([800_000, 1_200_000, 3_400_000].map(formatFrequency)).toEqual(['800 MHz', '1.20 GHz', '3.40 GHz']);
  });
});

describe('counts', () => {
  it('are shortened to three digits or written out with thin spaces', () => {
    expect([7, 999, 41_200, 23_931_204].map(shortCount)).toEqual(['7', '999', '41.2 k', '23.9 M']);
    expect(fullCount(23_931_204)).toBe('23\u202f931\u202f204');
  });

  it('a second show small rates without pretending to be exact', () => {
    expect([0, 0.02, 2.04, 1204, 4_100_000].map(rate)).toEqual(['0', '<0.1', '2.0', '1\u202f204', '4.10 M']);
  });
});

describe('times', () => {
  it('are told in two units at most', () => {
    expect([0, 12, 60, 138, 3600, 24_072, 86_400, 273_600].map(span)).toEqual([
      '0 s',
      '12 s',
      '1 min',
      '2 min 18 s',
      '1 h',
      '6 h 41 min',
      '1 d',
      '3 d 4 h',
    ]);
  });

  it('in columns have one', () => {
    expect([59, 138, 24_072, 273_600].map(age)).toEqual(['59 s', '2 min', '6 h', '3 d']);
  });

  it('run as a clock, with days in front', () => {
    expect([24_072, 90_061].map(stopwatch)).toEqual(['06:41:12', '1 d 01:01:01']);
  });
});

describe('other quantities', () => {
  it('are lists of CPUs as the kernel writes them', () => {
    expect(cpuList([3, 0, 1, 2, 6])).toBe('0-3,6');
    expect(cpuList([])).toBe('');
    expect([0, 3, 4, 6, 7].map((cpu) => inCpuList('0-3,6', cpu))).toEqual([true, true, false, true, false]);
    expect(inCpuList('', 0)).toBe(false);
  });

  it('are shares and bytes', () => {
    expect([0.0021, 0.021, 0.21].map(percent)).toEqual(['0.21 %', '2.1 %', '21 %']);
    expect([512, 1_800_000].map(formatBytes)).toEqual(['512 B', '1.72 MiB']);
  });
});

it('durations are read as they are typed, and nothing else is', () => {
  expect(['250us', '250µs', '1.5ms', '2s', '0ns'].map(parseDuration)).toEqual([250e3, 250e3, 1.5e6, 2e9, 0]);
  expect(['', '5', 'ms', '1 ms', '-1ms', '1e3us', '1min'].map(parseDuration)).toEqual(
    Array(7).fill(undefined),
  );
});

it.each([
  [0, '0 ns'],
  [999, '999 ns'],
  [9_000, '9 µs'],
  [812_000, '812 µs'],
  [999_600, '1.00 ms'],
  [3_020_000, '3.02 ms'],
  [99_960_000, '100 ms'],
  [68_700_000_000, '68.7 s'],
])('%i ns is written with at most three digits and a unit: %s', (ns, text) => {
  expect(formatDuration(ns)).toBe(text);
});

describe('signed durations beside each other', () => {
  it('have as many decimals as they need to differ, and never less than a nanosecond', () => {
    expect(signedDuration(-7_991_672, 8_333)).toBe('−7.992 ms');
    expect(signedDuration(-7_983_339, 8_333)).toBe('−7.983 ms');
    expect(signedDuration(8_000_050, 50)).toBe('+8.00005 ms');
    expect(signedDuration(8_000_050, 0)).toBe('+8.000050 ms');
    expect(signedDuration(412_000, 1e9)).toBe('+412 µs');
    expect(signedDuration(412_000, 200)).toBe('+412.0 µs');
    expect(signedDuration(3, 0.1)).toBe('+3 ns');
  });
});
