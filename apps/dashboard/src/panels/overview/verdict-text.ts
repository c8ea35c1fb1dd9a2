// The text of the verdict against the budget.
import { formatDuration } from '@rtprobe/metrics';
import { t } from '../../i18n/translate.ts';
import type { Worst } from '../../store/spikes/worst.ts';

export function verdictText(worst: Worst, budget: number): string {
  if (budget === 0) return t('headline.noBudget');
  if (worst.ns <= budget) return t('headline.within', { budget: formatDuration(budget) });
  const excess = formatDuration(worst.ns - budget);
  return t('headline.over', { budget: formatDuration(budget), excess });
}
