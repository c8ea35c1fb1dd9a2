// The session of this browser at the bridge. The secret of it is in a cookie that no script can read; the page knows
// the role only.
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
  /** Not known yet, or the bridge does not answer. */
  | { state: 'unknown' }
  | { state: 'in'; role: Role }
  /** `refusal`: why a code was not accepted. `ended`: there was a session before. */
  | { state: 'out'; refusal?: RemoteError; ended: boolean };

/** A code as a person pastes it: alone, or with the address it stands in. */
export function codeIn(text: string): string {
  const [, code] = /#code=([\w-]+)/.exec(text) ?? [];
  return code ?? text.trim();
}

export class Login {
  readonly store: StoreApi<LoginState> = createStore<LoginState>(() => ({ state: 'unknown' }));
  readonly #remote: SessionRemote | undefined;

  /** Without a remote, in tests of the store alone, nobody logs in. */
  constructor(remote: SessionRemote | undefined) {
    this.#remote = remote;
  }

  get current(): LoginState {
    return this.store.getState();
  }

  /** Starts with the code of the address, if there is one, else with the session of the cookie. */
  async start(code: string | undefined): Promise<void> {
    if (code === undefined) return this.check();
    try {
      await this.enter(code);
    } catch (caught) {
      // An address that was opened before: its code is used, and the session it gave is still there.
      await this.check(remoteError(caught));
    }
  }

  /** Finds out whether there is a session; the bridge renews one that is used. */
  async check(refusal?: RemoteError): Promise<void> {
    try {
      this.#enter(await this.#required().session());
    } catch (caught) {
      // A bridge that does not answer says nothing about the session.
      if (remoteError(caught).code === 'E_SESSION') this.ended(refusal);
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

  /** The bridge refused a request for want of a session; `refusal` says why a code gave none. */
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
