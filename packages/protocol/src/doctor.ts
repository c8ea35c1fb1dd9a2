// The doctor: settings of a machine that change latencies, judged. docs/reference/doctor.md describes the checks.
import type { Advice } from './advice.ts';
import type { Measure } from './generated.ts';
import type { UnixMicros } from './units.ts';

/**
 * ok: nothing to change. problem: it makes latencies longer, whatever runs. risk: that depends on load, hardware or the
 * application. unknown: what the check needs could not be read.
 */
export const DOCTOR_STATES = ['problem', 'risk', 'unknown', 'ok'] as const;
export type DoctorState = (typeof DOCTOR_STATES)[number];

/** Checks of the doctor, in the order in which they are listed. The names are stable. */
export const DOCTOR_CHECKS = [
  ...(['preemption', 'rt-throttling', 'fair-server', 'application-priority', 'irq-thread-priority'] as const),
  ...(['kernel-thread-priority', 'memory-locked', 'rt-limits', 'governor', 'energy-preference'] as const),
  ...(['frequency-range', 'turbo', 'idle-states', 'latency-request', 'idle-governor'] as const),
  ...([
    'thermal-throttling',
    'smt',
    'isolation',
    'nohz-full',
    'rcu-nocbs',
    'irq-affinity',
    'irqbalance',
  ] as const),
  ...(['workqueue-cpumask', 'timer-migration', 'vm-statistics', 'huge-pages', 'swap'] as const),
  ...(['same-page-merging', 'numa-balancing', 'compaction', 'zone-reclaim', 'nmi-watchdog'] as const),
  ...(['soft-watchdog', 'machine-check-poll', 'clocksource', 'tsc', 'mitigations', 'kernel-debug'] as const),
  ...(['tracing', 'perf-sample-rate', 'split-lock', 'rcu-expedited', 'scheduler-statistics'] as const),
  ...(['hypervisor', 'stolen-time', 'firmware-interrupts', 'memory-errors', 'serial-console'] as const),
  ...(['network-coalescing', 'graphics-power', 'pcie-power'] as const),
] as const;
export type DoctorCheck = (typeof DOCTOR_CHECKS)[number];

/** What a check read. Both are hostile text. */
export interface DoctorEvidence {
  /** A file, or several with their numbers in braces: "/sys/…/policy{0-3}/scaling_governor". */
  source: string;
  value: string;
}

export interface DoctorFinding {
  id: DoctorCheck;
  state: DoctorState;
  title: string;
  /** Why the state is unknown. */
  reason?: string;
  zh: { title: string; reason?: string };
  evidence: DoctorEvidence[];
  /** Further evidence that is left out. */
  moreEvidence?: number;
  /** What it does to latencies, and what to do. Missing if the user's knowledge files removed it. */
  advice?: Advice;
}

/** Whether the machine can measure something. */
export interface DoctorMeasure {
  measure: Measure;
  available: boolean;
  /** What the kernel needs for it, if it is not available. */
  needs?: string;
  zh?: string;
}

/** A finding of rtprobectl about the module. */
export interface DoctorModuleFinding {
  level: 'ok' | 'note' | 'bad';
  code: string;
  text: string;
}

/** `GET /api/v1/doctor`, for one host. */
export interface Doctor {
  /** Name of the host; missing for facts from a file. */
  host?: string;
  /** When the facts were read; missing for facts from a file. */
  at?: UnixMicros;
  /** Folder of the copy that was read; missing for the machine itself. */
  root?: string;
  kernel?: string;
  /** The user who read the facts was not root, so some files are missing. */
  asUser: boolean;
  /** The application that priorities are compared with; missing if no real-time task of a user was found. */
  task?: { pid: number; name: string; policy: string; priority: number };
  /** Files and tasks that exceeded a limit of the agent. */
  leftOut: number;
  findings: DoctorFinding[];
  /** Missing if that is unknown: the module is not loaded, or the facts are a copy. */
  measures?: DoctorMeasure[];
  /** Only for facts of rtprobectl. */
  module?: DoctorModuleFinding[];
}
