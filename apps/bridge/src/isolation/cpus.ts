// Which CPUs of a host are isolated, and why.
import { inCpuList } from '@rtprobe/metrics';
import type { HostInfo, IsolationReason, Rule } from '@rtprobe/protocol';
import { expectationOf } from '../expect/expectation.ts';

/** Returns the CPUs of a list such as 0-3,6. */
export function cpusOfList(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number);
    if (part === '' || first === undefined || last === undefined) return [];
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  });
}

export function expectedCpus(rules: readonly Rule[]): number[] {
  return rules.flatMap((rule) => expectationOf(rule)?.cpus ?? []);
}

/**
 * Returns the CPUs that the kernel isolates, if this is known, and those that the module leaves alone, which by default
 * are the same.
 */
export function isolatedCpus({ machine, config, cpusOnline = '' }: HostInfo): Map<number, IsolationReason[]> {
  const found = new Map<number, IsolationReason[]>();
  const add = (cpus: readonly number[], why: IsolationReason) => {
    for (const cpu of cpus) found.set(cpu, [...(found.get(cpu) ?? []), why]);
  };
  add(cpusOfList(machine?.isolated ?? ''), 'isolcpus');
  add(cpusOfList(machine?.nohzFull ?? ''), 'nohz_full');
  const { cpus } = config ?? {};
  if (cpus !== undefined) {
    add(
      cpusOfList(cpusOnline).filter((cpu) => !inCpuList(cpus, cpu)),
      'passive',
    );
  }
  return found;
}

/** Adds the CPUs of expectations, and those that were asked for. */
export function listedCpus(
  info: HostInfo,
  rules: readonly Rule[],
  chosen: readonly number[],
): Map<number, IsolationReason[]> {
  const found = isolatedCpus(info);
  const more: readonly [readonly number[], IsolationReason][] = [
    [expectedCpus(rules), 'expected'],
    [chosen, 'chosen'],
  ];
  for (const [cpus, why] of more) {
    for (const cpu of new Set(cpus)) found.set(cpu, [...(found.get(cpu) ?? []), why]);
  }
  return new Map([...found].sort(([a], [b]) => a - b));
}
