// What tasks did on each CPU. The module reports totals of a task and the CPU that it ran on last, so runs are those of
// tasks that were on the CPU at a reading.
import type { Nanoseconds, TaskInfo, TaskStat, UnixMicros } from '@rtprobe/protocol';

/** Maximum pairs of task and CPU; the ones that ran least recently are dropped. */
const PAIRS_MAX = 8192;

interface Figures {
  runs: number;
  runtimeNs: Nanoseconds;
  nmis: number;
  nmiNs: Nanoseconds;
}

/** A task on a CPU since the start. */
export interface TaskRuns extends Figures {
  cpu: number;
  task: TaskInfo;
  exited: boolean;
  /** Longest time of NMIs between two context switches. */
  nmiMaxNs: Nanoseconds;
  /** When a run was last observed; undefined if that was before the first reading. */
  lastAt: UnixMicros | undefined;
  /** The same for an NMI. */
  lastNmiAt: UnixMicros | undefined;
}

const none: Figures = { runs: 0, runtimeNs: 0, nmis: 0, nmiNs: 0 };

const keyOf = ({ task }: TaskStat): string => `${task.pid}/${task.startNs}`;

function figuresOf({ runs, runtimeNs, stolen }: TaskStat): Figures & { nmiMaxNs: Nanoseconds } {
  const nmi = stolen.find(({ measure }) => measure === undefined);
  return { runs, runtimeNs, nmis: nmi?.count ?? 0, nmiNs: nmi?.sumNs ?? 0, nmiMaxNs: nmi?.maxNs ?? 0 };
}

export class TaskRunTable {
  /** Totals at the last reading, by task. */
  #last = new Map<string, Figures>();
  /** By CPU and task; in the order of the newest run. */
  readonly #pairs = new Map<string, TaskRuns>();
  /** Time of the first reading. */
  watchedSince: UnixMicros | undefined;

  of(cpu: number): TaskRuns[] {
    return [...this.#pairs.values()].filter((pair) => pair.cpu === cpu);
  }

  /** Counts from now on. */
  restart(): void {
    this.#pairs.clear();
  }

  /** `at`: time of the reading. */
  read(stats: readonly TaskStat[], at: UnixMicros): void {
    const isFirst = this.watchedSince === undefined;
    this.watchedSince ??= at;
    const next = new Map<string, Figures>();
    for (const stat of stats) {
      const key = keyOf(stat);
      const figures = figuresOf(stat);
      this.#add(stat, figures, this.#last.get(key) ?? none, isFirst ? undefined : at);
      next.set(key, figures);
    }
    this.#last = next;
    for (const key of this.#pairs.keys()) {
      if (this.#pairs.size <= PAIRS_MAX) break;
      this.#pairs.delete(key);
    }
  }

  #add(stat: TaskStat, now: ReturnType<typeof figuresOf>, before: Figures, at: UnixMicros | undefined): void {
    const key = `${stat.lastCpu} ${keyOf(stat)}`;
    const known = this.#pairs.get(key);
    if (known) known.exited = stat.exited;
    const runs = Math.max(0, now.runs - before.runs);
    const nmis = Math.max(0, now.nmis - before.nmis);
    if (runs === 0 && nmis === 0) return;
    this.#pairs.delete(key);
    this.#pairs.set(key, {
      ...{ cpu: stat.lastCpu, task: stat.task, exited: stat.exited },
      runs: (known?.runs ?? 0) + runs,
      runtimeNs: (known?.runtimeNs ?? 0) + Math.max(0, now.runtimeNs - before.runtimeNs),
      nmis: (known?.nmis ?? 0) + nmis,
      nmiNs: (known?.nmiNs ?? 0) + Math.max(0, now.nmiNs - before.nmiNs),
      nmiMaxNs: now.nmiMaxNs,
      lastAt: runs > 0 ? at : known?.lastAt,
      lastNmiAt: nmis > 0 ? at : known?.lastNmiAt,
    });
  }
}

/** Share of a CPU from which on a task is what the CPU is there for. */
const OWN_SHARE = 0.001;

/**
 * Returns the process that a CPU is isolated for: the one of a user that used most of its time. A busy loop that is
 * never switched out has no time yet; then it is the one that was switched to last.
 */
export function ownTaskOf(runs: readonly TaskRuns[], spanUs: number): TaskInfo | undefined {
  const users = runs.filter(({ task, exited }) => !task.kthread && task.own !== true && !exited);
  const byTime = users.toSorted((a, b) => b.runtimeNs - a.runtimeNs)[0];
  if (byTime !== undefined && byTime.runtimeNs >= spanUs * 1000 * OWN_SHARE) return byTime.task;
  return users.toSorted((a, b) => (b.lastAt ?? 0) - (a.lastAt ?? 0) || startOf(b) - startOf(a))[0]?.task;
}

const startOf = ({ task }: TaskRuns): number => Number(task.startNs);
