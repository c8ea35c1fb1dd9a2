// The resolutions in the store, finest first. Each coarser tier is made from the one before it. Counts and buckets are
// added and the largest value is kept, so no maximum is lost.

const SECOND = 1e6;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

export interface Tier {
  /** Index in TIERS. */
  readonly index: number;
  /** Part of the table's name. */
  readonly name: string;
  /** Width of one stored slice, µs. Raw slices contain the single frames of a second. */
  readonly widthUs: number;
  /** Slices older than this are removed. */
  readonly keepUs: number;
  /** Slices younger than this are removed only if space is short and no tier has older ones. */
  readonly floorUs: number;
}

export const TIERS: readonly Tier[] = [
  { index: 0, name: 'raw', widthUs: SECOND, keepUs: HOUR, floorUs: HOUR / 6 },
  { index: 1, name: '1s', widthUs: SECOND, keepUs: 2 * DAY, floorUs: 2 * HOUR },
  { index: 2, name: '10s', widthUs: 10 * SECOND, keepUs: 14 * DAY, floorUs: DAY / 2 },
  { index: 3, name: '1m', widthUs: 60 * SECOND, keepUs: 90 * DAY, floorUs: 3 * DAY },
  { index: 4, name: '10m', widthUs: 600 * SECOND, keepUs: 365 * DAY, floorUs: 30 * DAY },
  { index: 5, name: '1h', widthUs: HOUR, keepUs: 3650 * DAY, floorUs: 180 * DAY },
];

export const RAW = TIERS[0]!;
export const SECONDS = TIERS[1]!;
export const COARSEST = TIERS[TIERS.length - 1]!;

/** Raw slices this close to a spike are kept as long as the 10 s tier. */
export const NEAR_SPIKE_US = 5 * SECOND;
export const KEEP_NEAR_SPIKES_US = 14 * DAY;

/** Returns the tier whose slices make columns of this width: the coarsest that divides it. */
export function tierOf(widthUs: number): Tier {
  if (widthUs < SECONDS.widthUs) return RAW;
  return TIERS.findLast((tier) => widthUs % tier.widthUs === 0)!;
}
