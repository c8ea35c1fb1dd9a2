// An incident: the spikes that one physical event made. The bridge groups them; docs/reference/incidents.md has the
// rule.
import type { Advice } from './advice.ts';
import type { Device } from './devices.ts';
import type { Measure, PartKind } from './generated.ts';
import type { Spike } from './spike.ts';
import type { Nanoseconds, UnixMicros } from './units.ts';

/** Id of the incident's first spike. The id of any of its spikes finds the incident. */
export type IncidentId = string;

/**
 * linux: something inside Linux is proven to be the cause. outside: the host, the hypervisor or the hardware is proven
 * to be the cause. unproven: no record proves a cause.
 */
export const INCIDENT_ORIGINS = ['linux', 'outside', 'unproven'] as const;
export type IncidentOrigin = (typeof INCIDENT_ORIGINS)[number];

export interface Incident {
  id: IncidentId;
  host: string;
  /** When the value of its first spike was complete. */
  time: UnixMicros;
  /** When the value of its last spike was complete. */
  until: UnixMicros;
  /** The largest value of its spikes. */
  valueNs: Nanoseconds;
  /** CPUs of its spikes, ascending. */
  cpus: number[];
  /** Number of CPUs that were online; missing in spikes of earlier releases. */
  onlineCpus?: number;
  origin: IncidentOrigin;
  /** Id of the spike whose evidence explains most. */
  primary: string;
  /** Measure of the primary spike. */
  measure: Measure;
  /** Cause of the incident in a few words. */
  culprit: string;
  /** Device of the cause, as of the primary spike. */
  device?: Device;
  /** What happened, and what was late because of it. */
  sentence: string;
  /** The same in Chinese (simplified); missing in incidents of earlier releases. */
  zh?: { sentence: string };
  /** The expectations that it breaks: "quiet on 2-3". Missing if it breaks none. */
  breaks?: string[];
  /** Ids of all its spikes, the primary first, the others by time. */
  symptoms: string[];
}

/** `GET /api/v1/incidents/:id` */
export interface StoredIncident {
  incident: Incident;
  /** The spikes that are still stored, the primary first, the others by time. */
  spikes: Spike[];
  /** What to try against its cause, as of a StoredSpike. */
  advice?: Advice[];
}

/** `GET /api/v1/incidents` with `from`, `to`, `before`, `run` or `cause`: a page of the stored incidents of a host. */
export interface IncidentPage {
  host: string;
  /** The newest incidents of the range, at most `limit`, oldest first. */
  incidents: Incident[];
  /** Value of `before` for the page of older incidents; missing on the last page. */
  next?: string;
}

/** Kinds of parts whose cause is outside Linux. */
const OUTSIDE_KINDS: ReadonlySet<string> = new Set(['steal', 'firmware', 'stall', 'host']);

/** Returns whether time of this kind was taken by the host, the hypervisor, the firmware or the hardware. */
export const isOutside = (kind: PartKind): boolean => OUTSIDE_KINDS.has(kind);

/** Kinds of parts that name no cause. */
const UNPROVEN_KINDS: ReadonlySet<string> = new Set(['unaccounted', 'probe', 'other']);

/** Returns whether a part of this kind proves what took the time. */
export const isProven = (kind: PartKind): boolean => !UNPROVEN_KINDS.has(kind);
