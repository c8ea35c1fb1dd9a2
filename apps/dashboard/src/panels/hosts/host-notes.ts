// What affects how to read the values of a host, as its module reports it.
import { CALLBACKS, callbackWords, type HostInfo } from '@rtprobe/protocol';
import { dateTime } from '../../i18n/dates.ts';
import { titleOf } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';

export interface HostNote {
  readonly text: string;
  /** Values can be wrong. */
  readonly alarm: boolean;
}

/** Returns the callbacks that the kernel has no tracepoints for; none if the module does not report it. */
const unnamed = ({ callbacksAvailable }: HostInfo): string =>
  CALLBACKS.filter((kind) => callbacksAvailable?.includes(kind) === false)
    .map((kind) => titleOf(callbackWords[kind]))
    .join(', ');

export function hostNotes(host: HostInfo): HostNote[] {
  const { clockChange, kprobes, suspends = 0 } = host;
  const notes: HostNote[] = [];
  if (clockChange !== undefined) {
    const time = dateTime(clockChange.at);
    const isUnstable = clockChange.why === 'unstable';
    const text = isUnstable ? t('hosts.clockUnstable', { time }) : t('hosts.clockRefined', { time });
    notes.push({ text, alarm: isUnstable });
  }
  if (kprobes === false) notes.push({ text: t('hosts.noKprobes'), alarm: false });
  const callbacks = unnamed(host);
  if (callbacks !== '') notes.push({ text: t('hosts.noCallbacks', { callbacks }), alarm: false });
  if (suspends > 0)
    notes.push({ text: t('hosts.suspended', { n: suspends, count: suspends }), alarm: false });
  return notes;
}
