// Follows what the rows of a host do not say about its isolated CPUs: runs of tasks, times that were not seen, and since
// when an expectation has been known.
import { type HostStats, lossKindOf, type Measure, type UnixMicros, type Unseen } from '@rtprobe/protocol';
import type { HostListener } from '../host/listener.ts';
import type { HostView } from '../host/view.ts';
import { expectedCpus, isolatedCpus } from './cpus.ts';
import { TaskRunTable } from './task-runs.ts';

/** Measures without which an interruption is not seen, on a kernel that has them. */
const NEEDED: readonly Measure[] = ['hardirq_duration', 'vector_duration', 'softirq_duration', 'stolen'];
const GAPS_MAX = 32;

/** What is known of one host since its counts began. */
export class HostWatch {
  tasks = new TaskRunTable();
  /** The newest moment that was not seen. */
  unseen: Unseen | undefined;
  gaps: { from: UnixMicros; to: UnixMicros; reason: string }[] = [];
  /** When the bridge first saw a rule, by its id. */
  readonly rulesSince = new Map<number, UnixMicros>();
  /** CPUs that were active until an expectation named them. */
  readonly madePassive = new Set<number>();
  /** Load of the module, and the epoch of its counts. */
  #counting = '';
  /** Values of the counters of dropped data at the last reading. */
  #dropped: ReadonlyMap<string, number> | undefined;
  #suspends: number | undefined;

  update(host: HostView): void {
    const { info, epoch, lastDataAt } = host.state;
    const counting = `${info?.instance ?? ''}/${epoch}`;
    if (counting !== this.#counting) this.#restart(counting);
    if (lastDataAt === undefined) return;
    const { config, measuresAvailable } = host.state;
    const needed = NEEDED.filter((measure) => measuresAvailable?.includes(measure) ?? true);
    const off = config ? needed.filter((measure) => !config.measures.includes(measure)) : [];
    if (off.length > 0) this.unseen = { why: 'measure_off', at: lastDataAt, what: off.join(', ') };
    const { suspends = 0 } = info ?? {};
    if (suspends > (this.#suspends ?? suspends)) this.unseen = { why: 'suspended', at: lastDataAt };
    this.#suspends = suspends;
  }

  #restart(counting: string): void {
    const sameLoad = counting.split('/')[0] === this.#counting.split('/')[0];
    this.#counting = counting;
    this.gaps = [];
    this.#dropped = undefined;
    if (sameLoad) {
      // Expectations continue to count.
      this.tasks.restart();
      return;
    }
    this.unseen = undefined;
    this.#suspends = undefined;
    this.tasks = new TaskRunTable();
    this.rulesSince.clear();
    this.madePassive.clear();
  }

  lost({ lost }: HostStats, at: UnixMicros | undefined): void {
    // The connection's own counters are left out: the totals of the module contain what a lost message did.
    const counters = Object.entries({ ...lost.module, ...lost.protocolErrors });
    const dropped = new Map(counters.filter(([name]) => lossKindOf(name) === 'dropped'));
    // What was dropped before the bridge watched may have been before the counts began.
    const before = this.#dropped;
    const grown = before && [...dropped].find(([name, count]) => count > (before.get(name) ?? 0));
    if (grown && at !== undefined) this.unseen = { why: 'dropped', at, what: grown[0] };
    this.#dropped = dropped;
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
    return isolatedCpus(host).size > 0 || expectedCpus(host.state).length > 0;
  }

  hostRemoved(host: HostView): void {
    this.#watches.delete(host);
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
    const watch = this.of(host);
    watch.update(host);
    const { rulesSince } = watch;
    const { rules, lastDataAt = 0 } = host.state;
    for (const id of rulesSince.keys()) if (!rules.some((rule) => rule.id === id)) rulesSince.delete(id);
    for (const { id } of rules) if (!rulesSince.has(id)) rulesSince.set(id, lastDataAt);
  }
}
