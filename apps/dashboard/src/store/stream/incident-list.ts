// The incidents of one host, as the bridge groups its spikes, oldest first.
import type { Incident, IncidentId, UnixMicros } from '@rtprobe/protocol';

/** As many as spikes: each has at least one. */
const INCIDENTS_MAX = 1024;

export class IncidentList {
  readonly #byId = new Map<IncidentId, Incident>();
  #sorted: readonly Incident[] | undefined = [];

  /** Returns the same array until the list changes, so that readers may keep theirs. */
  get all(): readonly Incident[] {
    this.#sorted ??= [...this.#byId.values()].sort((a, b) => a.time - b.time);
    return this.#sorted;
  }

  /** Replaces the newest ones by the bridge's list; older ones that only this page has are kept. */
  merge(incidents: readonly Incident[]): void {
    const from = incidents[0]?.time ?? Number.POSITIVE_INFINITY;
    for (const { id, time } of this.all) if (time >= from) this.#byId.delete(id);
    this.change(incidents, []);
  }

  /** Applies a change; returns whether an incident is new. */
  change(changed: readonly Incident[], removed: readonly IncidentId[]): boolean {
    let isNew = false;
    for (const id of removed) this.#byId.delete(id);
    for (const incident of changed) {
      isNew ||= !this.#byId.has(incident.id);
      this.#byId.set(incident.id, incident);
    }
    this.#sorted = undefined;
    for (const { id } of this.all.slice(0, Math.max(0, this.#byId.size - INCIDENTS_MAX))) {
      this.#byId.delete(id);
      this.#sorted = undefined;
    }
    return isNew;
  }

  /** Removes the incidents after a time. */
  dropAfter(time: UnixMicros): void {
    for (const incident of this.all) if (incident.time > time) this.#byId.delete(incident.id);
    this.#sorted = undefined;
  }

  clear(): void {
    this.#byId.clear();
    this.#sorted = [];
  }
}
