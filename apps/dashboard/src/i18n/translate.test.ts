import { afterEach, describe, expect, it } from 'vitest';
import {
  LANGUAGES,
  preferredLanguage,
  rememberedLanguage,
  rememberLanguage,
  setLanguage,
} from './language.ts';
import { messages } from './messages/index.ts';
import { HOLE, t } from './translate.ts';

afterEach(() => setLanguage('en'));

const holesOf = (text: string) => [...text.matchAll(HOLE)].map((m) => m[1]!);

describe('messages', () => {
  const all = Object.entries(messages) as [string, readonly [string, string]][];

  it('say something in every language', () => {
    expect(
      all.filter(([, words]) => words.length !== LANGUAGES.length || words.some((w) => w === '')),
    ).toEqual([]);
  });

  it('have holes in Chinese only where English has them', () => {
    for (const [key, [en, zh]] of all) {
      for (const hole of holesOf(zh))
        expect([key, hole, holesOf(en).includes(hole)]).toEqual([key, hole, true]);
    }
  });

  it('lose no value in Chinese but those that only choose a plural', () => {
    for (const [key, [en, zh]] of all) {
      const filled = [...en.matchAll(HOLE)].filter((m) => m[2] === undefined).map((m) => m[1]!);
      for (const hole of filled) expect([key, hole, holesOf(zh).includes(hole)]).toEqual([key, hole, true]);
    }
  });

  it('have no brace that is not a hole', () => {
    for (const [key, words] of all) {
      for (const text of words) expect([key, /[{}]/.test(text.replace(HOLE, ''))]).toEqual([key, false]);
    }
  });
});

describe('t', () => {
  it('fills holes, and does not look for holes in what it filled in', () => {
    expect(t('detail.place', { index: 3, count: 9 })).toBe('Spike 3 of 9');
    expect(t('notice.refused', { words: 'a={b}' })).toBe(
      'Ignored in the address, because it is not valid: a={b}',
    );
  });

  it('follows the plural rule of the language', () => {
    expect(t('heatmap.count', { count: '1', n: 1 })).toBe('1 value');
    expect(t('heatmap.count', { count: '2', n: 2 })).toBe('2 values');
    setLanguage('zh');
    expect(t('heatmap.count', { count: '1', n: 1 })).toBe('1 个值');
  });
});

describe('the language', () => {
  it('is the first of the browser’s that there is, else English', () => {
    expect(preferredLanguage(['de-DE', 'zh-TW', 'en'])).toBe('zh');
    expect(preferredLanguage(['fr', 'pt-BR'])).toBe('en');
    expect(preferredLanguage([])).toBe('en');
  });

  it('is remembered, and a storage that refuses or holds nonsense is no language', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    expect(rememberedLanguage(storage)).toBeUndefined();
    rememberLanguage(storage, 'zh');
    expect(rememberedLanguage(storage)).toBe('zh');
    kept.set([...kept.keys()][0]!, 'klingon');
    expect(rememberedLanguage(storage)).toBeUndefined();
    const denied = () => {
      throw new Error('denied');
    };
    expect(rememberedLanguage({ getItem: denied })).toBeUndefined();
    expect(() => rememberLanguage({ setItem: denied }, 'zh')).not.toThrow();
  });
});
