// Facts that the kernel captured with a spike: the interrupted task, and the measurement.
import { fullCount } from '@rtprobe/metrics';
import type { Spike } from '@rtprobe/protocol';
import { clockTimeMs, dayOf } from '../../i18n/dates.ts';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { fullName } from '../../store/machine/interrupt-names.ts';
import { deviceRun, nameRun, type Row, row } from './content.ts';
import { startedRow, taskRows } from './processes.ts';

export const interruptedRows = ({ task, mode }: Spike): Row[] => [...taskRows(task, mode), startedRow(task)];

export function measuredRows(spike: Spike): Row[] {
  const { measure, cpu, valueNs, time, monoNs, id, device } = spike;
  return [
    row(t('detail.measure'), { text: measureWords(measure).title }),
    row(t('detail.source'), nameRun(t('detail.onCpu', { name: fullName(spike), cpu }))),
    ...(device === undefined ? [] : [row(t('device.title'), deviceRun(device))]),
    row(t('detail.value'), { text: `${fullCount(valueNs)} ns` }),
    row(t('detail.time'), { text: `${dayOf(time)} ${clockTimeMs(time)}` }),
    row(t('detail.monotonic'), { text: `${fullCount(Number(monoNs))} ns` }),
    row(t('detail.id'), nameRun(id)),
  ];
}

/** Returns why a spike has no kernel stack. */
export const noStackReason = ({ mode }: Spike): string =>
  t(mode === 'user' ? 'detail.stackUser' : 'detail.stackNone');
