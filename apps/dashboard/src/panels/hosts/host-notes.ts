// What affects how to read the values of a host, as its module reports it.
import type { HostInfo } from '@rtprobe/protocol';
import { dateTime } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';

export interface HostNote {
  readonly text: string;
  /** Values can be wrong. */
  readonly alarm: boolean;
}

export function hostNotes({ clockChange, kprobes, suspends = 0 }: HostInfo): HostNote[] {
  const notes: HostNote[] = [];
  if (clockChange !== undefined) {
    const time = dateTime(clockChange.at);
    const isUnstable = clockChange.why === 'unstable';
    const text = isUnstable ? t('hosts.clockUnstable', { time }) : t('hosts.clockRefined', { time });
    notes.push({ text, alarm: isUnstable });
  }
  if (kprobes === false) notes.push({ text: t('hosts.noKprobes'), alarm: false });
  if (suspends > 0)
    notes.push({ text: t('hosts.suspended', { n: suspends, count: suspends }), alarm: false });
  return notes;
}
