import { describe, expect, it } from 'vitest';
import { emptyRule, matchWords, parseTime, ruleRequest, signalName, timeText } from './rule-form.ts';

describe('the rule form', () => {
  it('becomes a request with only the fields that were filled in', () => {
    expect(
      ruleRequest({ ...emptyRule, irq: ' 36 ', comm: 'cyclictest*', threshold: '1.5ms', cooldown: '1s' }),
    ).toEqual({
      ...{ thresholdNs: 1_500_000, capture: ['stack', 'process'], irq: 36 },
      ...{ comm: 'cyclictest*', cooldownNs: 1_000_000_000 },
    });
  });

  it('has the period of a watched task only if one is given', () => {
    const servo = { ...emptyRule, measure: 'response_time', comm: 'servo', threshold: '800us' } as const;
    expect(ruleRequest({ ...servo, period: '1ms' })).toMatchObject({ comm: 'servo', periodNs: 1_000_000 });
    expect(ruleRequest(servo)).not.toHaveProperty('periodNs');
    expect(ruleRequest({ ...servo, period: 'often' })).toEqual({ kind: 'time', text: 'often' });
  });

  it('returns the invalid word of a form that is not valid', () => {
    expect(ruleRequest({ ...emptyRule, threshold: '250' })).toEqual({ kind: 'time', text: '250' });
    expect(ruleRequest({ ...emptyRule, pid: '12a' })).toEqual({ kind: 'number', text: '12a' });
    expect(ruleRequest({ ...emptyRule, cooldown: 'soon' })).toEqual({ kind: 'time', text: 'soon' });
  });

  it('accepts a threshold of 0, which exempts values', () => {
    expect(ruleRequest({ ...emptyRule, threshold: '0' })).toMatchObject({ thresholdNs: 0 });
  });

  it('formats the match of a rule as key=value words', () => {
    const rule = { id: 1, thresholdNs: 1, capture: [], rate: 0, cooldownNs: 0, hits: 0, limited: 0 };
    expect(matchWords({ ...rule, irq: 0, name: 'eth*' })).toEqual(['irq=0', 'name=eth*']);
  });
});

it('a duration that is formatted and parsed again keeps its value', () => {
  for (const ns of [0, 250, 1500, 250_000, 1_500_000, 2_000_000_000])
    expect(parseTime(timeText(ns))).toBe(ns);
});

describe('the action of a rule', () => {
  it('is a process by pid or name, a signal by name or number, or a stopped trace', () => {
    expect(ruleRequest({ ...emptyRule, stopTrace: true })).toMatchObject({ action: { stopTrace: true } });
    expect(ruleRequest({ ...emptyRule, signal: '1234' })).toMatchObject({
      action: { signal: { pid: 1234, number: 10 } },
    });
    for (const text of ['servo:USR2', 'servo:SIGUSR2', ' servo:12 '])
      expect(ruleRequest({ ...emptyRule, signal: text })).toMatchObject({
        action: { signal: { comm: 'servo', number: 12 } },
      });
    expect(ruleRequest(emptyRule)).not.toHaveProperty('action');
  });

  it('is refused with the text', () => {
    for (const text of [':USR1', 'servo:BOOM', 'servo:65', 'servo:', 'sixteen-bytes-xx'])
      expect(ruleRequest({ ...emptyRule, signal: text })).toEqual({ kind: 'signal', text });
  });

  it('is shown with the name of the signal', () => {
    expect(signalName(12)).toBe('USR2');
    expect(signalName(34)).toBe('34');
  });
});
