// What the agent reported about interrupt lines and devices, read while a page that shows it is open.
import type { InterruptFacts } from '@rtprobe/protocol';
import { useRemote } from '../common/use-remote.ts';

/** Affinities and devices change rarely; each answer makes the agent read some hundred files. */
const EVERY_MS = 10_000;

/** Returns undefined before the first answer, and while `host` is undefined. */
export function useInterruptFacts(host: string | undefined): InterruptFacts | undefined {
  const path = host === undefined ? undefined : '/interrupts';
  const { value } = useRemote<{ hosts: InterruptFacts[] }>(path, { host }, { everyMs: EVERY_MS });
  return value?.hosts[0];
}
