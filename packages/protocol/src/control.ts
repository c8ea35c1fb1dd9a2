// JSON control messages on the WebSocket. Data frames are binary (frame.ts).
import type { ErrorCode } from './errors.ts';
import type { MeasureDescriptor } from './generated.ts';
import type { HostInfo } from './host.ts';
import type { Rule } from './rules.ts';
import type { RowInfo, SourceInfo } from './source.ts';
import type { Spike } from './spike.ts';
import type { HostStats } from './stats.ts';
import type { TaskStat } from './tasks.ts';
import type { UnixMicros } from './units.ts';

export type { ClientMessage } from './schemas/client-message.ts';

export const SUBPROTOCOL = 'rtprobe.v1';
export const PROTOCOL_VERSION = 1;
/** Frames a client may leave unacknowledged before the bridge skips it until it answers. */
export const UNACKED_MAX = 8;
/** Largest message a client may send. */
export const CLIENT_MESSAGE_MAX = 4096;

export type ServerMessage =
  | {
      type: 'hello';
      version: number;
      bridge: { version: string; startedAt: UnixMicros };
      measures: readonly MeasureDescriptor[];
      hosts: HostInfo[];
    }
  /** Something about a host changed: state, settings, kernel. */
  | { type: 'host'; host: HostInfo }
  /** Sent before the first frame that uses them and again when they change; replaces what was known. */
  | { type: 'sources'; host: string; sources: SourceInfo[]; rows: RowInfo[] }
  /** The newest of the held spikes, oldest first, after a subscription; about 1 MiB of them at most. */
  | { type: 'spikes'; host: string; spikes: Spike[] }
  | { type: 'spike'; host: string; spike: Spike }
  /** The list of spikes was emptied. */
  | { type: 'spikes-cleared'; host: string }
  | { type: 'stats'; host: string; stats: HostStats }
  /** All rules, after a subscription and whenever they change. */
  | { type: 'rules'; host: string; rules: Rule[] }
  /** Every two seconds: the tasks most time was taken from, at most TASKS_LIVE_MAX; replaces what was known. */
  | { type: 'tasks'; host: string; tasks: TaskStat[] }
  /** No data between the two times; nothing may be drawn across it. */
  | { type: 'gap'; host: string; from: UnixMicros; to: UnixMicros; reason: string }
  | { type: 'error'; code: ErrorCode; message: string; word?: string };
