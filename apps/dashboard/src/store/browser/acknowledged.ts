// Spikes that a person acknowledged. Alarms stay until then, also after a reload, so localStorage has the ids. Without
// storage they end with the page, and the list says so.
import { createStore, type StoreApi } from 'zustand/vanilla';

const KEY = 'rtprobe.acknowledged';
/** Maximum number of ids, four times the spikes of a host; the oldest are dropped. */
const IDS_MAX = 4096;

export interface Acknowledged {
  readonly ids: ReadonlySet<string>;
  /** False if the browser refuses storage. */
  readonly kept: boolean;
}

export function loadAcknowledged(storage: Pick<Storage, 'getItem'> | undefined): Acknowledged {
  try {
    if (storage === undefined) return { ids: new Set(), kept: false };
    const value: unknown = JSON.parse(storage.getItem(KEY) ?? '[]');
    const ids = Array.isArray(value) ? value.filter((id) => typeof id === 'string') : [];
    return { ids: new Set(ids.slice(-IDS_MAX)), kept: true };
  } catch {
    return { ids: new Set(), kept: false };
  }
}

export function acknowledge(
  old: Acknowledged,
  ids: Iterable<string>,
  storage: Pick<Storage, 'setItem'> | undefined,
): Acknowledged {
  const all = [...new Set([...old.ids, ...ids])].slice(-IDS_MAX);
  try {
    storage?.setItem(KEY, JSON.stringify(all));
    return { ids: new Set(all), kept: storage !== undefined };
  } catch {
    return { ids: new Set(all), kept: false };
  }
}

export class Acknowledgement {
  readonly store: StoreApi<Acknowledged>;
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'> | undefined;

  constructor(storage: Pick<Storage, 'getItem' | 'setItem'> | undefined) {
    this.#storage = storage;
    this.store = createStore(() => loadAcknowledged(storage));
  }

  add(ids: Iterable<string>): void {
    this.store.setState((old) => acknowledge(old, ids, this.#storage));
  }
}
