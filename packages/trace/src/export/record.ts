// What is exported of a spike, and how its texts are made safe for a file that others open.
import { visibleText } from '@rtprobe/metrics';
import type { HostInfo, Spike, Trace } from '@rtprobe/protocol';

/** A spike with all that is known of it. */
export interface SpikeRecord {
  spike: Spike;
  /** The machine, where it is known. */
  host?: HostInfo;
  /** The flight recorder's slice, where there is one. */
  trace?: Trace;
}

/** Names, as files show them: nothing in them stays invisible. */
export const safe = visibleText;

/** 2026-11-24T13:48:56.123456Z */
export function isoMicros(unixMicros: number): string {
  const whole = new Date(Math.floor(unixMicros / 1000)).toISOString();
  const micros = String(Math.round(unixMicros) % 1000).padStart(3, '0');
  return `${whole.slice(0, -1)}${micros}Z`;
}
