// The context of a slice in words, as lanes and the table of slices show it.
import { partWords } from '@rtprobe/protocol';
import type { Context } from '@rtprobe/trace';
import { titleOf } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';

/** Returns the title of the part kind. The hardirq has a shorter word, because a lane has little room for its name. */
export function contextName(context: Context): string {
  if (context === 'hardirq') return t('report.context.hardirq');
  if (context === 'running') return t('report.context.running');
  return titleOf(partWords[context]);
}
