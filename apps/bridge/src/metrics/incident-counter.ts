// Counts the incidents of a host by origin and by cause, each once, when no later spike can change it any more.
import { visibleText } from '@rtprobe/metrics';
import {
  INCIDENT_ORIGINS,
  type Incident,
  type IncidentId,
  type IncidentOrigin,
  type UnixMicros,
} from '@rtprobe/protocol';
import type { IncidentChange } from '../incidents/incident-list.ts';
import { OTHERS } from './others.ts';

/** Spikes that are later than this do not change an incident; docs/reference/incidents.md has the bound. */
const SETTLED_US = 31e6;
/** Causes that are counted apart. */
const CAUSES_MAX = 100;
/** Ids of counted incidents that are remembered: a reconnected module reports its spikes again. */
const COUNTED_MAX = 8192;

export class IncidentCounter {
  readonly byOrigin = new Map<IncidentOrigin, number>(INCIDENT_ORIGINS.map((origin) => [origin, 0]));
  readonly byCause = new Map<string, number>();
  readonly #open = new Map<IncidentId, Incident>();
  readonly #counted = new Set<IncidentId>();
  readonly #since: UnixMicros;

  /** Incidents before `since` are not counted: those of an earlier bridge. */
  constructor(since: UnixMicros) {
    this.#since = since;
  }

  change({ changed, removed }: IncidentChange): void {
    for (const id of removed) this.#open.delete(id);
    for (const incident of changed) {
      if (incident.time >= this.#since && !this.#counted.has(incident.id))
        this.#open.set(incident.id, incident);
    }
  }

  /** Counts what cannot change any more at `now`, in the host's time. */
  settle(now: UnixMicros): void {
    for (const [id, { until, origin, culprit }] of this.#open) {
      if (now - until < SETTLED_US) continue;
      this.#open.delete(id);
      this.#counted.add(id);
      if (this.#counted.size > COUNTED_MAX) this.#counted.delete(this.#counted.values().next().value!);
      this.byOrigin.set(origin, this.byOrigin.get(origin)! + 1);
      const cause = visibleText(culprit);
      const name = this.byCause.has(cause) || this.byCause.size < CAUSES_MAX ? cause : OTHERS;
      this.byCause.set(name, (this.byCause.get(name) ?? 0) + 1);
    }
  }
}
