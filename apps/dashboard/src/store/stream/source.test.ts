import type { FrameRow, SourceInfo } from '@rtprobe/protocol';
import { expect, test } from 'vitest';
import { Source } from './source.ts';

const SECOND = 1e6;

/** 100 values of 10 µs. */
const row = {
  count: 100,
  none: 0,
  sum: 1e6,
  max: 10_000,
  buckets: 0,
  bucketIndex: new Uint16Array(),
  bucketCount: new Float64Array(),
} as unknown as FrameRow;

/** Adds ten frames a second from `from` on, each with a hundred values. */
function seen(from: number, seconds: number): { source: Source; time: number } {
  const source = new Source({} as SourceInfo);
  let time = from;
  for (let i = 0; i < seconds * 10; i++) {
    time += SECOND / 10;
    source.addDelta(row, 0, time);
  }
  return { source, time };
}

test('a rate is of the seconds that were seen, not of five', () => {
  for (const seconds of [3, 4, 30]) {
    const { source, time } = seen(1000 * SECOND + 400_000, seconds);
    expect(source.rate(time), `${seconds} s`).toBe(1000);
    expect(source.share(time)).toBeCloseTo(0.01);
  }
});

test('nothing is claimed of a second that was not seen whole', () => {
  const { source, time } = seen(1000 * SECOND + 400_000, 1);
  expect(source.rate(time)).toBe(0);
});

test('silence is a rate of zero', () => {
  const { source, time } = seen(1000 * SECOND, 10);
  source.tick(time + 6 * SECOND);
  expect(source.rate(time + 6 * SECOND)).toBe(0);
});
