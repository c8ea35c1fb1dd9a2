// What panels need to know of incidents.
import { cpuList } from '@rtprobe/metrics';
import type { Acknowledgement, Incident, Spike } from '@rtprobe/protocol';
import { t } from '../../i18n/translate.ts';

/** An incident with those of its spikes that are in this page's memory, the primary first, the others by time. */
export interface IncidentEntry {
  incident: Incident;
  spikes: readonly Spike[];
}

/** Returns the incidents that have a matching spike, newest first. */
export function incidentEntries(
  incidents: readonly Incident[],
  spikes: readonly Spike[],
  match?: (spike: Spike) => boolean,
): IncidentEntry[] {
  const byId = new Map(spikes.map((spike) => [spike.id, spike]));
  const entries: IncidentEntry[] = [];
  for (const incident of incidents) {
    const own = incident.symptoms.flatMap((id) => byId.get(id) ?? []);
    if (match === undefined || own.some(match)) entries.push({ incident, spikes: own });
  }
  return entries.reverse();
}

/** Returns the CPUs: "4 of 4 CPUs" or "CPU 0,2". */
export function incidentPlace({ cpus, onlineCpus }: Incident): string {
  if (onlineCpus !== undefined && onlineCpus > 1 && cpus.length >= onlineCpus)
    return t('incidents.everywhere', { count: cpus.length, online: onlineCpus });
  return `CPU ${cpuList(cpus)}`;
}

/** Returns whether a person acknowledged it. A symptom that arrives later does not raise a new alarm. */
export const isAcknowledged = ({ symptoms }: Incident, ids: ReadonlySet<string>): boolean =>
  symptoms.some((id) => ids.has(id));

/** Returns how it was acknowledged; undefined if it was not. */
export function acknowledgementOf(
  { symptoms }: Incident,
  byId: ReadonlyMap<string, Acknowledgement>,
): Acknowledgement | undefined {
  const id = symptoms.find((one) => byId.has(one));
  return id === undefined ? undefined : byId.get(id);
}

/** Returns whether the cause is outside Linux. Such an incident does not raise an alarm. */
export const isHostNoise = ({ origin }: Incident): boolean => origin === 'outside';

export interface IncidentCounts {
  /** Without host noise. */
  incidents: number;
  /** Not acknowledged, without host noise. */
  fresh: number;
  hostNoise: number;
}

export function countIncidents(incidents: readonly Incident[], ids: ReadonlySet<string>): IncidentCounts {
  const counts = { incidents: 0, fresh: 0, hostNoise: 0 };
  for (const incident of incidents) {
    if (isHostNoise(incident)) {
      counts.hostNoise++;
      continue;
    }
    counts.incidents++;
    if (!isAcknowledged(incident, ids)) counts.fresh++;
  }
  return counts;
}
