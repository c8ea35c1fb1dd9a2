import { expect, it } from 'vitest';
import { formatDuration } from './duration.ts';

it.each([
  [0, '0 ns'],
  [999, '999 ns'],
  [9_000, '9.00 µs'],
  [812_000, '812 µs'],
  [999_600, '1.00 ms'],
  [3_020_000, '3.02 ms'],
  [99_960_000, '100 ms'],
  [68_700_000_000, '68.7 s'],
])('%i ns is written with three digits and a unit: %s', (ns, text) => {
  expect(formatDuration(ns)).toBe(text);
});
