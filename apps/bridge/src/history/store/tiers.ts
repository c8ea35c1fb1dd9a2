// The resolutions that are kept, finest first. Each coarser one is made of the one before it: counts and buckets
// added, the largest of the largest values, so a maximum never gets lost on the way.

const SECOND = 1e6;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

export interface Tier {
  /** Index in TIERS. */
  readonly index: number;
  /** Part of the table's name. */
  readonly name: string;
  /** Width of one stored slice, µs. Raw slices hold the frames of a second one by one. */
  readonly widthUs: number;
  /** Slices older than this are removed. */
  readonly keepUs: number;
  /** Slices younger than this are removed for want of room only when no tier has older ones left to give. */
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

/** Raw slices this close to a spike are kept for as long as the 10 s tier. */
export const NEAR_SPIKE_US = 5 * SECOND;
export const KEEP_NEAR_SPIKES_US = 14 * DAY;

/** The tier whose slices make columns of this width: the coarsest that divides it. */
export function tierOf(widthUs: number): Tier {
  if (widthUs < SECONDS.widthUs) return RAW;
  return TIERS.findLast((tier) => widthUs % tier.widthUs === 0)!;
}
