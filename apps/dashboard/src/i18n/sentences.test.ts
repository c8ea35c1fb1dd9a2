import { afterEach, expect, it } from 'vitest';
import { setLanguage } from './language.ts';
import { sentenceOf } from './sentences.ts';

const late = { sentence: 'The timer was late.', zh: { sentence: '定时器晚了。' } };

afterEach(() => setLanguage('en'));

it('an explanation is in the language of the page', () => {
  expect(sentenceOf(late)).toEqual({ text: 'The timer was late.', lang: 'en' });
  setLanguage('zh');
  expect(sentenceOf(late)).toEqual({ text: '定时器晚了。' });
});

it('an explanation of an earlier release is English on every page, and marked so', () => {
  setLanguage('zh');
  expect(sentenceOf({ sentence: late.sentence })).toEqual({ text: 'The timer was late.', lang: 'en' });
});
