// Finds in what live hosts report the things that alerts are about.
import { formatDuration, visibleText } from '@rtprobe/metrics';
import { descriptorOf, type HostStats, type Incident, lossKindOf, type UnixMicros } from '@rtprobe/protocol';
import { nowMicros } from '../base/clock.ts';
import type { HostListener } from '../host/listener.ts';
import type { HostView } from '../host/view.ts';
import type { IncidentChange } from '../incidents/incident-list.ts';
import type { Span } from '../state/span.ts';
import type { Alert, Raised } from './alert.ts';
import { type Alerts, wholeSpike } from './alerts.ts';

const TICK_MS = 1000;
/** Ids of reported incidents that are remembered: a reconnected module reports its spikes again. */
const REPORTED_MAX = 8192;

interface Watched {
  /** Time of the first data, by the clock of the host: what is older was there before the bridge. */
  since: UnixMicros | undefined;
  /** When data stopped, as performance.now(); undefined while they arrive. */
  silentAt: number | undefined;
  isReported: boolean;
  dropped: ReadonlyMap<string, number> | undefined;
}

export class AlertWatch implements HostListener {
  readonly #alerts: Alerts;
  readonly #hosts = new Map<HostView, Watched>();
  readonly #reported = new Set<string>();
  #ticking: NodeJS.Timeout | undefined;

  constructor(alerts: Alerts) {
    this.#alerts = alerts;
  }

  /** Begins to look for silent hosts. */
  start(): void {
    this.#ticking = setInterval(() => this.#findSilent(), TICK_MS);
  }

  close(): void {
    clearInterval(this.#ticking);
  }

  /** Returns undefined for a recording. */
  #of(host: HostView): Watched | undefined {
    if (host.source.kind !== 'live') return undefined;
    const found = this.#hosts.get(host);
    if (found) return found;
    const watched = { since: undefined, silentAt: performance.now(), isReported: false, dropped: undefined };
    this.#hosts.set(host, watched);
    return watched;
  }

  hostAdded(host: HostView): void {
    this.#of(host);
  }

  hostRemoved(host: HostView): void {
    this.#hosts.delete(host);
  }

  hostChanged(host: HostView): void {
    const watched = this.#of(host);
    if (!watched) return;
    if (host.info.state !== 'live') watched.silentAt ??= performance.now();
    else {
      watched.silentAt = undefined;
      if (watched.isReported) this.#raiseSilent(host, 'data arrive again', true);
      watched.isReported = false;
    }
  }

  #findSilent(): void {
    const { silentAfter } = this.#alerts.config;
    for (const [host, watched] of this.#hosts) {
      const { silentAt, isReported } = watched;
      if (silentAt === undefined || isReported || performance.now() - silentAt < silentAfter) continue;
      watched.isReported = true;
      this.#raiseSilent(host, host.info.reason ?? 'no data arrive', false);
    }
  }

  #raiseSilent(host: HostView, text: string, resolved: boolean): void {
    const alert: Alert = {
      ...{ kind: 'silent', host: host.name, time: nowMicros(), text: visibleText(text) },
      ...(resolved && { resolved }),
    };
    this.#alerts.raise(alert, resolved ? 'resolved' : 'silent');
  }

  spanAdded(host: HostView, { time, deltas }: Span): void {
    const watched = this.#of(host);
    if (!watched) return;
    watched.since ??= time;
    const budgets = this.#alerts.config.budgets.filter((budget) => (budget.host ?? host.name) === host.name);
    if (budgets.length === 0) return;
    const { rows, sources } = host.state;
    for (const { row, max, count } of deltas) {
      const source = sources.get(rows.all[row]?.source ?? -1);
      const budget = source && budgets.find(({ measure }) => measure === source.measure);
      if (!budget || count === 0 || max <= budget.above) continue;
      const { title } = descriptorOf(source.measure);
      const text = `${title} of ${formatDuration(max)} on CPU ${rows.all[row]!.cpu}, the budget is ${formatDuration(budget.above)}`;
      const alert: Alert = {
        kind: 'budget',
        host: host.name,
        time,
        measure: source.measure,
        valueNs: max,
        text,
      };
      this.#alerts.raise(alert, source.measure, (a, b) => (b.valueNs! > a.valueNs! ? b : a));
    }
  }

  incidentsChanged(host: HostView, { changed, removed }: IncidentChange): void {
    const watched = this.#of(host);
    if (!watched) return;
    for (const id of removed) this.#alerts.withdraw('incident', host.name, id);
    for (const incident of changed) {
      // Noise of the host is no fault of this machine.
      if (incident.origin === 'outside' || incident.time < (watched.since ?? 0)) continue;
      if (this.#isSent(host, incident)) continue;
      this.#alerts.raise(this.#alertOf(host, incident), incident.id);
      this.#remember(incident);
    }
  }

  /** A changed incident is reported again only while its first report waits in its group. */
  #isSent(host: HostView, { symptoms }: Incident): boolean {
    return (
      symptoms.some((id) => this.#reported.has(id)) &&
      !this.#alerts.isWaiting('incident', host.name, symptoms)
    );
  }

  #remember({ symptoms }: Incident): void {
    for (const id of symptoms) this.#reported.add(id);
    for (const id of this.#reported) {
      if (this.#reported.size <= REPORTED_MAX) break;
      this.#reported.delete(id);
    }
  }

  #alertOf(host: HostView, incident: Incident): Raised {
    const { id, time, valueNs, measure, culprit, sentence, primary } = incident;
    return {
      ...{
        kind: 'incident',
        host: host.name,
        time,
        measure,
        valueNs,
        cause: visibleText(culprit),
        incident: id,
      },
      text: visibleText(sentence),
      ...(this.#alerts.details && { spikeNow: () => wholeSpike(host, primary) }),
    };
  }

  statsChanged(host: HostView, { lost }: HostStats): void {
    const watched = this.#of(host);
    if (!watched) return;
    const { module, protocolErrors, skippedFrames, ...others } = lost;
    const counters = Object.entries({ ...module, ...protocolErrors, ...others }).filter(
      ([name]) => lossKindOf(name) === 'dropped',
    );
    const before = watched.dropped;
    watched.dropped = new Map(counters.map(([name, count]) => [name, count ?? 0]));
    if (!before) return;
    for (const [name, count = 0] of counters) {
      const grown = count - (before.get(name) ?? 0);
      if (grown <= 0) continue;
      const text = `${name} grew by ${grown} to ${count}`;
      this.#alerts.raise({ kind: 'lost', host: host.name, time: nowMicros(), text }, name);
    }
  }
}
