import { expect, it } from 'vitest';
import { REACH, shiftAt } from './shift.ts';

const CYCLE = 4 * REACH * (4 * REACH + 1);
const steps = Array.from({ length: CYCLE + 1 }, (_, step) => shiftAt(step));

it('the picture moves at most a pixel a step, and stays within its reach', () => {
  for (const [i, { x, y }] of steps.entries()) {
    expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(REACH);
    const before = steps[Math.max(0, i - 1)]!;
    expect(Math.max(Math.abs(x - before.x), Math.abs(y - before.y))).toBeLessThanOrEqual(1);
  }
});

it('the picture is nowhere for more than a fiftieth of the time', () => {
  const times = new Map<string, number>();
  for (const { x, y } of steps.slice(1)) {
    const place = `${x} ${y}`;
    times.set(place, (times.get(place) ?? 0) + 1);
  }
  expect(times.size).toBeGreaterThan((2 * REACH) ** 2);
  expect(Math.max(...times.values()) / CYCLE).toBeLessThan(0.02);
});
