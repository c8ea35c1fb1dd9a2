// JSON control messages on the WebSocket. Data frames are binary (frame.ts).
import type { Acknowledgement } from './acknowledgement.ts';
import type { ErrorCode } from './errors.ts';
import type { MeasureDescriptor } from './generated.ts';
import type { HostInfo } from './host.ts';
import type { Incident, IncidentId } from './incident.ts';
import type { Rule } from './rules.ts';
import type { RowInfo, SourceInfo } from './source.ts';
import type { Spike } from './spike.ts';
import type { HostStats } from './stats.ts';
import type { TaskStat } from './tasks.ts';
import type { UnixMicros } from './units.ts';

export type { ClientMessage } from './schemas/client-message.ts';

export const SUBPROTOCOL = 'rtprobe.v1';
export const PROTOCOL_VERSION = 1;
/**
 * Maximum number of unacknowledged frames of a client; beyond it the bridge skips frames until the next
 * acknowledgement.
 */
export const UNACKED_MAX = 8;
/** Largest message of a client in bytes. */
export const CLIENT_MESSAGE_MAX = 4096;

export type ServerMessage =
  | {
      type: 'hello';
      version: number;
      bridge: { version: string; startedAt: UnixMicros };
      measures: readonly MeasureDescriptor[];
      hosts: HostInfo[];
    }
  /** State, settings or kernel of a host changed. */
  | { type: 'host'; host: HostInfo }
  /** A recording was closed: the bridge no longer has this host. */
  | { type: 'host-removed'; host: string }
  /** Sent before the first frame that uses them, and again after a change; replaces the previous list. */
  | { type: 'sources'; host: string; sources: SourceInfo[]; rows: RowInfo[] }
  /** The newest stored spikes, oldest first, after a subscription; at most about 1 MiB. */
  | { type: 'spikes'; host: string; spikes: Spike[] }
  | { type: 'spike'; host: string; spike: Spike }
  /** The newest incidents, oldest first, after a subscription and after the list of spikes was replaced. */
  | { type: 'incidents'; host: string; incidents: Incident[] }
  /** Incidents that are new or have changed, after the spikes of them. `removed` ones are part of others now. */
  | { type: 'incidents-changed'; host: string; changed: Incident[]; removed: IncidentId[] }
  /**
   * Acknowledgements that are new or have changed, and those that were withdrawn; the newest ones after a subscription.
   */
  | { type: 'acknowledgements'; host: string; changed: Acknowledgement[]; removed: IncidentId[] }
  /** The list of spikes, and with it that of incidents, was cleared. */
  | { type: 'spikes-cleared'; host: string }
  | { type: 'stats'; host: string; stats: HostStats }
  /** All rules, after a subscription and after a change. */
  | { type: 'rules'; host: string; rules: Rule[] }
  /** Every two seconds: the tasks with the most interrupt time, at most TASKS_LIVE_MAX; replaces the previous list. */
  | { type: 'tasks'; host: string; tasks: TaskStat[] }
  /** No data between the two times; a chart must not connect across it. */
  | { type: 'gap'; host: string; from: UnixMicros; to: UnixMicros; reason: string }
  | { type: 'error'; code: ErrorCode; message: string; word?: string };
