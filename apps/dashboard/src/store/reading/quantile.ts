// Percentiles of a distribution, as the page displays them.
import { percentile, samplesNeeded, shortCount } from '@rtprobe/metrics';
import type { Nanoseconds } from '@rtprobe/protocol';
import { t } from '../../i18n/translate.ts';

/** Percentiles that the headline, the tiles of a source and the pictures show. */
export const SHOWN_QUANTILES = [0.999, 0.99, 0.5] as const;

/** Percentiles that tables of a distribution list, from the top. */
export const TABLE_QUANTILES = [0.99999, 0.9999, 0.999, 0.99, 0.9, 0.5] as const;

interface Distribution {
  buckets: Float64Array;
  count: number;
  max: Nanoseconds;
}

/** Returns undefined if the count is too small for the percentile. */
export function quantileOf({ buckets, count, max }: Distribution, q: number): Nanoseconds | undefined {
  return percentile(buckets, count, max, q);
}

/** Returns "from n = 10 k" for 0.999: the count from which the percentile is shown. */
export const fromCountText = (q: number): string => t('pages.fromN', { n: shortCount(samplesNeeded(q)) });
