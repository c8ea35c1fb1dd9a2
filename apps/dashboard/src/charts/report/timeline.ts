// Texts of the timeline: its two ends, the state of the flight recorder, the two markers.
import { cpuList, formatDuration, signedDuration } from '@rtprobe/metrics';
import type { Spike, Trace } from '@rtprobe/protocol';
import { descriptorOf } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';

/** Returns the time since the start of the window: "+412 µs". `apart`: the least distance to other times beside it. */
export function offsetText(ns: number, apart?: number): string {
  return ns === 0 ? '0' : signedDuration(ns, apart);
}

/** Returns the texts at the two ends of the spike's window. */
export function windowEnds({ valueNs, measure }: Spike): readonly [from: string, to: string] {
  const value = formatDuration(valueNs);
  return descriptorOf(measure).semantics === 'latency'
    ? [t('report.should'), t('report.ran', { value })]
    : [t('report.began'), t('report.ended', { value })];
}

/** Returns "flight recorder · complete". */
export function recorderNote({ cpus }: Trace): string {
  const cut = cpus.filter((cpu) => cpu.overwritten).map((cpu) => cpu.cpu);
  const state = cut.length === 0 ? t('report.complete') : t('report.overwritten', { cpus: cpuList(cut) });
  return `${t('report.recorder')} · ${state}`;
}

export interface Markers {
  readonly a: number | undefined;
  readonly b: number | undefined;
}

/** Returns the positions of both markers and their difference; undefined until both are set. */
export function markersNote({ a, b }: Markers, { windowFromNs }: Trace): string | undefined {
  if (a === undefined || b === undefined) return undefined;
  const apart = Math.abs(b - a);
  const [from, to] = [offsetText(a - windowFromNs, apart), offsetText(b - windowFromNs, apart)];
  return t('report.marked', { a: from, b: to, value: formatDuration(apart) });
}
