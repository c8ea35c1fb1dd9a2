// The longest time with interrupts disabled.
import type { Nanoseconds, Spike } from '@rtprobe/protocol';
import type { Reading } from '../reading/reading.ts';

export interface IrqsOff {
  /** Lower bound, which is proven. */
  lowerNs: Nanoseconds;
  /** Upper bound; the same if exact or not captured. */
  upperNs: Nanoseconds;
  cpu: number | undefined;
  spike: Spike | undefined;
}

/** Returns undefined if the measure is off or has no values. */
export function irqsOffWorst(reading: Reading): IrqsOff | undefined {
  const series = reading.series('irqsoff', -1);
  if (series === undefined || series.total.count === 0) return undefined;
  const { max } = series.total;
  const spike = reading.spikes.findLast((s) => s.measure === 'irqsoff' && s.valueNs === max);
  return {
    lowerNs: spike?.bounds?.lowerNs ?? max,
    upperNs: spike?.bounds?.upperNs ?? max,
    cpu: spike?.cpu ?? series.worstCpu,
    spike,
  };
}
