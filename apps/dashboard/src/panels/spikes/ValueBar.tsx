// Value against threshold, and the share of the named handler, if there is one.
import type { Spike } from '@rtprobe/protocol';

export function ValueBar({ spike }: { spike: Spike }) {
  const whole = spike.valueNs;
  const explained = spike.measure === 'timer_latency' ? Math.min(whole, spike.cause?.durationNs ?? 0) : whole;
  const over = spike.thresholdNs > 0 ? Math.min(1, spike.thresholdNs / whole) : 0;
  const percentOf = (share: number) => `${(share * 100).toFixed(1)}%`;
  return (
    <div className="value-bar" aria-hidden="true">
      <i className="explained" style={{ width: percentOf(explained / whole) }} />
      <i className="rest" style={{ width: percentOf(1 - explained / whole) }} />
      {over > 0 && <b style={{ left: percentOf(over) }} />}
    </div>
  );
}
