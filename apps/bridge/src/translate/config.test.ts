import { describe, expect, it } from 'vitest';
import { fromThresholds, toConfig } from './config.ts';

describe('settings of a module', () => {
  it('have no thresholds by measure if the module has one for all measures', () => {
    const config = toConfig({ measures: 1, periodNs: 5n, thresholdNs: 7n, intervalNs: 9n });
    expect(config).toEqual({
      ...{ measures: ['hardirq_duration'], periodNs: 5, thresholdNs: 7, intervalNs: 9 },
    });
  });

  it('have a threshold for each measure that this version has', () => {
    const threshold = [
      { measure: 8, thresholdNs: 0n },
      { measure: 10, thresholdNs: 100_000n, kthreadsNs: 0n },
      { measure: 200, thresholdNs: 3n },
    ];
    expect(toConfig({ thresholdNs: 100_000n, threshold })).toMatchObject({
      thresholdNs: 100_000,
      thresholds: [
        { measure: 'irqsoff', thresholdNs: 0 },
        { measure: 'wakeup_latency', thresholdNs: 100_000, kthreadsNs: 0 },
      ],
    });
  });

  it('are changed by naming what changes', () => {
    expect(
      fromThresholds([
        { measure: 'wakeup_latency', kthreadsNs: 0 },
        { measure: 'irqsoff', thresholdNs: 20_000 },
      ]),
    ).toEqual([
      { measure: 10, kthreadsNs: 0n },
      { measure: 8, thresholdNs: 20_000n },
    ]);
  });
});
