// Requests of the page to the bridge beside the live stream: the REST interface of the upper layers.

/**
 * An error of the bridge or of the connection: `code` is stable, `word` is the invalid word, `command` gives what the
 * request lacks.
 */
export class RemoteError extends Error {
  readonly code: string;
  readonly word: string | undefined;
  readonly command: string | undefined;

  constructor(code: string, message: string, word: string | undefined, command?: string) {
    super(message);
    this.name = 'RemoteError';
    this.code = code;
    this.word = word;
    this.command = command;
  }
}

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface ChangeRequest {
  method: 'POST' | 'DELETE';
  path: string;
  query?: Query;
  body?: unknown;
  /** A body of bytes instead of JSON. */
  bytes?: Uint8Array<ArrayBuffer>;
}

export interface Remote {
  /** Requests a path under /api/v1; throws a RemoteError. */
  read<T>(path: string, query?: Query): Promise<T>;
  bytes(path: string, query?: Query): Promise<Uint8Array>;
  /** Throws a RemoteError: E_ROLE for a viewer, E_SESSION without a session. */
  change<T>(change: ChangeRequest): Promise<T>;
}

export function remoteError(error: unknown): RemoteError {
  if (error instanceof RemoteError) return error;
  return new RemoteError('E_UNREACHABLE', error instanceof Error ? error.message : String(error), undefined);
}
