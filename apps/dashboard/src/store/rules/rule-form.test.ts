import { describe, expect, it } from 'vitest';
import { emptyRule, matchWords, parseTime, ruleRequest, timeText } from './rule-form.ts';

describe('a rule as it is written', () => {
  it('becomes a request that holds only what was written', () => {
    expect(
      ruleRequest({ ...emptyRule, irq: ' 36 ', comm: 'cyclictest*', threshold: '1.5ms', cooldown: '1s' }),
    ).toEqual({
      ...{ thresholdNs: 1_500_000, capture: ['stack', 'process'], irq: 36 },
      ...{ comm: 'cyclictest*', cooldownNs: 1_000_000_000 },
    });
  });

  it('is refused with the word that makes no sense', () => {
    expect(ruleRequest({ ...emptyRule, threshold: '250' })).toEqual({ kind: 'time', text: '250' });
    expect(ruleRequest({ ...emptyRule, pid: '12a' })).toEqual({ kind: 'number', text: '12a' });
    expect(ruleRequest({ ...emptyRule, cooldown: 'soon' })).toEqual({ kind: 'time', text: 'soon' });
  });

  it('can exempt: a threshold of 0 is never crossed', () => {
    expect(ruleRequest({ ...emptyRule, threshold: '0' })).toMatchObject({ thresholdNs: 0 });
  });

  it('is told again in its own words', () => {
    const rule = { id: 1, thresholdNs: 1, capture: [], rate: 0, cooldownNs: 0, hits: 0, limited: 0 };
    expect(matchWords({ ...rule, irq: 0, name: 'eth*' })).toEqual(['irq=0', 'name=eth*']);
  });
});

it('times are written so that they are read back exactly', () => {
  for (const ns of [0, 250, 1500, 250_000, 1_500_000, 2_000_000_000])
    expect(parseTime(timeText(ns))).toBe(ns);
});
