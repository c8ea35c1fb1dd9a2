// Changes at the bridge, which a viewer may not make: then the code of an operator is asked for.
import type { Login } from './login.ts';
import type { OperatorPrompt } from './operator-prompt.ts';
import { type ChangeRequest, type Remote, RemoteError, remoteError } from './remote.ts';

export class Changes {
  readonly #remote: Remote | undefined;
  readonly #login: Login;
  readonly #prompt: OperatorPrompt;

  constructor(remote: Remote | undefined, login: Login, prompt: OperatorPrompt) {
    this.#remote = remote;
    this.#login = login;
    this.#prompt = prompt;
  }

  /** Makes a change, asking a viewer for the code of an operator; throws a RemoteError. */
  async make<T>(request: ChangeRequest): Promise<T> {
    const remote = this.#remote;
    if (remote === undefined) throw new RemoteError('E_UNREACHABLE', 'there is no bridge', undefined);
    // Why the code before was not enough; undefined before the first.
    let refusal: RemoteError | undefined;
    for (let isFirst = true; ; isFirst = false) {
      try {
        return await remote.change<T>(request);
      } catch (caught) {
        const error = remoteError(caught);
        if (error.code === 'E_SESSION') this.#login.ended();
        if (error.code !== 'E_ROLE') throw error;
        if (!isFirst) refusal ??= error;
        refusal = await this.#becomeOperator(error, refusal);
      }
    }
  }

  /** Throws the refusal of the change if the person gives up. */
  async #becomeOperator(denied: RemoteError, before: RemoteError | undefined): Promise<undefined> {
    for (let refusal = before; ; ) {
      const code = await this.#prompt.ask(refusal);
      if (code === undefined) throw denied;
      try {
        await this.#login.enter(code);
        return undefined;
      } catch (caught) {
        refusal = remoteError(caught);
      }
    }
  }
}
