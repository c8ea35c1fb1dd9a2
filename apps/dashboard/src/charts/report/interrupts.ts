// Texts of the interrupt table, on the page and on the exported sheet.
import { cpuList, formatDuration, rate } from '@rtprobe/metrics';
import { descriptorOf } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { actionName } from '../../store/machine/interrupt-names.ts';
import type { SourceReading } from '../../store/reading/reading.ts';

/** Replaces a value that is missing, or a percentile of too few values. */
const NONE = '–';

export type InterruptColumn = 'irq' | 'action' | 'max' | 'p999' | 'rate' | 'cpus' | 'affinity';

/** Returns the columns; numbers are right-aligned. */
export const interruptColumns = (): Record<InterruptColumn, { title: string; number?: boolean }> => ({
  irq: { title: t('interrupts.irq') },
  action: { title: t('interrupts.action') },
  max: { title: t('interrupts.max'), number: true },
  p999: { title: 'p99.9', number: true },
  rate: { title: t('interrupts.rate'), number: true },
  cpus: { title: t('interrupts.cpus') },
  affinity: { title: t('interrupts.affinity') },
});

export function interruptCells(source: SourceReading): Record<InterruptColumn, string> {
  const { info, count, max, p999, cpus } = source;
  return {
    irq: descriptorOf(info.measure).source === 'irq' ? String(info.number) : info.label,
    action: actionName(info),
    max: count === 0 ? NONE : formatDuration(max),
    p999: p999 === undefined ? NONE : formatDuration(p999),
    rate: rate(source.rate),
    cpus: cpuList(cpus),
    affinity: info.affinity ?? NONE,
  };
}
