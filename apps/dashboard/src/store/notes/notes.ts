// Notes of the host on screen; the bridge stores them for everybody.
import type { Annotation, UnixMicros } from '@rtprobe/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Changes } from '../remote/changes.ts';
import type { Remote } from '../remote/remote.ts';
import type { CurrentHost } from '../screen/current-host.ts';

interface State {
  notes: readonly Annotation[];
  /** Time of the note that is being written. */
  draftAt: UnixMicros | undefined;
}

export class Notes {
  readonly store: StoreApi<State> = createStore<State>(() => ({ notes: [], draftAt: undefined }));
  readonly #host: CurrentHost;
  readonly #remote: Remote | undefined;
  readonly #changes: Changes;

  constructor(host: CurrentHost, remote: Remote | undefined, changes: Changes) {
    this.#host = host;
    this.#remote = remote;
    this.#changes = changes;
  }

  begin(time: UnixMicros): void {
    this.store.setState({ draftAt: time });
  }

  endDraft(): void {
    this.store.setState({ draftAt: undefined });
  }

  clear(): void {
    this.store.setState({ notes: [] });
  }

  /** Reads the notes of the host on screen again; throws a RemoteError. */
  async read(): Promise<void> {
    const host = this.#host();
    if (host === undefined || this.#remote === undefined || !host.info.history) return;
    const query = { host: host.name };
    const answer = await this.#remote.read<{ annotations: Annotation[] }>('/annotations', query);
    if (this.#host() === host) this.store.setState({ notes: answer.annotations });
  }

  /** Throws a RemoteError. */
  async add(time: UnixMicros, text: string): Promise<void> {
    const body = { host: this.#host()?.name, time: Math.round(time), text };
    await this.#changes.make({ method: 'POST', path: '/annotations', body });
    await this.read();
  }

  /** Throws a RemoteError. */
  async remove(id: number): Promise<void> {
    await this.#changes.make({ method: 'DELETE', path: `/annotations/${id}` });
    await this.read();
  }
}
