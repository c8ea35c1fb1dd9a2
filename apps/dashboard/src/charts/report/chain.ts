// Texts of the chain of causation: of a box, and of the arrow between two.
import { formatDuration, visibleText } from '@rtprobe/metrics';
import type { ChainNode, ChainStep } from '@rtprobe/trace';
import { t } from '../../i18n/translate.ts';
import { offsetText } from './timeline.ts';

/** Returns what the label of a box omits: "timer poll_link · CPU 1", "virtio1-req.0 · CPU 1"; may be empty. */
export function nodeDetail({ label, name, cpu, callback }: ChainNode): string {
  const words = [
    ...(callback === undefined ? [] : [visibleText(callback)]),
    ...(name !== '' && !label.includes(name) ? [visibleText(name)] : []),
    ...(cpu === undefined ? [] : [t('pages.cpu', { cpu })]),
  ];
  return words.join(' · ');
}

/** Returns what one box did to the other, when, and for how long. `zero` is the start of the spike's window. */
export function stepWords({ how, at, durationNs }: ChainStep, zero: number): { how: string; when: string } {
  const key = how === 'held' || how === 'waited' ? 'report.for' : 'report.after';
  const duration = t(key, { value: formatDuration(durationNs) });
  return { how: t(`report.how.${how}`), when: `${offsetText(at - zero)} · ${duration}` };
}
