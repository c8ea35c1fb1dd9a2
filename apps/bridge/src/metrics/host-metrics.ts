// What the metrics of one host need beside its state.
import { visibleText } from '@rtprobe/metrics';
import type { Measure, SourceInfo } from '@rtprobe/protocol';
import type { HostView } from '../host/view.ts';
import type { IncidentChange } from '../incidents/incident-list.ts';
import type { Span } from '../state/span.ts';
import { entryOf } from './entry-of.ts';
import { labelsOf } from './exposition.ts';
import { FixedWindow } from './fixed-window.ts';
import { IncidentCounter } from './incident-counter.ts';
import { OTHERS } from './others.ts';
import { type Ranked, Ranking } from './ranking.ts';
import { Sum } from './sum.ts';

/** Lengths of the fixed windows in µs, by the value of the label `window`. */
export const WINDOWS = { '1m': 60e6, '5m': 300e6 } as const;

/** Sums by key: a source, or a source, a separator and a CPU. */
type Sums = Map<string, Sum>;

/** Visible names have no such character. */
const SEPARATOR = '\0';

function rankingOf(measure: Measure, top: number): Ranking {
  const labels = (key: string): string => {
    const [source = '', cpu] = key.split(SEPARATOR);
    return labelsOf({ measure, source, ...(cpu !== undefined && { cpu }) });
  };
  return new Ranking(top, labels, labelsOf({ measure, source: OTHERS }));
}

/** The rankings of the measures. They are made anew when counts restart or a minute is complete. */
class Rankings {
  readonly #top: number;
  readonly #byMeasure = new Map<Measure, Ranking>();
  #epoch = -1;
  #rankedAt: number | undefined;

  constructor(top: number) {
    this.#top = top;
  }

  split(sums: ReadonlyMap<Measure, Sums>, epoch: number, minute: number | undefined): Ranked[] {
    if (epoch !== this.#epoch) this.#byMeasure.clear();
    const again = minute !== this.#rankedAt;
    this.#epoch = epoch;
    this.#rankedAt = minute;
    return [...sums].flatMap(([measure, own]) =>
      entryOf(this.#byMeasure, measure, () => rankingOf(measure, this.#top)).split(own, again),
    );
  }
}

export class HostMetrics {
  readonly windows = Object.entries(WINDOWS).map(([name, lengthUs]) => new FixedWindow(name, lengthUs));
  incidents: IncidentCounter | undefined;
  readonly #bySource: Rankings;
  readonly #byCpu: Rankings;
  #instance: bigint | undefined;
  readonly #texts = new WeakMap<SourceInfo, string>();

  constructor(top: number) {
    this.#bySource = new Rankings(top);
    this.#byCpu = new Rankings(top);
  }

  span({ state }: HostView, span: Span): void {
    if (state.info?.instance !== this.#instance) {
      this.#instance = state.info?.instance;
      for (const window of this.windows) window.clear();
    }
    for (const window of this.windows) window.add(span);
    this.#counter(span.time).settle(span.time);
  }

  incidentsChanged({ state }: HostView, change: IncidentChange): void {
    if (state.lastDataAt !== undefined) this.#counter(state.lastDataAt).change(change);
  }

  #counter(now: number): IncidentCounter {
    this.incidents ??= new IncidentCounter(now);
    return this.incidents;
  }

  /** Returns the sums of all measures by source; `cpus`: by source and CPU. */
  sums(host: HostView, cpus: boolean): Ranked[] {
    const rankings = cpus ? this.#byCpu : this.#bySource;
    return rankings.split(this.#fold(host, cpus), host.state.epoch, this.windows[0]!.end);
  }

  #fold({ state }: HostView, cpus: boolean): Map<Measure, Sums> {
    const byMeasure = new Map<Measure, Sums>();
    for (const row of state.rows.all) {
      const source = state.sources.get(row.source);
      if (!source || row.count === 0) continue;
      const text = this.#textOf(source);
      const key = cpus ? `${text}${SEPARATOR}${row.cpu}` : text;
      const sums: Sums = entryOf(byMeasure, source.measure, () => new Map());
      entryOf(sums, key, () => new Sum()).addRow(row, this.windows);
    }
    return byMeasure;
  }

  #textOf(source: SourceInfo): string {
    return entryOf(this.#texts, source, () => {
      const { label, name, measure, id } = source;
      const text = visibleText(name && name !== label ? `${label} ${name}` : label);
      // A program can give itself any name, also that of the sum.
      return text === OTHERS || text === '' ? `${measure} ${id}` : text;
    });
  }
}
