// What a bridge publishes for a fleet; docs/reference/fleet.md describes subjects and messages.
import type { Incident, IncidentId } from './incident.ts';
import type { Spike, SpikePart } from './spike.ts';
import type { UnixMicros } from './units.ts';

/** Stream of JetStream that stores the newest message of each incident. */
export const INCIDENT_STREAM = 'RTPROBE_INCIDENTS';
export const INCIDENT_SUBJECTS = 'rtprobe.v1.*.*.incident.*';

/** Part of a spike without the task, the functions and what they wait for. */
export type PublishedPart = Pick<SpikePart, 'kind' | 'label' | 'durationNs' | 'count'>;

/** What is published of a spike without details. */
export interface PublishedSpike
  extends Pick<
    Spike,
    'id' | 'time' | 'measure' | 'valueNs' | 'thresholdNs' | 'cpu' | 'label' | 'culprit' | 'sentence'
  > {
  parts?: PublishedPart[];
}

/** Newest state of an incident. It replaces every earlier message of its subject. */
export interface PublishedIncident {
  version: 1;
  site: string;
  host: string;
  id: IncidentId;
  /** When the bridge wrote the message, by its clock. */
  publishedAt: UnixMicros;
  /** Missing if its spikes are part of other incidents now. */
  incident?: Incident;
  /** Spikes in the bridge's memory, the primary first. */
  spikes: PublishedSpike[];
  /** The same spikes with everything that is known; only with `--publish-details`. */
  details?: Spike[];
}

/**
 * Returns a name as one token of a subject. Letters, digits, "-" and "_" stay; every other byte becomes "=" and two
 * hexadecimal digits, so that different names give different tokens.
 */
export function subjectToken(name: string): string {
  return Array.from(new TextEncoder().encode(name), (byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9_-]/.test(char) ? char : `=${byte.toString(16).padStart(2, '0')}`;
  }).join('');
}

export function incidentSubject(site: string, host: string, id: IncidentId): string {
  return `rtprobe.v1.${subjectToken(site)}.${subjectToken(host)}.incident.${subjectToken(id)}`;
}

/** Returns the start of the subjects on which a bridge receives acknowledgements, by the hostname of its machine. */
export function inboxPrefix(site: string, machine: string): string {
  return `_INBOX.rtprobe.${subjectToken(site)}.${subjectToken(machine)}`;
}
