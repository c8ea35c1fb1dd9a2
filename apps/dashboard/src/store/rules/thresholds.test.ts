import {
  type HostConfig,
  hasThreshold,
  MEASURES,
  PRESETS,
  presets,
  presetThresholds,
} from '@rtprobe/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cellKey,
  cellsOf,
  changesOf,
  parseThreshold,
  presetDraft,
  suggestionDraft,
  thresholdText,
} from './thresholds.ts';

const config: HostConfig = {
  ...{ measures: ['wakeup_latency'], periodNs: 1e6, thresholdNs: 100_000, intervalNs: 1e8 },
  thresholds: [
    { measure: 'irqsoff', thresholdNs: 100_000 },
    { measure: 'wakeup_latency', thresholdNs: 100_000, kthreadsNs: 0 },
  ],
};
const cells = cellsOf(config, MEASURES);

describe('the table of thresholds', () => {
  it('has the cells of the module', () => {
    expect(cells.map(cellKey)).toEqual(['irqsoff/user', 'wakeup_latency/user', 'wakeup_latency/kthread']);
  });

  it('becomes a change of what differs', () => {
    const draft = {
      'irqsoff/user': 'off',
      'wakeup_latency/user': '100us',
      'wakeup_latency/kthread': '1.5ms',
    };
    expect(changesOf(config, cells, draft)).toEqual([
      { measure: 'irqsoff', thresholdNs: 0 },
      { measure: 'wakeup_latency', kthreadsNs: 1_500_000 },
    ]);
    expect(changesOf(config, cells, {})).toEqual([]);
  });

  it('is refused with the text that is no threshold', () => {
    expect(changesOf(config, cells, { 'irqsoff/user': 'soon' })).toEqual({ kind: 'time', text: 'soon' });
  });

  it('reads every threshold as it writes it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000_000_000 }), (ns) => {
        expect(parseThreshold(thresholdText(ns))).toBe(ns);
      }),
    );
    expect(parseThreshold(' Off ')).toBe(0);
  });
});

describe('a draft', () => {
  it('of a preset changes what differs, of the measures that the module has', () => {
    expect(changesOf(config, cells, presetDraft(presets['control-loop']))).toEqual([
      { measure: 'irqsoff', thresholdNs: 50_000 },
    ]);
    expect(changesOf(config, cells, presetDraft(presets.everything))).toEqual([
      { measure: 'wakeup_latency', kthreadsNs: 100_000 },
    ]);
  });

  it('of a preset is whole, whatever the page knows of the settings', () => {
    const draft = presetDraft(presets['first-look']);
    expect(draft).toMatchObject({ 'wakeup_latency/user': '100us', 'wakeup_latency/kthread': 'off' });
    const measures = new Set(Object.keys(draft).map((key) => key.split('/')[0]));
    expect([...measures]).toEqual(MEASURES.filter(hasThreshold));
  });

  it.each(PRESETS)('of the preset %s changes the settings to it', (name) => {
    const whole = { ...config, thresholds: presetThresholds(presets.everything) };
    const all = cellsOf(whole, MEASURES);
    const changes = changesOf(whole, all, presetDraft(presets[name]));
    if ('kind' in changes) throw new Error(changes.text);
    const after = whole.thresholds.map((t) => ({ ...t, ...changes.find((c) => c.measure === t.measure) }));
    expect(after).toEqual(presetThresholds(presets[name]));
  });

  it('of a suggestion leaves off what is off', () => {
    const seen = { count: 9, maxNs: 7 };
    const thresholds = [
      { ...seen, measure: 'wakeup_latency', kind: 'user', thresholdNs: 200_000 },
      { ...seen, measure: 'wakeup_latency', kind: 'kthread', thresholdNs: 500_000 },
      { ...seen, measure: 'irqsoff', kind: 'user', thresholdNs: 100_000 },
    ] as const;
    expect(
      suggestionDraft(config, { host: 'a', seconds: 60, waitSeconds: 0, thresholds: [...thresholds] }),
    ).toEqual({ 'wakeup_latency/user': '200us', 'irqsoff/user': '100us' });
  });
});
