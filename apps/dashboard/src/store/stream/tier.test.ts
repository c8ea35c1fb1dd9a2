import { countOfLevel, ROWS } from '@rtprobe/metrics';
import { describe, expect, it } from 'vitest';
import { FrozenTier, type Increment, Tier } from './tier.ts';

const SECOND = 1e6;

function increment(
  endSeconds: number,
  spanSeconds: number,
  max: number,
  cells: Record<number, number>,
): Increment {
  const add: Increment = {
    time: endSeconds * SECOND,
    spanUs: spanSeconds * SECOND,
    count: 0,
    max,
    cells: new Float64Array(ROWS),
    touched: new Uint16Array(ROWS),
    touchedCount: 0,
  };
  for (const [row, count] of Object.entries(cells)) {
    add.cells[Number(row)] = count;
    add.touched[add.touchedCount++] = Number(row);
    add.count += count;
  }
  return add;
}

function cell(tier: Tier, column: number, row: number): number {
  const levels = tier.chunk(column);
  return levels === undefined ? -1 : countOfLevel(levels[tier.offset(column) + row]!);
}

describe('a tier', () => {
  it('adds up the frames of a column and keeps the largest maximum', () => {
    const tier = new Tier(SECOND, 128);
    tier.add(increment(100.5, 0.5, 700, { 10: 3 }));
    tier.add(increment(101, 0.5, 900, { 10: 4, 12: 1 }));
    expect([tier.count(100), tier.max(100), cell(tier, 100, 10), cell(tier, 100, 12)]).toEqual([
      8, 900, 7, 1,
    ]);
  });

  it('leaves columns without a frame uncovered instead of bridging them', () => {
    const tier = new Tier(SECOND, 128);
    tier.add(increment(11, 1, 5, { 3: 1 }));
    tier.add(increment(15, 1, 5, { 3: 1 }));
    expect([10, 11, 12, 13, 14].map((c) => tier.covered(c))).toEqual([true, false, false, false, true]);
    expect([11, 12, 13].map((c) => tier.max(c))).toEqual([0, 0, 0]);
  });

  it('covers a column that had frames but no values', () => {
    const tier = new Tier(SECOND, 128);
    tier.add(increment(11, 1, 0, {}));
    expect([tier.covered(10), tier.count(10)]).toEqual([true, 0]);
  });

  it('spreads a span over the columns it covers, the maximum over all of them', () => {
    const tier = new Tier(SECOND, 128);
    tier.add(increment(20, 4, 900, { 7: 40 }));
    for (const column of [16, 17, 18, 19]) {
      expect([tier.covered(column), tier.count(column), tier.max(column)]).toEqual([true, 10, 900]);
    }
  });

  it('puts a frame that straddles two columns into the later one, so that its maximum is drawn once', () => {
    const tier = new Tier(SECOND, 128);
    tier.add(increment(10.9, 0.9, 100, { 7: 1 }));
    tier.add(increment(11.1, 0.2, 900, { 7: 1 }));
    expect([tier.max(10), tier.max(11)]).toEqual([100, 900]);
  });

  it('keeps a single value visible however wide the span', () => {
    const tier = new Tier(SECOND, 128);
    tier.add(increment(20, 10, 900, { 7: 1 }));
    expect(tier.chunk(15)![tier.offset(15) + 7]).toBeGreaterThan(0);
  });

  it('forgets the oldest columns and never more than its capacity', () => {
    const tier = new Tier(SECOND, 128);
    for (let t = 1; t <= 400; t++) tier.add(increment(t, 1, t, { 5: 1 }));
    expect([tier.first, tier.last]).toEqual([272, 399]);
    expect([tier.max(271), tier.max(272), tier.max(399)]).toEqual([0, 273, 400]);
    expect(cell(tier, 399, 5)).toBe(1);
  });

  it('shows nothing of the past after a jump beyond its capacity', () => {
    const tier = new Tier(SECOND, 128);
    tier.add(increment(10, 1, 900, { 5: 1 }));
    tier.add(increment(1000, 1, 30, { 6: 1 }));
    for (let c = tier.first; c < 999; c++)
      expect([tier.covered(c), tier.max(c), cell(tier, c, 5)]).toEqual([false, 0, 0]);
  });
});

it('a frozen tier shows its newest column as it was and nothing that came later', () => {
  const tier = new Tier(SECOND, 128);
  tier.add(increment(10, 1, 50, { 4: 2 }));
  tier.add(increment(10.5, 0.5, 70, { 5: 3 }));
  const frozen = new FrozenTier(tier);
  tier.add(increment(11, 0.5, 900, { 5: 9 }));
  tier.add(increment(12, 1, 800, { 6: 9 }));
  expect([frozen.max(10), frozen.count(10), frozen.max(9), frozen.max(11), frozen.covered(11)]).toEqual([
    70,
    3,
    50,
    0,
    false,
  ]);
  const cellOf = (column: number, row: number) =>
    countOfLevel(frozen.chunk(column)![frozen.offset(column) + row]!);
  expect([cellOf(10, 5), cellOf(9, 4), frozen.chunk(11)]).toEqual([3, 2, undefined]);
  expect(new FrozenTier(new Tier(SECOND, 128)).covered(0)).toBe(false);
});
