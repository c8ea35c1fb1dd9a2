// What is reported, and in which form it reaches a channel.
import type { Measure, Nanoseconds, ReportedKind, Spike, UnixMicros } from '@rtprobe/protocol';

/** alive: sent regularly; its absence is the alarm. */
export type AlertKind = ReportedKind | 'alive' | 'test';

/** One thing that happened. */
export interface Alert {
  readonly kind: AlertKind;
  /** Missing if it is about the bridge. */
  readonly host?: string;
  readonly time: UnixMicros;
  /** One line. */
  readonly text: string;
  readonly measure?: Measure;
  readonly valueNs?: Nanoseconds;
  readonly cause?: string;
  readonly incident?: string;
  /** The state has ended. */
  readonly resolved?: true;
  /** Only if details are published. */
  readonly spike?: Spike;
}

/** An alert before it is sent. */
export interface Raised extends Alert {
  /** Returns the spike with what has arrived of it. Only if details are published. */
  readonly spikeNow?: () => Spike | undefined;
}

/** What a channel sends: one or more alerts of a kind and host, the worst first. */
export interface Notification {
  readonly title: string;
  readonly kind: AlertKind;
  readonly host?: string;
  readonly time: UnixMicros;
  readonly alerts: readonly Alert[];
  /** Alerts that are not in the list. */
  readonly more: number;
  /** Notifications that this channel could not send before this one. */
  readonly suppressed: number;
  /** Page to open. */
  readonly url: string;
}

/** Returns the lines of the alerts and of what is not shown. */
export function linesOf({ alerts, more, suppressed }: Notification): string[] {
  const lines = alerts.map(({ text }) => text);
  if (more > 0) lines.push(`${more} more`);
  if (suppressed > 0) lines.push(`${suppressed} earlier messages were not sent because of the limit`);
  return lines;
}
