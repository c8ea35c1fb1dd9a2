// The line of facts about a spike: measure, place and time.
import { formatDuration } from '@rtprobe/metrics';
import type { Spike } from '@rtprobe/protocol';
import { dateTime } from '../../i18n/dates.ts';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { deviceRun, type Line, mutedRun } from './content.ts';

function boundsText({ exact, lowerNs, upperNs }: NonNullable<Spike['bounds']>): string {
  if (exact) return t('report.exact');
  return t('report.bounds', { lower: formatDuration(lowerNs), upper: formatDuration(upperNs) });
}

export function spikeFacts({ measure, cpu, time, thresholdNs, rule, bounds, device }: Spike): Line {
  const { title, explanation } = measureWords(measure);
  return [
    { ...mutedRun(title), hint: explanation },
    { text: t('pages.cpu', { cpu }), to: { page: 'cpu', cpu } },
    ...(device === undefined ? [] : [deviceRun(device)]),
    mutedRun(dateTime(time)),
    mutedRun(t('detail.threshold', { threshold: formatDuration(thresholdNs) })),
    ...(rule === undefined ? [] : [mutedRun(t('report.rule', { id: rule }))]),
    ...(bounds === undefined ? [] : [mutedRun(boundsText(bounds))]),
  ];
}
