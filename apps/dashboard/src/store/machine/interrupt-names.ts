// What people call an interrupt.
import type { Measure } from '@rtprobe/protocol';

/** The kernel's short labels of interrupts without a line, in words. */
const VECTORS: Readonly<Record<string, string>> = {
  LOC: 'local timer',
  RES: 'reschedule',
  CAL: 'function call, many CPUs',
  CAL_SINGLE: 'function call, one CPU',
  IWI: 'irq work',
  ERR: 'APIC error',
  SPU: 'spurious',
  TRM: 'thermal event',
  THR: 'machine check threshold',
  DFR: 'deferred machine check',
  PLT: 'platform',
};

/** Name of the action, or the vector in words. */
export function actionName({ measure, name }: { measure: Measure; name: string }): string {
  if (measure !== 'vector_duration') return name;
  return Object.hasOwn(VECTORS, name) ? VECTORS[name]! : name;
}

/** "irq 36 virtio1-req.0", "LOC local timer", "timer". */
export function fullName(source: { measure: Measure; label: string; name: string }): string {
  if (source.measure === 'timer_latency') return source.label;
  const action = actionName(source);
  return action === '' || action === source.label ? source.label : `${source.label} ${action}`;
}
