// The explanations of spikes and incidents, which the bridge writes in both languages.
import type { Incident, Spike } from '@rtprobe/protocol';
import { language } from './language.ts';

export type Explained = Pick<Spike | Incident, 'sentence' | 'zh'>;

/**
 * Returns the explanation in the page's language. `lang` marks English text; a page in Chinese shows it for spikes and
 * incidents of earlier releases, which have no Chinese explanation.
 */
export function sentenceOf({ sentence, zh }: Explained): { text: string; lang?: 'en' } {
  if (language() === 'zh' && zh !== undefined) return { text: zh.sentence };
  return { text: sentence, lang: 'en' };
}
