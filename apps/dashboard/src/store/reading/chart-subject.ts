// The subject of a chart over time: a measure on all CPUs or on one, or one source of the detail scope.
import type { Measure, Spike } from '@rtprobe/protocol';
import type { Host } from '../stream/host.ts';
import type { Series } from '../stream/series.ts';
import type { DetailReading, Reading, SeriesReading } from './reading.ts';

export interface ChartSubject {
  measure: Measure;
  /** -1: all. */
  cpu: number;
  /** Only this source; it must be in the detail scope. */
  source: number | undefined;
}

export function seriesOf(host: Host | undefined, { measure, cpu, source }: ChartSubject): Series | undefined {
  return source === undefined ? host?.series(measure, cpu) : host?.seriesOf(source);
}

export function readSubjectSeries(
  reading: Reading | undefined,
  detail: DetailReading | undefined,
  { measure, cpu, source }: ChartSubject,
): SeriesReading | undefined {
  return source === undefined ? reading?.series(measure, cpu) : detail?.series(source);
}

/** Returns whether the spike is a value of the subject. */
export function isSpikeOf(spike: Spike, subject: ChartSubject, host: Host | undefined): boolean {
  if (spike.measure !== subject.measure || (subject.cpu >= 0 && spike.cpu !== subject.cpu)) return false;
  if (subject.source === undefined) return true;
  const info = host?.sources.get(subject.source)?.info;
  return info !== undefined && info.number === spike.number && info.name === spike.name;
}

/** Returns the query for the stored history of a subject. */
export function storedSelection(host: Host, { measure, cpu, source }: ChartSubject) {
  const info = source === undefined ? undefined : host.sources.get(source)?.info;
  const of: { host: string; measure: Measure; number?: number; name?: string; cpu?: number } = {
    host: host.name,
    measure,
  };
  if (info !== undefined) {
    of.number = info.number;
    of.name = info.name;
  }
  if (cpu >= 0) of.cpu = cpu;
  return of;
}
