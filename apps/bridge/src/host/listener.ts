// Who looks on at a host.
import type { HostStats, Spike, Trace, UnixMicros } from '@rtprobe/protocol';
import type { Span } from '../state/span.ts';
import type { Host } from './host.ts';

/** What a host tells those who show it. */
export interface HostListener {
  /** State, kernel, settings or reason changed. */
  changed(host: Host): void;
  /** Sources or rows changed; comes before the first span that uses them. */
  sources(host: Host): void;
  span(host: Host, span: Span): void;
  /** Totals were replaced: browsers need a keyframe. */
  replaced(host: Host): void;
  spike(host: Host, spike: Spike): void;
  /** The list of spikes is another one. */
  spikes(host: Host): void;
  /** All that is known of a spike, lists included: some time after `spike`, or when somebody asked for it. */
  wholeSpike?(host: Host, spike: Spike): void;
  /** The trace of a spike came, as above. */
  trace?(host: Host, trace: Trace): void;
  /** The rules, or their counters, changed. */
  rules(host: Host): void;
  /** Tasks were asked for. */
  tasks(host: Host): void;
  stats(host: Host, stats: HostStats): void;
  gap(host: Host, from: UnixMicros, to: UnixMicros, reason: string): void;
  /** The kernel told the host's name. */
  renamed(host: Host): void;
}
