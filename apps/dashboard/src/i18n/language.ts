// The language of the page. A page has one language at a time, so it is state of this module; whoever changes it
// renders everything again.

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The name of each language in that language, for the button; readable without a font for it, too. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', zh: '中文 Chinese' };

/** Values of the document's `lang`, which selects the pronunciation of screen readers and the glyphs of browsers. */
export const LANGUAGE_TAGS: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-Hans' };

/** Locales for Intl, with dates and times of 24 hours. */
const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' };

const KEY = 'rtprobe.language';

let current: Language = 'en';

export function language(): Language {
  return current;
}

export function setLanguage(next: Language): void {
  current = next;
}

/** Returns the locale for dates and plurals. */
export function locale(): string {
  return LOCALES[current];
}

export function isLanguage(word: string): word is Language {
  return (LANGUAGES as readonly string[]).includes(word);
}

/** Returns the first of the browser's languages that the page has, else English. */
export function preferredLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const base = tag.toLowerCase().split('-')[0]!;
    if (isLanguage(base)) return base;
  }
  return 'en';
}

/** Returns the language stored in this browser; undefined if there is none, or no storage. */
export function rememberedLanguage(storage: Pick<Storage, 'getItem'> | undefined): Language | undefined {
  try {
    const word = storage?.getItem(KEY) ?? '';
    return isLanguage(word) ? word : undefined;
  } catch {
    return undefined;
  }
}

/** Stores the language. Without storage it ends with the page; the address still has it. */
export function rememberLanguage(storage: Pick<Storage, 'setItem'> | undefined, chosen: Language): void {
  try {
    storage?.setItem(KEY, chosen);
  } catch {
    // Full or denied: the address still has the language.
  }
}
