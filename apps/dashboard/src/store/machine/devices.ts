// Devices of interrupts, as the agent reported them.
import type { InterruptFacts, LineDevice, SourceInfo } from '@rtprobe/protocol';
import { descriptorOf } from '../../i18n/measures.ts';

/** Returns the device of a source; undefined if there is none, or if a shared line does not tell. */
export function deviceOf(
  { measure, number, name }: Pick<SourceInfo, 'measure' | 'number' | 'name'>,
  facts: InterruptFacts | undefined,
): LineDevice | undefined {
  if (facts === undefined || descriptorOf(measure).source !== 'irq') return undefined;
  const devices = facts.lines.find(({ irq }) => irq === number)?.devices ?? [];
  return devices.find(({ action }) => action === name);
}
