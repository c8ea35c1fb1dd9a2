// Names of sources as the page displays them.
import { type Measure, SOFTIRQS, VECTORS } from '@rtprobe/protocol';
import { descriptorOf, titleOf } from '../../i18n/measures.ts';

interface Named {
  measure: Measure;
  number: number;
  /** Hostile text. */
  name: string;
}

/** Returns the name of the action or task; for a vector or softirq its title: "local timer". */
export function actionName({ measure, number, name }: Named): string {
  const { source } = descriptorOf(measure);
  const known = source === 'vector' ? VECTORS[number] : source === 'softirq' ? SOFTIRQS[number] : undefined;
  return known === undefined ? name : titleOf(known);
}

/** Returns "irq 36 virtio1-req.0", "LOC local timer" or "timer". */
export function fullName(named: Named & { label: string }): string {
  if (descriptorOf(named.measure).source === 'cpu') return named.label;
  const action = actionName(named);
  return action === '' || action === named.label ? named.label : `${named.label} ${action}`;
}
