// Isolated CPUs: what interrupted them, for how long they have been quiet, and what a person expects of them.
import type { Measure } from './generated.ts';
import type { IncidentId } from './incident.ts';
import type { SenderInfo } from './spike.ts';
import type { TaskInfo } from './tasks.ts';
import type { Nanoseconds, UnixMicros } from './units.ts';

/**
 * Why a CPU is on the list. isolcpus, nohz_full: the kernel reports it. passive: it is outside the setting `cpus`.
 * expected: an expectation names it. chosen: the request names it.
 */
export const ISOLATION_REASONS = ['isolcpus', 'nohz_full', 'passive', 'expected', 'chosen'] as const;
export type IsolationReason = (typeof ISOLATION_REASONS)[number];

/**
 * kthread, task: a kernel thread, or another task of a user, ran on the CPU. stop: time that the host, the hypervisor,
 * the firmware or the hardware took, as far as spikes contain it.
 */
export const INTERFERENCE_KINDS = [
  ...(['hardirq', 'vector', 'softirq', 'irq_thread', 'kthread', 'task', 'nmi', 'stop'] as const),
] as const;
export type InterferenceKind = (typeof INTERFERENCE_KINDS)[number];

/** One source that interrupted a CPU since the start. */
export interface Interference {
  kind: InterferenceKind;
  /** Missing for tasks, NMIs and stops. */
  measure?: Measure;
  /** Irq, vector or softirq. */
  number: number;
  /** Hostile text. */
  name: string;
  /** Label for people: "irq 36", "LOC", "kworker/2:1". */
  label: string;
  /** The kernel thread or task. */
  task?: TaskInfo;
  /** Interruptions; for tasks, how often one was switched to. */
  count: number;
  /** Of the count: interrupts in which only rtprobe's own timer was due, at most. */
  ownCount?: number;
  totalNs: Nanoseconds;
  /** Longest interruption; missing for tasks, whose single runs are not recorded. */
  worstNs?: Nanoseconds;
  /** When the newest was observed; missing if that was before the bridge watched. */
  lastAt?: UnixMicros;
  /** The function that took most of the newest spike of this source; hostile text. */
  function?: string;
  /** What asked for that function; missing if it is unknown. */
  sender?: SenderInfo;
  /** The newest spike of this source on this CPU. */
  spike?: string;
}

/**
 * What prevents the statement that a CPU was quiet. measure_off: a measure that would have seen it was off. dropped:
 * the module dropped values. suspended: the machine slept. own_timer: the module's own timer runs on the CPU.
 * disconnected: no data arrive. offline: the CPU is offline.
 */
export const UNSEEN_REASONS = [
  ...(['measure_off', 'dropped', 'suspended', 'own_timer', 'disconnected', 'offline'] as const),
] as const;
export type UnseenReason = (typeof UNSEEN_REASONS)[number];

export interface Unseen {
  why: UnseenReason;
  /** The last moment that was not seen. */
  at: UnixMicros;
  /** The measures that were off, or the counter that grew. */
  what?: string;
}

export interface IsolatedCpu {
  cpu: number;
  why: IsolationReason[];
  /** The newest interruption, or the start of what was seen. */
  quietSince: UnixMicros;
  /** What interrupted it then; missing if nothing did. */
  brokenBy?: { kind: InterferenceKind; label: string; name: string };
  /** Missing: everything since `quietSince` was seen. */
  unseen?: Unseen;
  /** The process that the CPU is isolated for: its runs are no interference. */
  ownTask?: TaskInfo;
  /** How often the module's own timer interrupts the CPU; 0 on a passive CPU. */
  ownTimerPerSecond: number;
  /** Interrupts of that timer since the start. */
  ownTimerCount: number;
  /** Time of the module's hooks on this CPU since it was loaded; missing if it is not measured. */
  ownCost?: { events: number; timeNs: Nanoseconds };
  /** The newest first. */
  interference: Interference[];
}

/** A contract: these CPUs have no interruption over `aboveNs`. It is a rule of the module. */
export interface Expectation {
  /** Id of the rule. */
  id: number;
  /** "quiet on 2-3 above 5us" */
  text: string;
  /** As a list, such as "2-3". */
  cpus: string;
  /** Longest tolerated interruption; 0: none is tolerated. */
  aboveNs: Nanoseconds;
  /** Interruptions over it, since the rule was added. */
  breaches: number;
  /** Breaches of which nothing was captured. */
  uncaptured: number;
  /** Threads, NMIs and stops on these CPUs since the bridge has known the rule: the rule cannot count them. */
  others: number;
  /** Missing: everything on these CPUs was seen since the bridge has known the rule. */
  unseen?: Unseen;
  /** Id of an earlier rule that decides for some of these values: this rule does not count them. */
  decidedBy?: number;
  /** CPUs of the breaches in memory, ascending. */
  brokenOn: number[];
  /** The newest incident that is a breach, of those in memory. */
  last?: {
    incident: IncidentId;
    time: UnixMicros;
    cpu: number;
    valueNs: Nanoseconds;
    sentence: string;
    zh?: string;
  };
}

/** `GET /api/v1/isolation`, for one host. */
export interface Isolation {
  host: string;
  /** Start of the counts: the run, or the load of the module. Missing before the first data. */
  since?: UnixMicros;
  /** Start of what this bridge observed. */
  watchedSince?: UnixMicros;
  /** Time of the newest data. */
  until?: UnixMicros;
  /** CPUs that are online, as a list. */
  online: string;
  /** Times without a connection; the module went on counting. */
  gaps: { from: UnixMicros; to: UnixMicros; reason: string }[];
  cpus: IsolatedCpu[];
  expectations: Expectation[];
}
