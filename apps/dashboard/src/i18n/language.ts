// Which language the page speaks. One page speaks one language at a time, so this is state of the module, and
// whoever changes it renders everything anew.

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language by its own name, as a button offers it. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', zh: '中文' };

/** For `lang` of the document: tells screen readers how to speak and browsers which glyphs to take. */
export const LANGUAGE_TAGS: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-Hans' };

/** For Intl: dates and times of day of 24 hours. */
const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' };

const KEY = 'rtprobe.language';

let current: Language = 'en';

export function language(): Language {
  return current;
}

export function setLanguage(next: Language): void {
  current = next;
}

/** The locale that Intl is to use for dates and plurals. */
export function locale(): string {
  return LOCALES[current];
}

export function isLanguage(word: string): word is Language {
  return (LANGUAGES as readonly string[]).includes(word);
}

/** The first of the browser's languages that the page speaks, else English. */
export function preferredLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const base = tag.toLowerCase().split('-')[0]!;
    if (isLanguage(base)) return base;
  }
  return 'en';
}

/** The language chosen on this browser before; undefined when none was, or it keeps no storage. */
export function rememberedLanguage(storage: Pick<Storage, 'getItem'> | undefined): Language | undefined {
  try {
    const word = storage?.getItem(KEY) ?? '';
    return isLanguage(word) ? word : undefined;
  } catch {
    return undefined;
  }
}

/** A browser that keeps no storage forgets it with the page: the address still says it. */
export function rememberLanguage(storage: Pick<Storage, 'setItem'> | undefined, chosen: Language): void {
  try {
    storage?.setItem(KEY, chosen);
  } catch {
    // Full or denied: nothing is lost but the convenience.
  }
}
