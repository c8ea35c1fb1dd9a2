// The incidents of one load of a module, updated as its spikes arrive in any order.
import type { Incident, IncidentId, Spike } from '@rtprobe/protocol';
import { explainIncident } from '../explain/incident.ts';
import { firstEndingAt, group, inOrder, REACH_NS, type Windowed, windowOf } from './group.ts';

/** Maximum spikes in memory; whole incidents are dropped, oldest first. */
const SPIKES_MAX = 2048;

export interface IncidentChange {
  /** New or changed incidents. */
  changed: Incident[];
  /** Incidents that no longer exist, because their spikes are part of others now. */
  removed: IncidentId[];
}

/**
 * Returns the incidents of the spikes that end from `from` to `to`, and all incidents that these spikes can change.
 * `windows`: in order, and complete within 2 × REACH_NS of that time.
 */
export function incidentsAround(windows: readonly Windowed[], from: number, to: number): Incident[] {
  const low = firstEndingAt(windows, from - 2 * REACH_NS);
  const high = firstEndingAt(windows, to + 2 * REACH_NS);
  return group(windows.slice(low, high))
    .filter((found) => found.at(-1)!.end >= from - REACH_NS && found[0]!.end <= to + REACH_NS)
    .map(toIncident);
}

function toIncident(windows: readonly Windowed[]): Incident {
  const spikes = windows.map(({ spike }) => spike);
  const words = explainIncident(spikes);
  const first = spikes[0]!;
  const { onlineCpus } = first;
  return {
    ...{ id: first.id, host: first.host, time: first.time, until: spikes.at(-1)!.time },
    valueNs: spikes.reduce((most, { valueNs }) => Math.max(most, valueNs), 0),
    cpus: [...new Set(spikes.map(({ cpu }) => cpu))].sort((a, b) => a - b),
    ...(onlineCpus !== undefined && { onlineCpus }),
    ...words,
    symptoms: [words.primary, ...spikes.map(({ id }) => id).filter((id) => id !== words.primary)],
  };
}

export class IncidentList {
  /** Ordered as by inOrder. */
  #windows: Windowed[] = [];
  readonly #incidents = new Map<IncidentId, Incident>();
  /** Ids of the incidents, by id of the spike. */
  readonly #ofSpike = new Map<string, IncidentId>();
  /** Ends of the first and the last window that were added since the last update. */
  #added: { from: number; to: number } | undefined;

  /** Oldest first, as of the last update. */
  get all(): Incident[] {
    return [...this.#incidents.values()].sort((a, b) => a.time - b.time);
  }

  /** Returns the incident of a spike, as of the last update. */
  of(spike: string): Incident | undefined {
    return this.#incidents.get(this.#ofSpike.get(spike) ?? '');
  }

  /** Adds a spike that is not in the list yet. */
  add(spike: Spike): void {
    const window = windowOf(spike);
    let at = this.#windows.length;
    while (at > 0 && inOrder(this.#windows[at - 1]!, window) > 0) at--;
    this.#windows.splice(at, 0, window);
    const { from, to } = this.#added ?? { from: window.end, to: window.end };
    this.#added = { from: Math.min(from, window.end), to: Math.max(to, window.end) };
  }

  clear(): void {
    this.#windows = [];
    this.#incidents.clear();
    this.#ofSpike.clear();
    this.#added = undefined;
  }

  /** Groups the added spikes and all spikes whose incident they can change. */
  update(): IncidentChange {
    const { from, to } = this.#added ?? { from: 0, to: -1 };
    this.#added = undefined;
    if (to < from) return { changed: [], removed: [] };
    const change = this.#replace(incidentsAround(this.#windows, from, to));
    this.#dropOldest();
    return change;
  }

  #replace(incidents: readonly Incident[]): IncidentChange {
    const before = new Set<IncidentId>();
    const changed: Incident[] = [];
    for (const { symptoms } of incidents) {
      for (const spike of symptoms) before.add(this.#ofSpike.get(spike) ?? '');
    }
    before.delete('');
    for (const incident of incidents) {
      before.delete(incident.id);
      if (isSame(this.#incidents.get(incident.id), incident)) continue;
      changed.push(incident);
      this.#incidents.set(incident.id, incident);
      for (const spike of incident.symptoms) this.#ofSpike.set(spike, incident.id);
    }
    for (const id of before) this.#incidents.delete(id);
    return { changed, removed: [...before] };
  }

  #dropOldest(): void {
    while (this.#windows.length > SPIKES_MAX) {
      const { id } = this.#windows[0]!.spike;
      const incident = this.of(id);
      const dropped = new Set(incident?.symptoms ?? [id]);
      this.#windows = this.#windows.filter(({ spike }) => !dropped.has(spike.id));
      for (const spike of dropped) this.#ofSpike.delete(spike);
      if (incident) this.#incidents.delete(incident.id);
    }
  }
}

const isSame = (a: Incident | undefined, b: Incident): boolean =>
  a !== undefined && JSON.stringify(a) === JSON.stringify(b);
