// A spike: one value over its threshold, and its parts.
import type { Device } from './devices.ts';
import type { Callback, Measure, PartKind, Wait } from './generated.ts';
import type { ProcessInfo } from './process.ts';
import type { Action } from './rules.ts';
import type { TaskInfo } from './tasks.ts';
import type { Nanoseconds, UnixMicros } from './units.ts';

/** An idle state, as the kernel describes it. */
export interface IdleState {
  /** Index in the list of the CPU's idle driver; without a driver, the number that the kernel reports. */
  index: number;
  /** As its driver advertises it; missing if unknown. */
  exitLatencyNs?: Nanoseconds;
  /** The CPU's frequency shortly after the spike; missing if unknown. */
  frequencyKhz?: number;
}

/**
 * Other explanations of time whose cause the record does not prove. stall: the CPU stood still, or its timer raised the
 * interrupt late. irqs_off: interrupts were disabled in a task; kernel_exit: on its way out of the kernel.
 */
export const DOUBTS = ['stall', 'irqs_off', 'kernel_exit'] as const;
export type Doubt = (typeof DOUBTS)[number];

/** A function that an interrupt, a softirq or a kernel worker ran, such as that of a timer. */
export interface CallbackInfo {
  kind: Callback;
  /** "symbol" or "symbol [module]"; hostile text. */
  function: string;
}

/** Where samples found a task in user mode: one function, or one address if no function is known. */
export interface UserPlace {
  /** How many of the samples that the kernel has addresses of. */
  samples: number;
  /** Name of the program or shared library; missing for memory without a file. */
  module?: string;
  function?: string;
  /** The address as the file has it, such as "0x1139"; missing if a function is known, or the file is not understood. */
  address?: string;
}

/** Where the module's timer found a part each time that it interrupted it. */
export interface SampleProfile {
  samples: number;
  /** How many of the samples were in `function`. */
  inside: number;
  /** The kernel function that most samples found, as "symbol" or "symbol [module]"; missing for user mode. */
  function?: string;
  /**
   * Where the samples in user mode were, most samples first; empty if the task had ended before that could be read.
   * Missing if it was not read, and if most samples were in one kernel function.
   */
  user?: UserPlace[];
  /** How many of the samples found preemption disabled; missing for none, and where the kernel does not know it. */
  preemptOff?: number;
  /** How many of the samples found softirqs disabled by the task; missing for none. */
  bhOff?: number;
}

/**
 * What asked for a function to run. If the function ran several times, what all of these runs have in common; something
 * is always known.
 */
export interface SenderInfo {
  cpu?: number;
  /** Missing in an interrupt or softirq. */
  task?: Pick<TaskInfo, 'comm' | 'pid' | 'own'>;
  /** An interrupt or softirq asked. */
  inInterrupt?: boolean;
  /** It armed a timer: that with the function, or that which queued the work item. */
  armed?: boolean;
  /** The function that asked, "symbol" or "symbol [module]"; hostile text. */
  function?: string;
}

type NamedTask = Pick<TaskInfo, 'comm' | 'pid' | 'own'>;

/** What kept a task from running: it was runnable for `durationNs`, `by` ran longest in that time. */
export interface Displaced {
  durationNs: Nanoseconds;
  by: NamedTask;
  byNs: Nanoseconds;
  /** A priority inversion: the waiting task is real-time, its futex has no inheritance, and `by` has a lower priority. */
  inverted?: boolean;
}

/** What woke a task that waited, as the kernel's wakeup proves it. */
export interface WakerInfo {
  cpu: number;
  /** Missing in an interrupt or softirq. */
  task?: NamedTask;
  /** The interrupt or softirq, where it was recorded. */
  interrupt?: { kind: PartKind; number: number; name: string; label: string };
  /** It released the futex that the task waited for. */
  released?: boolean;
  /** What kept `task` from releasing it earlier. */
  displaced?: Displaced;
}

/** A task that ran on the CPU of a waiting task, and for how long. */
export interface RanMeanwhile extends NamedTask {
  durationNs: Nanoseconds;
}

