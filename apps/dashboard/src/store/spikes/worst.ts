// The largest value of the run, and its spike if one was captured.
import { type Measure, type Nanoseconds, type Spike, thresholdOf, type UnixMicros } from '@rtprobe/protocol';
import type { PlainKey } from '../../i18n/translate.ts';
import type { Reading } from '../reading/reading.ts';

export interface Worst {
  ns: Nanoseconds;
  count: number;
  spike: Spike | undefined;
  at: UnixMicros | undefined;
  cpu: number | undefined;
  /** Why no cause is named, if there is none. */
  without: PlainKey | undefined;
}

/** Returns undefined before the first value. */
export function worstOf(reading: Reading, measure: Measure, cpu: number): Worst | undefined {
  const series = reading.series(measure, cpu);
  if (series === undefined || series.total.count === 0) return undefined;
  const ns = series.total.max;
  // The kernel keeps maxima exactly, so the spike of the maximum has exactly that value.
  const spike = reading.spikes.findLast(
    (s) => s.measure === measure && s.valueNs === ns && (cpu < 0 || s.cpu === cpu),
  );
  return {
    ns,
    count: series.total.count,
    spike,
    at: spike?.time ?? series.worstAt,
    cpu: spike?.cpu ?? series.worstCpu,
    without: spike === undefined ? whyWithout(reading, measure, ns) : undefined,
  };
}

function whyWithout(reading: Reading, measure: Measure, ns: Nanoseconds): PlainKey {
  const threshold = thresholdOf(reading.info.config, measure);
  if (threshold === 0) return 'verdict.noThreshold';
  if (ns <= threshold) return 'verdict.under';
  return 'verdict.notHeld';
}
