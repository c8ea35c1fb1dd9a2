// Follows what the rows of a host do not say about its isolated CPUs: runs of tasks, times that were not seen, and since
// when an expectation has been known.
import { type HostStats, lossKindOf, type Measure, type UnixMicros, type Unseen } from '@rtprobe/protocol';
import type { HostListener } from '../host/listener.ts';
import type { HostView } from '../host/view.ts';
import { expectedCpus, isolatedCpus } from './cpus.ts';
import { TaskRunTable } from './task-runs.ts';

/** Measures without which an interruption is not seen. */
const NEEDED: readonly Measure[] = ['hardirq_duration', 'vector_duration', 'softirq_duration', 'stolen'];
const GAPS_MAX = 32;

/** What is known of one host since its counts began. */
export class HostWatch {
  readonly tasks = new TaskRunTable();
  /** The newest moment that was not seen. */
  unseen: Unseen | undefined;
  gaps: { from: UnixMicros; to: UnixMicros; reason: string }[] = [];
  /** When the bridge first saw a rule, by its id. */
  readonly rulesSince = new Map<number, UnixMicros>();
  /** Load of the module, and the epoch of its counts. */
  #counting = '';
  #dropped: { counter: string; sum: number } | undefined;
  #suspends: number | undefined;

  update(host: HostView): void {
    const { info, epoch, lastDataAt } = host.state;
    const counting = `${info?.instance ?? ''}/${epoch}`;
    if (counting !== this.#counting) this.#restart(counting);
    if (lastDataAt === undefined) return;
    const { config } = host.state;
    const off = config ? NEEDED.filter((measure) => !config.measures.includes(measure)) : [];
    if (off.length > 0) this.unseen = { why: 'measure_off', at: lastDataAt, what: off.join(', ') };
    const { suspends = 0 } = info ?? {};
    if (suspends > (this.#suspends ?? suspends)) this.unseen = { why: 'suspended', at: lastDataAt };
    this.#suspends = suspends;
  }

  #restart(counting: string): void {
    const sameLoad = counting.split('/')[0] === this.#counting.split('/')[0];
    this.#counting = counting;
    this.unseen = undefined;
    this.gaps = [];
    this.#dropped = undefined;
    this.#suspends = undefined;
    if (sameLoad) this.tasks.restart();
  }

  lost({ lost }: HostStats, at: UnixMicros | undefined): void {
    let sum = 0;
    let counter = '';
    for (const [name, count] of Object.entries(lost.module)) {
      if (lossKindOf(name) !== 'dropped' || count === 0) continue;
      sum += count;
      counter = name;
    }
    // What was dropped before the bridge watched may have been before the counts began.
    if (this.#dropped && sum > this.#dropped.sum && at !== undefined) {
      this.unseen = { why: 'dropped', at, what: counter };
    }
    this.#dropped = { counter, sum };
  }

  gap(from: UnixMicros, to: UnixMicros, reason: string): void {
    this.gaps.push({ from, to, reason });
    if (this.gaps.length > GAPS_MAX) this.gaps.shift();
  }
}

/** The watches of all hosts. */
export class IsolationWatch implements HostListener {
  readonly #watches = new Map<HostView, HostWatch>();

  of(host: HostView): HostWatch {
    let watch = this.#watches.get(host);
    if (!watch) {
      watch = new HostWatch();
      this.#watches.set(host, watch);
    }
    return watch;
  }

  /** Returns whether the tasks of a host are needed even while no browser follows it. */
  needsTasks(host: HostView): boolean {
    return isolatedCpus(host).size > 0 || expectedCpus(host.state.rules).length > 0;
  }

  hostChanged(host: HostView): void {
    this.of(host).update(host);
  }

  totalsReplaced(host: HostView): void {
    this.of(host).update(host);
  }

  tasksChanged(host: HostView): void {
    const watch = this.of(host);
    watch.update(host);
    const { lastDataAt, tasks } = host.state;
    if (lastDataAt !== undefined && tasks.length > 0) watch.tasks.read(tasks, lastDataAt);
  }

  statsChanged(host: HostView, stats: HostStats): void {
    const watch = this.of(host);
    watch.update(host);
    watch.lost(stats, host.state.lastDataAt);
  }

  gapFound(host: HostView, from: UnixMicros, to: UnixMicros, reason: string): void {
    this.of(host).gap(from, to, reason);
  }

  rulesChanged(host: HostView): void {
    const { rulesSince } = this.of(host);
    const { rules, lastDataAt = 0 } = host.state;
    for (const id of rulesSince.keys()) if (!rules.some((rule) => rule.id === id)) rulesSince.delete(id);
    for (const { id } of rules) if (!rulesSince.has(id)) rulesSince.set(id, lastDataAt);
  }
}
