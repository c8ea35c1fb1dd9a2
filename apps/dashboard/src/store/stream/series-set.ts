// The histories of a host: every measure on all CPUs, some measures by CPU, and the sources of the detail scope.
import type { Measure, SourceInfo } from '@rtprobe/protocol';
import { descriptorOf } from '../../i18n/measures.ts';
import { type DetailScope, scopeSources } from './detail-scope.ts';
import { Series } from './series.ts';
import type { Tier } from './tier.ts';

/** Number of CPUs with a history from the start, for the measures shown by CPU; one more can be selected. */
const CPU_HISTORIES = 4;
const isByCpu = (measure: Measure): boolean =>
  descriptorOf(measure).source === 'cpu' || measure === 'hardirq_duration';

export class SeriesSet {
  readonly #byName = new Map<string, Series>();
  /** CPUs of the host, ascending. */
  #cpus: readonly number[] = [];
  #chosenCpu = -1;

  all(): Iterable<Series> {
    return this.#byName.values();
  }

  /** `cpu` -1: all CPUs. */
  get(measure: Measure, cpu: number): Series | undefined {
    return this.#byName.get(`${measure}/${cpu}`);
  }

  /** Returns the history of a source on all its CPUs; only while it is in the detail scope. */
  ofSource(source: number): Series | undefined {
    return this.#byName.get(`source/${source}`);
  }

  /** Returns the tiers of every series. */
  tiers(): Tier[] {
    return [...this.#byName.values()].flatMap((series) => series.tiers);
  }

  /** Drops the histories of sources outside the scope. */
  keepSources(scope: DetailScope | undefined): void {
    const wanted = scopeSources(scope);
    for (const name of this.#byName.keys()) {
      const source = /^source\/(\d+)$/.exec(name)?.[1];
      if (source !== undefined && !wanted.includes(Number(source))) this.#byName.delete(name);
    }
  }

  dropSource(source: number): void {
    this.#byName.delete(`source/${source}`);
  }

  addSources(scope: DetailScope | undefined, infoOf: (source: number) => SourceInfo | undefined): void {
    for (const id of scopeSources(scope)) {
      const info = infoOf(id);
      if (info === undefined || this.ofSource(id) !== undefined) continue;
      this.#byName.set(`source/${id}`, new Series(info.measure, -1));
    }
  }

  /** Starts a history of every measure for a CPU, instead of the previous one; returns whether one is new. */
  chooseCpu(cpu: number, measures: Iterable<Measure>): boolean {
    if (cpu < 0 || cpu === this.#chosenCpu || !this.#cpus.includes(cpu)) return false;
    this.#chosenCpu = cpu;
    for (const [name, series] of this.#byName) {
      if (series.cpu >= 0 && !this.#keepsCpu(series.measure, series.cpu)) this.#byName.delete(name);
    }
    return this.addMeasures(measures, this.#cpus);
  }

  /** Starts the histories of measures that have a source; returns whether one is new. */
  addMeasures(measures: Iterable<Measure>, cpus: readonly number[]): boolean {
    this.#cpus = cpus;
    const before = this.#byName.size;
    for (const measure of new Set(measures)) {
      const kept = cpus.filter((cpu) => this.#keepsCpu(measure, cpu));
      for (const cpu of [-1, ...kept]) {
        if (this.get(measure, cpu) === undefined) {
          this.#byName.set(`${measure}/${cpu}`, new Series(measure, cpu));
        }
      }
    }
    return this.#byName.size > before;
  }

  #keepsCpu(measure: Measure, cpu: number): boolean {
    return cpu === this.#chosenCpu || (isByCpu(measure) && this.#cpus.indexOf(cpu) < CPU_HISTORIES);
  }
}
