// REST client of the bridge that served this page.
import { type ChangeRequest, type Query, type Remote, RemoteError } from '../store/remote/remote.ts';

const ROOT = '/api/v1';
const TIMEOUT_MS = 15_000;

function addressOf(path: string, query: Query): string {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) words.set(key, String(value));
  const text = words.toString();
  return text === '' ? `${ROOT}${path}` : `${ROOT}${path}?${text}`;
}

async function refusal(response: Response): Promise<RemoteError> {
  try {
    const { error } = (await response.json()) as { error: { code: string; message: string; word?: string } };
    return new RemoteError(error.code, error.message, error.word);
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

/** `token` is called for every change. */
export function createRest(token: () => string | undefined): Remote {
  return {
    read: async <T>(path: string, query: Query = {}) =>
      (await ask(addressOf(path, query), {})).json() as Promise<T>,
    bytes: async (path, query = {}) =>
      new Uint8Array(await (await ask(addressOf(path, query), {})).arrayBuffer()),
    change: async <T>({ method, path, query = {}, body }: ChangeRequest) => {
      const known = token();
      const headers: Record<string, string> = { 'content-type': 'application/json' };
      if (known !== undefined) headers.authorization = `Bearer ${known}`;
      const init: RequestInit = { method, headers };
      if (body !== undefined) init.body = JSON.stringify(body);
      const response = await ask(addressOf(path, query), init);
      return (response.status === 204 ? undefined : await response.json()) as T;
    },
  };
}
