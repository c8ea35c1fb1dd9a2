// Acknowledgements of incidents, shared by all browsers: in the history store, or in memory where nothing is stored.
import { ACKNOWLEDGEMENTS_MAX, type Acknowledgement, type IncidentId } from '@rtprobe/protocol';
import type { History } from '../history/history.ts';
import type { HostView } from '../host/view.ts';

export type Acknowledged = (host: HostView, changed: Acknowledgement[], removed: IncidentId[]) => void;

export class Acknowledgements {
  readonly #history: History | undefined;
  /** Of recordings, and of hosts without history. */
  readonly #inMemory = new WeakMap<HostView, Map<IncidentId, Acknowledgement>>();
  readonly #changed: Acknowledged;

  constructor(history: History | undefined, changed: Acknowledged) {
    this.#history = history;
    this.#changed = changed;
  }

  #storeOf(host: HostView): History | undefined {
    return host.source.kind === 'live' ? this.#history : undefined;
  }

  #memoryOf(host: HostView): Map<IncidentId, Acknowledgement> {
    const found = this.#inMemory.get(host);
    if (found) return found;
    const made = new Map<IncidentId, Acknowledgement>();
    this.#inMemory.set(host, made);
    return made;
  }

  /** Returns the newest, oldest first. */
  async list(host: HostView): Promise<Acknowledgement[]> {
    const limit = ACKNOWLEDGEMENTS_MAX;
    const stored = await this.#storeOf(host)?.read({ ask: 'acknowledgements', host: host.name, limit });
    return stored ?? [...this.#memoryOf(host).values()];
  }

  async add(host: HostView, acknowledgements: Acknowledgement[]): Promise<void> {
    const history = this.#storeOf(host);
    const { name, machine } = host;
    if (history) {
      const where = { name, ...(machine !== undefined && { machine }) };
      await history.write({ ask: 'acknowledge', host: where, acknowledgements });
    } else {
      const memory = this.#memoryOf(host);
      for (const one of acknowledgements) {
        // The newest are last.
        memory.delete(one.incident);
        memory.set(one.incident, one);
        if (memory.size > ACKNOWLEDGEMENTS_MAX) memory.delete(memory.keys().next().value!);
      }
    }
    this.#changed(host, acknowledgements, []);
  }

  /** Returns false if it was not acknowledged. */
  async withdraw(host: HostView, incident: IncidentId): Promise<boolean> {
    const history = this.#storeOf(host);
    const found = history
      ? await history.write({ ask: 'withdraw', host: host.name, incident })
      : this.#memoryOf(host).delete(incident);
    if (found) this.#changed(host, [], [incident]);
    return found;
  }
}
