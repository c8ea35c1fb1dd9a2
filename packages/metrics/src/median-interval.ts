// The median of few values and an interval for the true one, without any assumption about their distribution: the
// interval that belongs to the sign test, between two of the values in order (Thompson, "On confidence ranges for the
// median and other expectation distributions", Annals of Mathematical Statistics 7, 1936).

export interface MedianInterval {
  median: number;
  low: number;
  high: number;
}

/** Fewest values for an interval of this confidence: all of them are on one side with probability 2^(1 − n). */
export const valuesForInterval = (confidence: number): number => 1 + Math.ceil(-Math.log2(1 - confidence));

/** Returns undefined if there are fewer than valuesForInterval() values. */
export function medianInterval(values: readonly number[], confidence: number): MedianInterval | undefined {
  const n = values.length;
  if (n < valuesForInterval(confidence)) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  // The largest rank from each end at which both ends together miss the median rarely enough.
  let rank = 0;
  let chance = 2 ** (1 - n);
  for (let sum = chance; sum <= 1 - confidence && 2 * rank < n - 1; sum += chance) {
    rank++;
    chance = (chance * (n - rank + 1)) / rank;
  }
  const middle = (n - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { median, low: sorted[rank - 1]!, high: sorted[n - rank]! };
}
