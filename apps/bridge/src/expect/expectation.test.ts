import type { Rule } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { BridgeError } from '../base/errors.ts';
import { decidingRule, expectationOf, expectationText, parseExpectation, ruleOf } from './expectation.ts';

const asRule = (text: string): Rule => ({
  ...{ id: 1, capture: [], rate: 0, cooldownNs: 0, hits: 0, limited: 0 },
  ...ruleOf(parseExpectation(text)),
});

function refusal(text: string): BridgeError {
  try {
    parseExpectation(text);
  } catch (error) {
    if (error instanceof BridgeError) return error;
  }
  throw new Error(`accepted: ${text}`);
}

describe('an expectation', () => {
  it.each([
    ['quiet on 2-3', 'quiet on 2-3'],
    ['  expect  quiet on 3,2,5 ', 'quiet on 2-3,5'],
    ['quiet on 2 above 5us', 'quiet on 2 above 5us'],
    ['quiet on 2 above 1500ns', 'quiet on 2 above 1500ns'],
    ['quiet on 2 above 0.25ms', 'quiet on 2 above 250us'],
    ['quiet on 0 above 2s', 'quiet on 0 above 2s'],
    ['quiet on 2 above 1ns', 'quiet on 2'],
  ])('"%s" is a rule that says "%s"', (text, said) => {
    expect(expectationText(expectationOf(asRule(text))!)).toBe(said);
  });

  it.each([
    ['', 'E_EXPECT_WORD', ''],
    ['silence on 2', 'E_EXPECT_WORD', 'silence'],
    ['quiet at 2', 'E_EXPECT_WORD', 'at'],
    ['quiet on 2 over 5us', 'E_EXPECT_WORD', 'over'],
    ['quiet on 2 above 5us please', 'E_EXPECT_WORD', 'please'],
    ['quiet on', 'E_EXPECT_CPUS', ''],
    ['quiet on two', 'E_EXPECT_CPUS', 'two'],
    ['quiet on 1,3-2', 'E_EXPECT_CPUS', '3-2'],
    ['quiet on 1,', 'E_EXPECT_CPUS', ''],
    ['quiet on 0-99999', 'E_EXPECT_CPUS', '0-99999'],
    ['quiet on 0-1023,1024-1100', 'E_EXPECT_CPUS', '0-1023,1024-1100'],
    ['quiet on 2 above', 'E_EXPECT_DURATION', ''],
    ['quiet on 2 above 5', 'E_EXPECT_DURATION', '5'],
    ['quiet on 2 above 0us', 'E_EXPECT_DURATION', '0us'],
    ['quiet on 2 above 61s', 'E_EXPECT_DURATION', '61s'],
  ])('"%s" is refused by %s, naming "%s"', (text, code, word) => {
    expect(refusal(text)).toMatchObject({ code, word });
  });

  it.each([
    ['quiet', /^the word "on" is missing; write it as: quiet on 2-3/],
    ['quiet on', /^the CPUs are missing/],
    ['quiet on 2 above', /^the duration is missing/],
    ['QUIET on 2', /^"QUIET" is not the word "quiet"/],
  ])('"%s" is refused with what is missing or wrong', (text, message) => {
    expect(refusal(text).message).toMatch(message);
  });

  it('is no rule that selects less, or other measures', () => {
    const rule = asRule('quiet on 2');
    expect(expectationOf({ ...rule, comm: 'fio' })).toBeUndefined();
    expect(expectationOf({ ...rule, thresholdNs: 0 })).toBeUndefined();
    expect(expectationOf({ ...rule, measures: ['hardirq_duration'] })).toBeUndefined();
    const { cpus, ...everywhere } = rule;
    expect(expectationOf(everywhere)).toBeUndefined();
  });

  it.each(['3-2', '2,', '0-1100', '0-7:1/2', 'all'])('is no rule for the CPUs "%s"', (cpus) => {
    expect(expectationOf({ ...asRule('quiet on 2'), cpus })).toBeUndefined();
  });

  it('has the same text whether it is parsed or read from its rule', () => {
    expect(expectationText(parseExpectation('quiet on 2 above 1ns'))).toBe('quiet on 2');
  });

  it('is a rule for the measures that the kernel has', () => {
    const available = ['hardirq_duration', 'softirq_duration', 'irq_thread_duration', 'stolen'] as const;
    const rule = { ...asRule('quiet on 2'), ...ruleOf(parseExpectation('quiet on 2'), available) };
    expect(rule.measures).toEqual(['hardirq_duration', 'softirq_duration', 'irq_thread_duration']);
    expect(expectationOf(rule, available)).toEqual({ cpus: [2], aboveNs: 0 });
    // Where the kernel has vectors, such a rule does not see all interruptions.
    expect(expectationOf(rule)).toBeUndefined();
  });

  it('is decided by an earlier rule for its CPUs, but not by an exception for one interrupt', () => {
    const own = { ...asRule('quiet on 2-3'), id: 9 };
    const decides = (earlier: Partial<Rule>) => {
      const { measures, cpus, ...rest } = asRule('quiet on 2');
      return decidingRule([{ ...rest, ...earlier }, own], own, { cpus: [2, 3], aboveNs: 0 })?.id;
    };
    expect(decides({})).toBe(1);
    expect(decides({ cpus: '0-2' })).toBe(1);
    expect(decides({ cpus: '0-7:1/2' })).toBe(1);
    expect(decides({ measures: ['softirq_duration'] })).toBe(1);
    expect(decides({ cpus: '0-1' })).toBeUndefined();
    expect(decides({ measures: ['wakeup_latency'] })).toBeUndefined();
    expect(decides({ name: 'eth0' })).toBeUndefined();
    const later = asRule('quiet on 2');
    expect(decidingRule([own, later], own, { cpus: [2, 3], aboveNs: 0 })).toBeUndefined();
  });
});
