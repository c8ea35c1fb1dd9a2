// Build step: English texts go into the page's first file, and those of each other language into a file of their own.
import type { Plugin } from 'vite';
import { LANGUAGES } from '../src/i18n/language.ts';
import { messages } from '../src/i18n/messages/index.ts';

const PREFIX = 'virtual:texts-';

function textsOf(at: number): string {
  return JSON.stringify(Object.fromEntries(Object.entries(messages).map(([key, pair]) => [key, pair[at]])));
}

export function splitTexts(): Plugin {
  const others = LANGUAGES.filter((language) => language !== 'en');
  return {
    name: 'rtprobe-texts',
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : undefined),
    load(id) {
      if (id.endsWith('/src/i18n/texts.ts')) {
        const loaders = others.map(
          (language) => `${language}: async () => (await import('${PREFIX}${language}')).default`,
        );
        return `export const texts = { en: ${textsOf(0)} };\nexport const loaders = { ${loaders.join(', ')} };\n`;
      }
      const language = others.find((other) => id === `\0${PREFIX}${other}`);
      return language && `export default ${textsOf(LANGUAGES.indexOf(language))};\n`;
    },
  };
}
