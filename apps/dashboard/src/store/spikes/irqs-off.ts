// The longest time that interrupts were off, as far as it is known.
import type { Nanoseconds, Spike } from '@rtprobe/protocol';
import type { Reading } from '../reading/reading.ts';

export interface IrqsOff {
  /** Proven. */
  lowerNs: Nanoseconds;
  /** Possible; the same where it is exact or not captured. */
  upperNs: Nanoseconds;
  cpu: number | undefined;
  spike: Spike | undefined;
}

/** undefined where it is not measured, or nothing was. */
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
