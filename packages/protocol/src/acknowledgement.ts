// Acknowledgements: a person has seen an incident. The bridge keeps them for everybody.
import type { IncidentId } from './incident.ts';
import type { UnixMicros } from './units.ts';

/** Maximum incidents of a request. */
export const ACKNOWLEDGE_MAX = 100;
/** Maximum acknowledgements of a host in a message or an answer; the newest. */
export const ACKNOWLEDGEMENTS_MAX = 2048;

export interface Acknowledgement {
  /** Id of one of the spikes of the incident. It applies to the incident that has this spike. */
  incident: IncidentId;
  time: UnixMicros;
  /** Who acknowledged it, as that person wrote it; hostile text, may be empty. */
  by: string;
  /** Hostile text, may be empty. */
  comment: string;
}

/** `GET /api/v1/acknowledgements` */
export interface AcknowledgementList {
  host: string;
  /** The newest, oldest first. */
  acknowledgements: Acknowledgement[];
}