/** Why a task slept within its cycle. */
export interface WaitInfo {
  kind: Wait;
  /** Missing if the wakeup was not seen. */
  waker?: WakerInfo;
  /** The task that ran longest meanwhile on the CPU of the task; pid 0: the CPU was idle. */
  meanwhile?: RanMeanwhile;
}

/** One named part of a spike's value. Parts do not overlap, and they add up to the value. */
export interface SpikePart {
  kind: PartKind;
  number: number;
  /** Hostile text. */
  name: string;
  /** Label for people: "irq 36", "NET_RX", "kworker/1:1". */
  label: string;
  /** The task, for kinds that have one. */
  pid?: number;
  durationNs: Nanoseconds;
  count: number;
  /** idle_exit: the state that the CPU entered last, whose name is the part's; missing if it was not recorded. */
  idleState?: IdleState;
  /** The part is the time of this function inside its source; missing for time outside of such functions. */
  callback?: CallbackInfo;
  /** Missing if the timer did not interrupt the part. */
  profile?: SampleProfile;
  /** What asked for this function; missing if that is unknown or not certain. */
  sender?: SenderInfo;
  /** blocked: what the task waited in; missing in spikes of earlier releases. */
  wait?: WaitInfo;
  /** Missing if the part is proven, or nothing is known. */
  couldBe?: Doubt[];
  /** Device of the interrupt, or the only one that the module of the function drives; missing if unknown. */
  device?: Device;
}

export interface Spike {
  /** Unique across reloads of the module: instance and number. */
  id: string;
  host: string;
  /** When the value was complete. */
  time: UnixMicros;
  /** The same time as CLOCK_MONOTONIC ns, decimal digits. */
  monoNs: string;
  measure: Measure;
  valueNs: Nanoseconds;
  thresholdNs: Nanoseconds;
  cpu: number;
  /** Number of CPUs that were online; missing in spikes of earlier releases. */
  onlineCpus?: number;
  number: number;
  name: string;
  label: string;
  mode: 'user' | 'kernel' | 'idle';
  /** The interrupted task. */
  task: TaskInfo;
  /** timer_latency: the longest hard handler within the window, if one ran. */
  cause?: { measure: Measure; number: number; name: string; label: string; durationNs: Nanoseconds };
  /** Innermost frame first. */
  stack: string[];
  /** Explanation in plain sentences; never claims more than the record proves. */
  sentence: string;
  /** The same in Chinese (simplified); missing in spikes of earlier releases. */
  zh?: { sentence: string };
  /** Cause in a few words, for tables and marks: "irq 36 virtio1-req.0" or "interrupts disabled in fio". */
  culprit: string;
  /** Device of the cause, as of a part. */
  device?: Device;
  /**
   * Time in nanoseconds, at least, in which the host of a virtual machine did not run the CPU within the spike's window.
   * Missing without evidence.
   */
  hostDelayNs?: Nanoseconds;
  /** Rule that applied; missing: the threshold of the measure. */
  rule?: number;
  /** What the rule did because of this value; missing: nothing. */
  acted?: Action[];
  /** The expectation that it breaks, if the rule is one: "quiet on 2-3". */
  breaks?: string;
  /** irqsoff, preemptoff, softirqsoff: the proven and the possible duration. */
  bounds?: { lowerNs: Nanoseconds; upperNs: Nanoseconds; exact: boolean };
  /** irqsoff: what else the value can have been; missing if it is proven. */
  couldBe?: Doubt[];
  /** The task that waited; missing if there is none. */
  victim?: TaskInfo;
  waker?: TaskInfo;
  /** Largest first; they add up to the value. Missing if the value has no parts. */
  parts?: SpikePart[];
  /** The window began before the oldest event in the flight recorder. */
  partsIncomplete?: boolean;
  /** name=hex */
  registers?: string[];
  /** Registers were captured, but the agent may not see them. */
  registersWithheld?: boolean;
  /** Details of the process of `task`. */
  process?: ProcessInfo;
  victimProcess?: ProcessInfo;
  /** The trace can be requested. */
  traced?: boolean;
}
