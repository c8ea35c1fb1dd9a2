// JSON control messages on the WebSocket. Data frames are binary (frame.ts).
import { z } from 'zod';
import type { ErrorCode } from './errors.ts';
import { ProtocolError } from './errors.ts';
import type { HostInfo } from './host.ts';
import type { MeasureDescriptor } from './measures.ts';
import type { Rule } from './rules.ts';
import type { RowInfo, SourceInfo } from './source.ts';
import type { Spike } from './spike.ts';
import type { HostStats } from './stats.ts';
import type { TaskStat } from './tasks.ts';
import type { UnixMicros } from './units.ts';

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
  /** Sent before the first frame that uses them, and again after a change; replaces the previous list. */
  | { type: 'sources'; host: string; sources: SourceInfo[]; rows: RowInfo[] }
  /** The newest stored spikes, oldest first, after a subscription; at most about 1 MiB. */
  | { type: 'spikes'; host: string; spikes: Spike[] }
  | { type: 'spike'; host: string; spike: Spike }
  /** The list of spikes was cleared. */
  | { type: 'spikes-cleared'; host: string }
  | { type: 'stats'; host: string; stats: HostStats }
  /** All rules, after a subscription and after a change. */
  | { type: 'rules'; host: string; rules: Rule[] }
  /** Every two seconds: the tasks with the most interrupt time, at most TASKS_LIVE_MAX; replaces the previous list. */
  | { type: 'tasks'; host: string; tasks: TaskStat[] }
  /** No data between the two times; a chart must not connect across it. */
  | { type: 'gap'; host: string; from: UnixMicros; to: UnixMicros; reason: string }
  | { type: 'error'; code: ErrorCode; message: string; word?: string };

const host = z.string().min(1).max(64);

export const clientMessageSchema = z.discriminatedUnion('type', [
  /** Subscribes to frames of a host, at most `rate` per second; replaces an earlier subscription of the host. */
  z.strictObject({ type: z.literal('subscribe'), host, rate: z.number().int().min(1).max(20) }),
  z.strictObject({ type: z.literal('unsubscribe'), host }),
  /** The client has drawn all frames of the host up to seq. */
  z.strictObject({ type: z.literal('ack'), host, seq: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER) }),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

const clientTypes: ReadonlySet<unknown> = new Set(['subscribe', 'unsubscribe', 'ack']);

/** Parses a client's message; throws a ProtocolError that names the invalid word. */
export function parseClientMessage(text: string): ClientMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProtocolError('E_MESSAGE_JSON', 'the message is not JSON', text.slice(0, 32));
  }
  const type = (value as { type?: unknown } | null)?.type;
  if (!clientTypes.has(type)) {
    const word = String(type).slice(0, 32);
    throw new ProtocolError('E_MESSAGE_TYPE', `unknown message type "${word}"`, word);
  }
  const parsed = clientMessageSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const word =
    issue.code === 'unrecognized_keys'
      ? String(issue.keys[0]).slice(0, 32)
      : issue.path.map(String).join('.');
  throw new ProtocolError('E_MESSAGE_FIELD', `${word}: ${issue.message}`, word);
}
