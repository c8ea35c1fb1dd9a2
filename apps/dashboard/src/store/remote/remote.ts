// What the page asks the bridge for beside the live stream: REST, as the layers above know it.

/** A refusal of the bridge, or of the way there: `code` is stable, `word` the offending one. */
export class RemoteError extends Error {
  readonly code: string;
  readonly word: string | undefined;

  constructor(code: string, message: string, word: string | undefined) {
    super(message);
    this.name = 'RemoteError';
    this.code = code;
    this.word = word;
  }
}

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface ChangeRequest {
  method: 'POST' | 'DELETE';
  path: string;
  query?: Query;
  body?: unknown;
}

export interface Remote {
  /** GET under /api/v1; throws a RemoteError. */
  read<T>(path: string, query?: Query): Promise<T>;
  bytes(path: string, query?: Query): Promise<Uint8Array>;
  /** Throws a RemoteError: E_ROLE for a viewer, E_SESSION without a session. */
  change<T>(change: ChangeRequest): Promise<T>;
}

export function remoteError(error: unknown): RemoteError {
  if (error instanceof RemoteError) return error;
  return new RemoteError('E_UNREACHABLE', error instanceof Error ? error.message : String(error), undefined);
}
