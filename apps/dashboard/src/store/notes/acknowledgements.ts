// Incidents that a person acknowledged; the bridge keeps them for everybody.
import { ACKNOWLEDGE_MAX, type Acknowledgement, type IncidentId } from '@rtprobe/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Changes } from '../remote/changes.ts';
import { remoteError } from '../remote/remote.ts';
import type { CurrentHost } from '../screen/current-host.ts';

/** Maximum acknowledgements in this page; the oldest are dropped. */
const KEPT_MAX = 8192;

export interface Acknowledged {
  /** By the id of a spike of the incident. */
  readonly byId: ReadonlyMap<IncidentId, Acknowledgement>;
  readonly ids: ReadonlySet<IncidentId>;
}

interface Parts {
  host: CurrentHost;
  changes: Changes;
  /** The name that the person last gave. */
  author: () => string;
  failed: (text: string) => void;
}

const toState = (byId: ReadonlyMap<IncidentId, Acknowledgement>): Acknowledged => ({
  byId,
  ids: new Set(byId.keys()),
});

export class Acknowledgements {
  readonly store: StoreApi<Acknowledged> = createStore(() => toState(new Map()));
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Applies a message of the bridge. */
  receive(changed: readonly Acknowledgement[], removed: readonly IncidentId[]): void {
    const byId = new Map(this.store.getState().byId);
    for (const id of removed) byId.delete(id);
    for (const one of changed) byId.set(one.incident, one);
    for (const id of byId.keys()) {
      if (byId.size <= KEPT_MAX) break;
      byId.delete(id);
    }
    this.store.setState(toState(byId), true);
  }

  /** Acknowledges incidents; a viewer is asked for an operator's code. The bridge then sends them to every page. */
  async add(incidents: readonly IncidentId[], comment = ''): Promise<void> {
    const { host, changes, author, failed } = this.#parts;
    const common = { host: host()?.name, by: author(), comment };
    try {
      for (let from = 0; from < incidents.length; from += ACKNOWLEDGE_MAX) {
        const body = { ...common, incidents: incidents.slice(from, from + ACKNOWLEDGE_MAX) };
        await changes.make({ method: 'POST', path: '/acknowledgements', body });
      }
    } catch (error) {
      const { code, message } = remoteError(error);
      failed(`${code}: ${message}`);
    }
  }

  /** Makes an incident new again. */
  async withdraw(incident: IncidentId): Promise<void> {
    const { host, changes, failed } = this.#parts;
    const query = { host: host()?.name, incident };
    try {
      await changes.make({ method: 'DELETE', path: '/acknowledgements', query });
    } catch (error) {
      const { code, message } = remoteError(error);
      failed(`${code}: ${message}`);
    }
  }
}
