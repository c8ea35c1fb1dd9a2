// The tasks of a host: their interrupt time, and the spikes they caused and suffered. From the module's table and the
// captured spikes.
import type { Nanoseconds, Spike, TaskInfo, TaskStat, UnixMicros } from '@rtprobe/protocol';
import type { Reading, SourceReading } from '../reading/reading.ts';
import { type Caused, causedBy, sufferedBy } from '../spikes/roles.ts';

export interface TaskReading {
  task: TaskInfo | { pid: number; comm: string };
  stat: TaskStat | undefined;
  /** Share of its time on a CPU; undefined if the module does not sum it up. */
  stolenShare: number | undefined;
  caused: { count: number; worst: Nanoseconds; total: Nanoseconds; through: Caused['through'] | '' };
  suffered: { count: number; worst: Nanoseconds };
  wakeup: SourceReading | undefined;
  preemption: SourceReading | undefined;
  response: SourceReading | undefined;
  jitter: SourceReading | undefined;
  lastAt: UnixMicros;
  worstSpike: Spike | undefined;
}

export function isWhole(task: TaskReading['task']): task is TaskInfo {
  return 'startNs' in task;
}

class TaskList {
  readonly #byPid = new Map<number, TaskReading[]>();

  of(task: TaskReading['task']): TaskReading {
    const known = this.#byPid.get(task.pid) ?? [];
    const same = known.find(
      (t) => !isWhole(task) || !isWhole(t.task) || (t.task.startNs === task.startNs && isWhole(task)),
    );
    if (same !== undefined) {
      if (!isWhole(same.task)) same.task = task;
      return same;
    }
    const made: TaskReading = {
      task,
      stat: undefined,
      stolenShare: undefined,
      caused: { count: 0, worst: 0, total: 0, through: '' },
      suffered: { count: 0, worst: 0 },
      wakeup: undefined,
      preemption: undefined,
      response: undefined,
      jitter: undefined,
      lastAt: 0,
      worstSpike: undefined,
    };
    this.#byPid.set(task.pid, [...known, made]);
    return made;
  }

  all(): TaskReading[] {
    return [...this.#byPid.values()].flat();
  }
}

function addSpike(list: TaskList, spike: Spike): void {
  const note = (reading: TaskReading) => {
    reading.lastAt = Math.max(reading.lastAt, spike.time);
    if (spike.valueNs > (reading.worstSpike?.valueNs ?? 0)) reading.worstSpike = spike;
  };
  for (const { task, ns, through } of causedBy(spike)) {
    const reading = list.of(task);
    reading.caused.count++;
    reading.caused.total += ns;
    if (ns > reading.caused.worst) {
      reading.caused.worst = ns;
      reading.caused.through = through;
    }
    note(reading);
  }
  const victim = sufferedBy(spike);
  if (victim === undefined) return;
  const reading = list.of(victim);
  reading.suffered.count++;
  reading.suffered.worst = Math.max(reading.suffered.worst, spike.valueNs);
  note(reading);
}

/** `stats`: the module's whole table, or the part in the live stream. */
export function readTasks(reading: Reading, stats: readonly TaskStat[] = reading.tasks): TaskReading[] {
  const list = new TaskList();
  for (const stat of stats) {
    const known = list.of(stat.task);
    known.stat = stat;
    const whole = stat.runtimeNs + stat.stolenNs;
    known.stolenShare = whole > 0 ? stat.stolenNs / whole : undefined;
  }
  for (const spike of reading.spikes) addSpike(list, spike);
  for (const source of reading.sources()) {
    const { task, measure } = source.info;
    if (measure === 'wakeup_latency' && task !== undefined) list.of(task).wakeup = source;
    if (measure === 'preemption_latency' && task !== undefined) list.of(task).preemption = source;
    if (measure === 'response_time' && task !== undefined) list.of(task).response = source;
    if (measure === 'start_jitter' && task !== undefined) list.of(task).jitter = source;
  }
  return list.all();
}

/** Returns the largest value that a task caused or suffered, the default order of the list. */
export function worstOfTask({ caused, suffered, wakeup, preemption }: TaskReading): Nanoseconds {
  return Math.max(caused.worst, suffered.worst, wakeup?.max ?? 0, preemption?.max ?? 0);
}
