// REST client of the bridge that served this page.
import { REQUEST_HEADER, type SessionInfo } from '@rtprobe/protocol';
import type { SessionRemote } from '../store/remote/login.ts';
import { type ChangeRequest, type Query, type Remote, RemoteError } from '../store/remote/remote.ts';

const TIMEOUT_MS = 15_000;

function queryOf(query: Query): string {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) words.set(key, String(value));
  const text = words.toString();
  return text === '' ? '' : `?${text}`;
}

async function refusal(response: Response): Promise<RemoteError> {
  try {
    const { error } = (await response.json()) as { error: RemoteError };
    return new RemoteError(error.code, error.message, error.word, error.command);
  } catch {
    return new RemoteError('E_ANSWER', `the bridge answered with status ${response.status}`, undefined);
  }
}

async function ask(address: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw new RemoteError('E_UNREACHABLE', error instanceof Error ? error.message : String(error), undefined);
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

interface RestEvents {
  /** A request was refused because there is no session, or no longer. */
  sessionEnded(): void;
}

/** `base` is the path under which the bridge is published; empty at the root of a host name. */
export function createRest(base: string, { sessionEnded }: RestEvents): Remote & SessionRemote {
  const addressOf = (path: string, query: Query) => `${base}/api/v1${path}${queryOf(query)}`;
  const send = async (path: string, query: Query, init: RequestInit): Promise<Response> => {
    try {
      return await ask(addressOf(path, query), init);
    } catch (error) {
      if (error instanceof RemoteError && error.code === 'E_SESSION') sessionEnded();
      throw error;
    }
  };
  const change = async <T>({ method, path, query = {}, body, bytes }: ChangeRequest): Promise<T> => {
    // Pages of other origins cannot send these headers.
    const type = bytes === undefined ? 'application/json' : 'application/octet-stream';
    const headers = { 'content-type': type, [REQUEST_HEADER]: '1' };
    const init: RequestInit = { method, headers };
    if (bytes !== undefined) init.body = bytes;
    else if (body !== undefined) init.body = JSON.stringify(body);
    const response = await send(path, query, init);
    return (response.status === 204 ? undefined : await response.json()) as T;
  };
  return {
    read: async <T>(path: string, query: Query = {}) => (await send(path, query, {})).json() as Promise<T>,
    bytes: async (path, query = {}) => new Uint8Array(await (await send(path, query, {})).arrayBuffer()),
    change,
    session: async () => (await ask(addressOf('/session', {}), {})).json() as Promise<SessionInfo>,
    logIn: (code) => change({ method: 'POST', path: '/session', body: { code } }),
    logOut: () => change({ method: 'DELETE', path: '/session' }),
  };
}
