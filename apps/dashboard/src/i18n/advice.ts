// What the knowledge files say about a cause, in the page's language.
import type { Advice, AdviceWords } from '@rtprobe/protocol';
import { language } from './language.ts';

/** Returns the texts of an entry. `lang` marks English text; a page in Chinese shows it for entries without Chinese. */
export function adviceWords(advice: Advice): { words: AdviceWords; lang?: 'en' } {
  if (language() === 'zh' && advice.zh !== undefined) return { words: advice.zh };
  return { words: advice, lang: 'en' };
}
