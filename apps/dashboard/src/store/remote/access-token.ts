// The token for changes. It is asked for once and stored in sessionStorage, which only this tab can read and which ends
// with it.
import type { RemoteError } from './remote.ts';

const KEY = 'rtprobe.token';

export class AccessToken {
  readonly #storage: Storage | undefined;
  #token: string | undefined;

  constructor(storage: Storage | undefined) {
    this.#storage = storage;
    try {
      this.#token = storage?.getItem(KEY) ?? undefined;
    } catch {
      this.#token = undefined;
    }
  }

  get token(): string | undefined {
    return this.#token;
  }

  keep(token: string): void {
    this.#token = token;
    try {
      this.#storage?.setItem(KEY, token);
    } catch {
      // Full or denied: it is asked for again after a reload.
    }
  }

  forget(): void {
    this.#token = undefined;
    try {
      this.#storage?.removeItem(KEY);
    } catch {
      // Without storage there is nothing to remove.
    }
  }
}

/** Returns whether the token is missing or wrong, so that it must be asked for. */
export function isDenied(error: RemoteError): boolean {
  return error.code === 'E_TOKEN';
}
