import { describe, expect, it } from 'vitest';
import type { HostConfig } from './config.ts';
import { MEASURES } from './generated.ts';
import {
  hasPreset,
  hasThreshold,
  PRESETS,
  presets,
  presetThresholds,
  stepAfter,
  stepAtMost,
  thresholdOf,
} from './thresholds.ts';

const old: HostConfig = { measures: [], periodNs: 1e6, thresholdNs: 70_000, intervalNs: 1e8 };
const config: HostConfig = {
  ...old,
  thresholds: [
    { measure: 'wakeup_latency', thresholdNs: 100_000, kthreadsNs: 0 },
    { measure: 'irqsoff', thresholdNs: 70_000 },
  ],
};

describe('the threshold of a measure', () => {
  it('is its own, and another for kernel threads where there is one', () => {
    expect(thresholdOf(config, 'wakeup_latency')).toBe(100_000);
    expect(thresholdOf(config, 'wakeup_latency', 'kthread')).toBe(0);
    expect(thresholdOf(config, 'irqsoff', 'kthread')).toBe(70_000);
    expect(thresholdOf(config, 'timer_latency')).toBe(0);
  });

  it('is the one of all measures if the module has only one', () => {
    expect(thresholdOf(old, 'timer_latency')).toBe(70_000);
    expect(thresholdOf(old, 'wakeup_latency', 'kthread')).toBe(70_000);
    expect(thresholdOf(undefined, 'timer_latency')).toBe(0);
  });

  it('does not exist for a measure that only rules judge', () => {
    expect(hasThreshold('stolen')).toBe(false);
    expect(thresholdOf(old, 'stolen')).toBe(0);
  });
});

describe('presets', () => {
  it('set every threshold there is', () => {
    for (const name of PRESETS) {
      const thresholds = presetThresholds(presets[name]);
      expect(thresholds).toHaveLength(MEASURES.filter(hasThreshold).length);
      expect(hasPreset({ ...old, thresholds }, presets[name])).toBe(true);
      expect(hasPreset({ ...old, thresholds: thresholds.slice(1) }, presets[name])).toBe(
        thresholds[0]!.thresholdNs === 0,
      );
    }
  });

  it('leave out kernel threads and softirqs, except the one for everything', () => {
    const of = (name: (typeof PRESETS)[number]) => ({ ...old, thresholds: presetThresholds(presets[name]) });
    for (const name of ['first-look', 'control-loop', 'audio'] as const) {
      expect(thresholdOf(of(name), 'wakeup_latency', 'kthread')).toBe(0);
      expect(thresholdOf(of(name), 'softirq_duration')).toBe(0);
      expect(thresholdOf(of(name), 'wakeup_latency')).toBeGreaterThan(0);
      expect(thresholdOf(of(name), 'hardirq_duration')).toBeGreaterThan(0);
      expect(thresholdOf(of(name), 'irqsoff')).toBeGreaterThan(0);
    }
    expect(new Set(presetThresholds(presets.everything).map((t) => t.thresholdNs))).toEqual(
      new Set([100_000]),
    );
  });

  it('follow from the deadline that they are for', () => {
    expect(presets['control-loop']).toMatchObject({ waitsNs: 100_000, holdsNs: 50_000 });
    expect(presets.audio).toMatchObject({ waitsNs: 200_000, holdsNs: 100_000 });
  });
});

it('steps are 1, 2 and 5 times a power of ten', () => {
  const steps = [1, 2, 5, 10, 20, 50, 100, 200];
  expect(steps.map(stepAfter)).toEqual([2, 5, 10, 20, 50, 100, 200, 500]);
  expect([1, 1.9, 2, 4.99, 5, 9, 10, 266_666].map(stepAtMost)).toEqual([1, 1, 2, 2, 5, 5, 10, 200_000]);
});
