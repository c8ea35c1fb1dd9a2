// JSON control messages on the WebSocket. Data frames are binary (frame.ts).
import { z } from 'zod';
import type { ErrorCode } from './errors.ts';
import { ProtocolError } from './errors.ts';
import type { MeasureDescriptor } from './generated.ts';
import type { HostInfo } from './host.ts';
import type { Rule } from './rules.ts';
import type { RowInfo, SourceInfo } from './source.ts';
import type { Spike } from './spike.ts';
import type { HostStats } from './stats.ts';
import type { TaskStat } from './tasks.ts';
import type { UnixMicros } from './units.ts';

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

const host = z.string().min(1).max(64);

export const clientMessageSchema = z.discriminatedUnion('type', [
  /** Frames of a host at most `rate` times a second; replaces an earlier subscription of it. */
  z.strictObject({ type: z.literal('subscribe'), host, rate: z.number().int().min(1).max(20) }),
  z.strictObject({ type: z.literal('unsubscribe'), host }),
  /** The client has drawn all frames of the host up to seq. */
  z.strictObject({ type: z.literal('ack'), host, seq: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER) }),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

const clientTypes: ReadonlySet<unknown> = new Set(['subscribe', 'unsubscribe', 'ack']);

/** Parses a client's message; throws a ProtocolError that names the offending word. */
export function parseClientMessage(text: string): ClientMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProtocolError('E_MESSAGE_JSON', 'the message is not JSON', text.slice(0, 32));
  }
  const type = (value as { type?: unknown } | null)?.type;
  if (!clientTypes.has(type)) {
    // An object's own toString could throw.
    const word = (typeof type === 'string' ? type : typeof type).slice(0, 32);
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
