import { expect, it } from 'vitest';
import { linearTicks } from './ticks.ts';

it('latency ticks are round numbers within the axis', () => {
  expect(linearTicks(400e3)).toEqual([0, 100e3, 200e3, 300e3, 400e3]);
  expect(linearTicks(11.2e6)).toEqual([0, 5e6, 10e6]);
  expect(linearTicks(8e6)).toEqual([0, 2e6, 4e6, 6e6, 8e6]);
});
