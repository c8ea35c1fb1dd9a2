// JSON messages of a WebSocket client, as the bridge accepts them.
import { z } from 'zod';
import { ProtocolError } from '../errors.ts';

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
