import type { Rule } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { BridgeError } from '../base/errors.ts';
import { expectationOf, expectationText, parseExpectation, ruleOf } from './expectation.ts';

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
    ['quiet on 2 above', 'E_EXPECT_DURATION', ''],
    ['quiet on 2 above 5', 'E_EXPECT_DURATION', '5'],
    ['quiet on 2 above 0us', 'E_EXPECT_DURATION', '0us'],
    ['quiet on 2 above 61s', 'E_EXPECT_DURATION', '61s'],
  ])('"%s" is refused by %s, naming "%s"', (text, code, word) => {
    expect(refusal(text)).toMatchObject({ code, word });
  });

  it('is no rule that selects less, or other measures', () => {
    const rule = asRule('quiet on 2');
    expect(expectationOf({ ...rule, comm: 'fio' })).toBeUndefined();
    expect(expectationOf({ ...rule, thresholdNs: 0 })).toBeUndefined();
    expect(expectationOf({ ...rule, measures: ['hardirq_duration'] })).toBeUndefined();
    const { cpus, ...everywhere } = rule;
    expect(expectationOf(everywhere)).toBeUndefined();
  });
});
