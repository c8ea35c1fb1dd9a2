// Sends changes to the bridge with the token that they need.
import { type AccessToken, isDenied } from './access-token.ts';
import { type ChangeRequest, type Remote, RemoteError, remoteError } from './remote.ts';
import type { TokenPrompt } from './token-prompt.ts';

export class Changes {
  readonly #remote: Remote | undefined;
  readonly #access: AccessToken;
  readonly #prompt: TokenPrompt;

  constructor(remote: Remote | undefined, access: AccessToken, prompt: TokenPrompt) {
    this.#remote = remote;
    this.#access = access;
    this.#prompt = prompt;
  }

  /** Makes a change, asking for the token until the bridge accepts it; throws a RemoteError. */
  async make<T>(request: ChangeRequest): Promise<T> {
    const [remote, access] = [this.#remote, this.#access];
    if (remote === undefined) throw new RemoteError('E_UNREACHABLE', 'there is no bridge', undefined);
    for (;;) {
      try {
        return await remote.change<T>(request);
      } catch (caught) {
        const error = remoteError(caught);
        if (!isDenied(error)) throw error;
        const token = await this.#prompt.ask(access.token !== undefined);
        access.forget();
        if (token === undefined) throw error;
        access.keep(token);
      }
    }
  }
}
