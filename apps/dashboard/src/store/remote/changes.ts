// Sends changes to the bridge. If the bridge refuses a viewer, asks for an operator's code and sends the change again.
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

  /** Makes a change, and asks a viewer for an operator's code; throws a RemoteError. */
  async make<T>(request: ChangeRequest): Promise<T> {
    const remote = this.#remote;
    if (remote === undefined) throw new RemoteError('E_UNREACHABLE', 'there is no bridge', undefined);
    // Why the previous code was not accepted; undefined before the first.
    let refusal: RemoteError | undefined;
    for (let isFirst = true; ; isFirst = false) {
      try {
        return await remote.change<T>(request);
      } catch (caught) {
        const error = remoteError(caught);
        this.#login.command = error.command ?? this.#login.command;
        if (error.code === 'E_SESSION') this.#login.ended();
        if (error.code !== 'E_ROLE') throw error;
        if (!isFirst) refusal ??= error;
        refusal = await this.#becomeOperator(error, refusal);
      }
    }
  }

  /** Logs in with an operator's code. Throws the refusal of the change if the person cancels. */
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
