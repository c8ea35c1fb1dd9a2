// The texts of the page by language. The build keeps English alone in this file and makes a file of each other language
// (build/texts.ts), which loads when that language is chosen. Tests, which are not built, have all of them here.
import { LANGUAGES, type Language } from './language.ts';
import { messages } from './messages/index.ts';

export type Key = keyof typeof messages;
export type Texts = Readonly<Record<Key, string>>;

const column = (language: Language): Texts => {
  const at = LANGUAGES.indexOf(language);
  return Object.fromEntries(Object.entries(messages).map(([key, pair]) => [key, pair[at]])) as Texts;
};

/** Texts that are loaded. */
export const texts: { en: Texts } & Partial<Record<Language, Texts>> = { en: column('en'), zh: column('zh') };

/** Loads the texts of a language that is not loaded. */
export const loaders: Partial<Record<Language, () => Promise<Texts>>> = {};
