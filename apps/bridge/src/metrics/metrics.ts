// The metrics of a bridge: follows live hosts, and writes what they report as text for Prometheus and others.
// docs/reference/metrics.md describes every family.
import { lossKindOf } from '@rtprobe/protocol';
import { BRIDGE_VERSION } from '../base/version.ts';
import { expectationText } from '../expect/expectation.ts';
import type { HostListener } from '../host/listener.ts';
import type { HostView } from '../host/view.ts';
import type { IncidentChange } from '../incidents/incident-list.ts';
import type { Span } from '../state/span.ts';
import { EDGES } from './edges.ts';
import { entryOf } from './entry-of.ts';
import { Exposition, type Format, labelsOf } from './exposition.ts';
import { families } from './families.ts';
import { HostMetrics, WINDOWS } from './host-metrics.ts';
import type { Ranked } from './ranking.ts';

export interface MetricsQuery {
  readonly format: Format;
  /** Series of each CPU instead of all together. */
  readonly cpus: boolean;
}

/** Recordings have no metrics: their times are not those of a reader. */
const isLive = ({ source }: HostView): boolean => source.kind === 'live';
const isUp = ({ info }: HostView): boolean => info.state === 'live';

export class Metrics implements HostListener {
  readonly #top: number;
  readonly #hosts = new Map<HostView, HostMetrics>();

  /** `top`: how many sources of a measure have series of their own. */
  constructor(top: number) {
    this.#top = top;
  }

  hostRemoved(host: HostView): void {
    this.#hosts.delete(host);
  }

  spanAdded(host: HostView, span: Span): void {
    if (isLive(host)) this.#of(host).span(host, span);
  }

  incidentsChanged(host: HostView, change: IncidentChange): void {
    if (isLive(host)) this.#of(host).incidentsChanged(host, change);
  }

  #of(host: HostView): HostMetrics {
    return entryOf(this.#hosts, host, () => new HostMetrics(this.#top));
  }

