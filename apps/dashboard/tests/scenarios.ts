// Definition of the synthetic host: scenarios, interrupt lines, names that try to break a page.
import type { HostInfo, Measure } from '@rtprobe/protocol';

export interface Scenario {
  /** Average spikes per minute. */
  spikesPerMinute: number;
  cpus: number;
  /** More interrupt lines than the dozen of a small machine. */
  extraLines: number;
  /** CPUs that each line fires on. */
  spread: number;
  tasks: number;
  /** Names that try to break the page. */
  hostile: boolean;
  lost: boolean;
  /** A gap in the history, in seconds before its end. */
  gap?: { from: number; to: number };
  /** CPUs that the kernel isolates; the first of them is quiet. */
  isolated?: readonly number[];
  thresholdNs: number;
  /** The module has a threshold for each measure: those of the preset "first look". */
  thresholdsByMeasure?: boolean;
  state: HostInfo['state'];
}

const normal = {
  spikesPerMinute: 1.2,
  cpus: 2,
  extraLines: 0,
  spread: 1,
  tasks: 14,
  hostile: false,
  lost: false,
  thresholdNs: 250_000,
  state: 'live',
} as const satisfies Scenario;

export const scenarios = {
  normal,
  quiet: { ...normal, spikesPerMinute: 0 },
  gap: { ...normal, lost: true, gap: { from: 240, to: 180 } },
  hostile: { ...normal, spikesPerMinute: 4, hostile: true, lost: true },
  large: { ...normal, spikesPerMinute: 2, cpus: 8, extraLines: 60, tasks: 60 },
  /** The largest machine: most of its lines are silent or slow. */
  huge: { ...normal, spikesPerMinute: 6, cpus: 64, extraLines: 247, spread: 4, tasks: 500 },
  offline: { ...normal, spikesPerMinute: 0, state: 'offline' },
  byMeasure: { ...normal, thresholdsByMeasure: true },
  isolated: { ...normal, cpus: 4, isolated: [2, 3] },
  replay: { ...normal, state: 'replay' },
} as const satisfies Record<string, Scenario>;

export const LINES: readonly [
  number: number,
  name: string,
  chip: string,
  perSecond: number,
  typicalNs: number,
][] = [
  [36, 'virtio1-req.0', 'PCI-MSIX', 420, 9_000],
  [24, 'rtprobe-edu', 'PCI-MSI', 0.4, 60_000],
  [42, 'eth0-rx-0', 'PCI-MSIX', 830, 6_000],
  [43, 'eth0-tx-0', 'PCI-MSIX', 220, 4_500],
  [4, 'ttyS0', 'IO-APIC', 18, 5_000],
  [16, 'ehci_hcd:usb1', 'IO-APIC', 2, 4_000],
  [12, 'i8042', 'IO-APIC', 0, 3_000],
  [8, 'rtc0', 'IO-APIC', 0, 2_500],
  [9, 'acpi', 'IO-APIC', 0, 3_000],
];
export const VECTORS: readonly [
  number: number,
  label: string,
  name: string,
  perSecond: number,
  typicalNs: number,
][] = [
  [0, 'LOC', 'local timer', 1020, 2_600],
  [1, 'RES', 'reschedule', 380, 900],
  [3, 'CAL', 'function call, single', 40, 1_100],
  [4, 'IWI', 'irq work', 6, 800],
];
/** Measures other than the first three: later effects of an interrupt. */
export const OTHERS: readonly [
  measure: Measure,
  number: number,
  label: string,
  name: string,
  perSecond: number,
  typicalNs: number,
][] = [
  ['irq_thread_latency', 42, 'irq 42', 'eth0-rx-0', 240, 14_000],
  ['irq_thread_duration', 42, 'irq 42', 'eth0-rx-0', 240, 31_000],
  ['irq_thread_duration', 43, 'irq 43', 'eth0-tx-0', 90, 18_000],
  ['softirq_duration', 3, 'NET_RX', 'NET_RX', 260, 22_000],
  ['softirq_latency', 3, 'NET_RX', 'NET_RX', 260, 4_000],
  ['softirq_duration', 1, 'TIMER', 'TIMER', 300, 5_000],
];
export const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '=cmd|calc!A1',
  'evil\u202egnp.exe',
  '"><script>',
  'tab\there\u0007',
];
export const VICTIMS = ['cyclictest', 'camera-grab', 'fio', 'stress-ng-cpu', 'kworker/1:1'];

export const STACK = [
  'blk_mq_dispatch_rq_list+0x2f1/0x6d0',
  '__blk_mq_sched_dispatch_requests+0xa4/0x150',
  'blk_mq_sched_dispatch_requests+0x2d/0x60',
  'blk_mq_run_work_fn+0x5c/0x80',
  'process_one_work+0x1b2/0x3a0',
  'worker_thread+0x21a/0x3b0',
  'kthread+0xcf/0x110',
  'ret_from_fork+0x31/0x50',
  'ret_from_fork_asm+0x1a/0x30',
];
