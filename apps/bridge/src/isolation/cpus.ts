// Which CPUs of a host are isolated, and why.
import { inCpuList } from '@rtprobe/metrics';
import type { IsolationReason, Rule } from '@rtprobe/protocol';
import type { HostView } from '../host/view.ts';
import type { HostState } from '../state/host-state.ts';

/** More CPUs than any kernel supports. */
const CPUS_MAX = 65_536;

/** Returns the CPUs of a list such as 0-3,6; the first 65,536 of a longer one. */
export function cpusOfList(list: string): number[] {
  const cpus: number[] = [];
  for (const part of list.split(',')) {
    const [first, last = first] = part.split('-').map(Number);
    if (part === '' || first === undefined || last === undefined) continue;
    for (let cpu = first; cpu <= last && cpus.length < CPUS_MAX; cpu++) cpus.push(cpu);
  }
  return cpus;
}

/** Returns the CPUs of expectations; `rules`: only of those that are among these. */
export function expectedCpus(state: HostState, rules: readonly Rule[] = state.rules): number[] {
  return rules.flatMap((rule) => state.expectationOf(rule)?.cpus ?? []);
}

/**
 * Returns the CPUs that the kernel isolates, if this is known, and those that the module leaves alone, which by default
 * are the same.
 */
export function isolatedCpus({ info, state }: HostView): Map<number, IsolationReason[]> {
  const { config, cpusOnline = '' } = info;
  const { isolcpus = '', nohzFull = '' } = state.devices.isolation;
  const found = new Map<number, IsolationReason[]>();
  const add = (cpus: readonly number[], why: IsolationReason) => {
    for (const cpu of cpus) found.set(cpu, [...(found.get(cpu) ?? []), why]);
  };
  add(cpusOfList(isolcpus), 'isolcpus');
  add(cpusOfList(nohzFull), 'nohz_full');
  const { cpus } = config ?? {};
  if (cpus !== undefined) {
    add(
      cpusOfList(cpusOnline).filter((cpu) => !inCpuList(cpus, cpu)),
      'passive',
    );
  }
  return found;
}

/** Adds the CPUs of expectations, and those that the request names. */
export function listedCpus(host: HostView, chosen: readonly number[]): Map<number, IsolationReason[]> {
  const found = isolatedCpus(host);
  const more: readonly [readonly number[], IsolationReason][] = [
    [expectedCpus(host.state), 'expected'],
    [chosen, 'chosen'],
  ];
  for (const [cpus, why] of more) {
    for (const cpu of new Set(cpus)) found.set(cpu, [...(found.get(cpu) ?? []), why]);
  }
  return new Map([...found].sort(([a], [b]) => a - b));
}
