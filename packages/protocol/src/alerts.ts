// What the bridge reports to people by webhook, mail, journal or command.
import type { UnixMicros } from './units.ts';

/** What channels report. */
export const REPORTED_KINDS = ['incident', 'budget', 'silent', 'lost'] as const;
export type ReportedKind = (typeof REPORTED_KINDS)[number];

/** State of a channel since the bridge started. */
export interface AlertChannel {
  name: string;
  type: 'webhook' | 'mail' | 'journal' | 'command';
  /** Host of the webhook, addresses of the mail, or the program; contains no secret. */
  target: string;
  /** Kinds that it reports. */
  on: ReportedKind[];
  /** Messages that were sent. */
  sent: number;
  /** Messages that were given up. */
  failed: number;
  /** Messages over the limit of an hour. */
  suppressed: number;
  /** Messages that wait for an attempt. */
  waiting: number;
  lastSentAt?: UnixMicros;
  /** Why the newest attempt failed; missing after one that succeeded. */
  error?: string;
}

export interface AlertMessage {
  kind: string;
  /** Missing if it is about the bridge. */
  host?: string;
  time: UnixMicros;
  title: string;
  /** Channels that received it; none if no channel reports its kind. */
  channels: string[];
}

/** `GET /api/v1/alerts` */
export interface AlertState {
  /** The bridge was started with a file of alerts. */
  enabled: boolean;
  /** Whether messages contain command lines, paths, addresses and registers. */
  details: boolean;
  /** Whether messages about incidents wait for the end of quiet hours. */
  quiet: boolean;
  /** Alerts that wait for the end of quiet hours. */
  held: number;
  deadMan?: { channel: string; everyMs: number };
  channels: AlertChannel[];
  /** The newest messages first. */
  recent: AlertMessage[];
}
