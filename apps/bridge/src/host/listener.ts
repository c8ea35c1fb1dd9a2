// Events of a host. A listener implements those it needs.
import type { HostStats, Spike, Trace, UnixMicros } from '@rtprobe/protocol';
import type { IncidentChange } from '../incidents/incident-list.ts';
import type { Span } from '../state/span.ts';
import type { HostView } from './view.ts';

export interface HostEvents {
  /** The host is new in the bridge; precedes every other event of it. */
  hostAdded(host: HostView): void;
  /** The host is no longer in the bridge; no event of it follows. */
  hostRemoved(host: HostView): void;
  /** State, kernel, settings or reason changed. */
  hostChanged(host: HostView): void;
  /** Sources or rows changed; precedes the first span that uses them. */
  sourcesChanged(host: HostView): void;
  spanAdded(host: HostView, span: Span): void;
  /** Totals were replaced: browsers need a keyframe. */
  totalsReplaced(host: HostView): void;
  spikeAdded(host: HostView, spike: Spike): void;
  /** Incidents are new or have changed, some time after the spikes of them. */
  incidentsChanged(host: HostView, change: IncidentChange): void;
  /** The whole list of spikes was replaced, and with it the incidents. */
  spikesReplaced(host: HostView): void;
  /** The lists of a spike's processes arrived: shortly after `spikeAdded`, or later if a client requested them. */
  spikeCompleted(host: HostView, spike: Spike): void;
  /** The trace of a spike arrived, at the same times as above. */
  traceAdded(host: HostView, trace: Trace): void;
  /** The rules or their counters changed. */
  rulesChanged(host: HostView): void;
  tasksChanged(host: HostView): void;
  statsChanged(host: HostView, stats: HostStats): void;
  gapFound(host: HostView, from: UnixMicros, to: UnixMicros, reason: string): void;
  /** The kernel reported the host's name. */
  hostRenamed(host: HostView): void;
}

export type HostListener = Partial<HostEvents>;
