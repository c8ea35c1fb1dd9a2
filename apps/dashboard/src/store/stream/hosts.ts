// The hosts of the bridge, by name. The store contains only their names, because their data change too often.
import type { HostInfo } from '@rtprobe/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { Host } from './host.ts';

export class Hosts {
  readonly store: StoreApi<{ names: readonly string[] }> = createStore(() => ({
    names: [] as readonly string[],
  }));
  readonly #byName = new Map<string, Host>();

  get(name: string): Host | undefined {
    return this.#byName.get(name);
  }

  /** Returns the named host, or the first one if the name is empty. */
  chosen(name: string): Host | undefined {
    return this.get(name === '' ? (this.store.getState().names[0] ?? '') : name);
  }

  all(): Host[] {
    return [...this.#byName.values()];
  }

  /** Replaces the list; removes hosts that are not in it. */
  setAll(infos: readonly HostInfo[]): void {
    for (const info of infos) this.set(info);
    const names = infos.map((i) => i.host);
    for (const name of this.#byName.keys()) if (!names.includes(name)) this.#byName.delete(name);
    this.store.setState({ names });
  }

  remove(name: string): void {
    if (this.#byName.delete(name)) this.store.setState((s) => ({ names: s.names.filter((n) => n !== name) }));
  }

  set(info: HostInfo): Host {
    const known = this.#byName.get(info.host);
    if (known !== undefined) {
      known.setInfo(info);
      return known;
    }
    const host = new Host(info);
    this.#byName.set(info.host, host);
    this.store.setState((s) => ({ names: [...s.names.filter((h) => h !== info.host), info.host] }));
    return host;
  }
}