  /** Returns the text of all live hosts of a list, as UTF-8. */
  write(all: readonly HostView[], { format, cpus }: MetricsQuery): Buffer {
    const out = new Exposition(format);
    const hosts = all.filter(isLive);
    out.begin(families.build);
    out.sample('', labelsOf({ version: BRIDGE_VERSION }), 1);
    writeHosts(out, hosts);
    this.#writeIncidents(out, hosts);
    this.#writeWindows(out, hosts);
    const series = hosts.map((host) => ({ isUp: isUp(host), all: this.#series(host, cpus) }));
    writeHistograms(
      out,
      series.flatMap((one) => one.all),
    );
    // The newest window of a silent host is long past.
    writeMaxima(
      out,
      series.flatMap((one) => (one.isUp ? one.all : [])),
    );
    return out.end();
  }

  #series(host: HostView, cpus: boolean): Ranked[] {
    const name = labelsOf({ host: host.name });
    return this.#of(host)
      .sums(host, cpus)
      .map(({ labels, sum }) => ({ labels: `${name},${labels}`, sum }));
  }

  #writeIncidents(out: Exposition, hosts: readonly HostView[]): void {
    out.begin(families.incidents);
    for (const host of hosts) {
      for (const [origin, count] of this.#of(host).incidents?.byOrigin ?? [])
        out.sample('_total', labelsOf({ host: host.name, origin }), count);
    }
    out.begin(families.causes);
    for (const host of hosts) {
      for (const [cause, count] of this.#of(host).incidents?.byCause ?? [])
        out.sample('_total', labelsOf({ host: host.name, cause }), count);
    }
  }

  #writeWindows(out: Exposition, hosts: readonly HostView[]): void {
    const complete = hosts
      .filter(isUp)
      .flatMap((host) =>
        this.#of(host).windows.flatMap(({ end, name, coveredUs }) =>
          end === undefined ? [] : [{ end, coveredUs, labels: labelsOf({ host: host.name, window: name }) }],
        ),
      );
    out.begin(families.windowEnd);
    for (const { labels, end } of complete) out.sample('', labels, end / 1e6);
    out.begin(families.windowCovered);
    for (const { labels, coveredUs } of complete) out.sample('', labels, coveredUs / 1e6);
  }
}

type HostFamily = (host: HostView) => number | undefined;

/** Families with one sample a host. */
const ofHosts: readonly (readonly [keyof typeof families, HostFamily])[] = [
  ['hostUp', (host) => (isUp(host) ? 1 : 0)],
  ['lastData', ({ state }) => state.lastDataAt && state.lastDataAt / 1e6],
  ['runStart', ({ state }) => state.runStartedAt && state.runStartedAt / 1e6],
  ['events', ({ stats }) => stats?.events],
  ['spikes', ({ stats }) => stats?.spikesTotal],
  ['memory', ({ stats }) => stats?.memoryBytes],
  ['probeCpu', ({ stats }) => stats?.probeCpu],
  ['historyBytes', ({ stats }) => stats?.history?.bytes],
];

function writeHosts(out: Exposition, hosts: readonly HostView[]): void {
  for (const [name, read] of ofHosts) {
    const family = families[name];
    out.begin(family);
    for (const host of hosts) {
      const value = read(host);
      const suffix = family.type === 'counter' ? '_total' : '';
      if (value !== undefined) out.sample(suffix, labelsOf({ host: host.name }), value);
    }
  }
  writeKernels(out, hosts);
  writeLosses(out, hosts);
  writeThresholds(out, hosts);
  writeExpectations(out, hosts);
}

function writeKernels(out: Exposition, hosts: readonly HostView[]): void {
  out.begin(families.host);
  for (const { name, info } of hosts) {
    if (!info.kernel) continue;
    const { release, preemptRt, machine } = info.kernel;
    const kernel = { kernel: release, preempt_rt: Number(preemptRt), machine };
    out.sample('', labelsOf({ host: name, ...kernel, module: info.moduleVersion ?? '' }), 1);
  }
}

const EDGE_LABELS = EDGES.map((edge) => `,le="${edge}"`);

function writeHistograms(out: Exposition, series: readonly Ranked[]): void {
  out.begin(families.measure);
  for (const { labels, sum } of series) {
    let count = 0;
    for (let i = 0; i < EDGE_LABELS.length; i++) {
      count += sum.buckets[i]!;
      out.sample('_bucket', labels + EDGE_LABELS[i]!, count);
    }
    out.sample('_count', labels, sum.count);
    out.sample('_sum', labels, sum.sumNs / 1e9);
  }
}

const WINDOW_LABELS = Object.keys(WINDOWS).map((name) => `,window="${name}"`);

function writeMaxima(out: Exposition, series: readonly Ranked[]): void {
  out.begin(families.windowMax);
  for (const { labels, sum } of series) {
    for (const [i, label] of WINDOW_LABELS.entries()) {
      const max = sum.windowMaxNs[i];
      if (max !== undefined) out.sample('', labels + label, max / 1e9);
    }
  }
  out.begin(families.runMax);
  for (const { labels, sum } of series) if (sum.maxNs > 0) out.sample('', labels, sum.maxNs / 1e9);
}

function writeLosses(out: Exposition, hosts: readonly HostView[]): void {
  out.begin(families.losses);
  for (const { name: host, stats } of hosts) {
    if (!stats) continue;
    const { module, protocolErrors, skippedFrames, ...others } = stats.lost;
    for (const [counter, count] of Object.entries({ ...module, ...protocolErrors, ...others }))
      out.sample('_total', labelsOf({ host, kind: lossKindOf(counter), counter }), count ?? 0);
  }
}

function writeThresholds(out: Exposition, hosts: readonly HostView[]): void {
  out.begin(families.threshold);
  for (const { name: host, state } of hosts) {
    const { measures = [], thresholds, thresholdNs = 0 } = state.config ?? {};
    for (const measure of measures) {
      const ns = thresholds ? thresholds.find((one) => one.measure === measure)?.thresholdNs : thresholdNs;
      if (ns) out.sample('', labelsOf({ host, measure }), ns / 1e9);
    }
  }
}

function writeExpectations(out: Exposition, hosts: readonly HostView[]): void {
  out.begin(families.breaches);
  for (const { name: host, state } of hosts) {
    for (const rule of state.rules) {
      const expected = state.expectationOf(rule);
      if (expected)
        out.sample('_total', labelsOf({ host, expectation: expectationText(expected) }), rule.hits);
    }
  }
}
