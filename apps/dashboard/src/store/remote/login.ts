// The session of this browser at the bridge. Its secret is in a cookie that scripts cannot read; the page has only the
// role.
import type { Role, SessionInfo } from '@rtprobe/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { RemoteError, remoteError } from './remote.ts';

export interface SessionRemote {
  /** Throws a RemoteError, E_SESSION without a session. */
  session(): Promise<SessionInfo>;
  /** Exchanges a code for a session; throws a RemoteError, E_CODE for one that is wrong, used or expired. */
  logIn(code: string): Promise<SessionInfo>;
  logOut(): Promise<void>;
}

export type LoginState =
  /** The bridge has not answered yet. */
  | { state: 'unknown' }
  | { state: 'in'; role: Role }
  /** `refusal`: why a code was not accepted. `ended`: there was a session before. */
  | { state: 'out'; refusal?: RemoteError; ended: boolean };

/** Returns the code in a pasted text, which is the code alone or an address that contains it. */
export function codeIn(text: string): string {
  const [, code] = /#code=([\w-]+)/.exec(text) ?? [];
  return code ?? text.trim();
}

export class Login {
  readonly store: StoreApi<LoginState> = createStore<LoginState>(() => ({ state: 'unknown' }));
  /** The command that prints a login code, as the bridge named it. */
  command = 'rtprobe login';
  readonly #remote: SessionRemote | undefined;

  /** `remote` is undefined in tests of the store; they cannot log in. */
  constructor(remote: SessionRemote | undefined) {
    this.#remote = remote;
  }

  get current(): LoginState {
    return this.store.getState();
  }

  /** Logs in with the code of the address, if there is one, else uses the session of the cookie. */
  async start(code: string | undefined): Promise<void> {
    if (code === undefined) return this.check();
    try {
      await this.enter(code);
    } catch (caught) {
      // The address was opened before: its code is used up, but the session that it created can still exist.
      await this.check(remoteError(caught));
    }
  }

  /** Asks the bridge whether there is a session, which also renews it. */
  async check(refusal?: RemoteError): Promise<void> {
    try {
      this.#enter(await this.#required().session());
    } catch (caught) {
      // A bridge that does not answer says nothing about the session.
      const error = remoteError(caught);
      this.command = error.command ?? this.command;
      if (error.code === 'E_SESSION') this.ended(refusal);
    }
  }

  /** Logs in; throws a RemoteError. */
  async enter(code: string): Promise<void> {
    this.#enter(await this.#required().logIn(codeIn(code)));
  }

  async leave(): Promise<void> {
    try {
      await this.#required().logOut();
    } catch (caught) {
      if (remoteError(caught).code !== 'E_SESSION') throw caught;
    }
    this.#set({ state: 'out', ended: false });
  }

  /** Handles a request that the bridge refused because there is no session; `refusal`: why a code was not accepted. */
  ended(refusal?: RemoteError): void {
    const { state } = this.current;
    if (state === 'out' && refusal === undefined) return;
    this.#set({ state: 'out', ended: state === 'in', ...(refusal !== undefined && { refusal }) });
  }

  #required(): SessionRemote {
    if (this.#remote === undefined) throw new RemoteError('E_UNREACHABLE', 'there is no bridge', undefined);
    return this.#remote;
  }

  #enter({ role }: SessionInfo): void {
    if (this.current.state !== 'in' || this.current.role !== role) this.#set({ state: 'in', role });
  }

  #set(state: LoginState): void {
    this.store.setState(state, true);
  }
}
