// The checks of the doctor that concern an isolated CPU or the cause of a spike.
import type { DoctorCheck, PartKind, Spike } from '@rtprobe/protocol';

export const ISOLATION_CHECKS: readonly DoctorCheck[] = [
  ...(['isolation', 'nohz-full', 'rcu-nocbs', 'irq-affinity', 'irqbalance'] as const),
  ...(['workqueue-cpumask', 'timer-migration', 'vm-statistics'] as const),
];

const INTERRUPTS = ['irq-affinity', 'irqbalance'] as const;
const TASKS = ['application-priority', 'kernel-thread-priority', 'irq-thread-priority'] as const;
const VIRTUAL = ['hypervisor', 'stolen-time'] as const;

/** By the kind of the largest part. Kinds that no setting of the machine explains are missing. */
const BY_KIND: Partial<Record<PartKind, readonly DoctorCheck[]>> = {
  hardirq: INTERRUPTS,
  vector: ['nohz-full', 'timer-migration'],
  softirq: [...INTERRUPTS, 'network-coalescing'],
  irq_thread: ['irq-thread-priority', ...INTERRUPTS],
  task: TASKS,
  irqs_off: ['preemption', 'serial-console'],
  idle_exit: ['idle-states', 'latency-request', 'idle-governor', 'governor'],
  switch: ['mitigations', 'governor'],
  steal: VIRTUAL,
  host: VIRTUAL,
  firmware: ['firmware-interrupts', 'memory-errors'],
  stall: ['firmware-interrupts', 'smt', 'frequency-range', ...VIRTUAL],
  throttled: ['rt-throttling'],
  fair_server: ['fair-server'],
  blocked: ['memory-locked', 'swap'],
};

/** Returns the checks that concern the largest part of a spike; none if it has no parts. */
export function checksOfSpike({ parts = [] }: Pick<Spike, 'parts'>): readonly DoctorCheck[] {
  const [largest] = parts;
  return (largest && BY_KIND[largest.kind]) ?? [];
}
