// Settings of a machine that change latencies, from the agent's answer.
import { cpuList } from '@rtprobe/metrics';
import type { SettingName } from '@rtprobe/protocol';
import type { Entries, Entry } from './entries.ts';

export type MachineSettings = Partial<Record<SettingName, string>>;

const CPUS = '/sys/devices/system/cpu';

/** Returns the value if all CPUs have the same, else "0-2: performance; 3: powersave". */
function byCpu(values: readonly (readonly [cpus: readonly number[], value: string])[]): string | undefined {
  const groups = new Map<string, number[]>();
  for (const [cpus, value] of values) groups.set(value, [...(groups.get(value) ?? []), ...cpus]);
  if (groups.size <= 1) return groups.keys().next().value;
  return Array.from(groups, ([value, cpus]) => `${cpuList(cpus)}: ${value}`).join('; ');
}

/** The kernel separates the CPUs of a policy by spaces. */
const cpusOf = (text = ''): number[] => (/^\d+( \d+)*$/.test(text) ? text.split(' ').map(Number) : []);

function governorOf(policies: readonly Entry[]): string | undefined {
  return byCpu(
    policies.flatMap(({ values }) => {
      const governor = values.get('scaling_governor');
      return governor === undefined ? [] : [[cpusOf(values.get('affected_cpus')), governor] as const];
    }),
  );
}

function microcodeOf(cpus: readonly Entry[]): string | undefined {
  return byCpu(
    cpus.flatMap(({ name, values }) => {
      const [number] = /\d+$/.exec(name) ?? [];
      const version = values.get('microcode/version');
      return version === undefined ? [] : [[[Number(number)], version] as const];
    }),
  );
}

export function machineSettings(entries: Entries): MachineSettings {
  const one = (folder: string, name: string) =>
    entries.get(folder)?.find((entry) => entry.name === name)?.values;
  const cpu = one('/sys/devices/system', 'cpu');
  const noTurbo = cpu?.get('intel_pstate/no_turbo');
  const found = {
    cmdline: one('', 'proc')?.get('cmdline'),
    rt_runtime: one('/proc', 'sys')?.get('kernel/sched_rt_runtime_us'),
    clocksource: one('/sys/devices/system/clocksource', 'clocksource0')?.get('current_clocksource'),
    governor: governorOf(entries.get(`${CPUS}/cpufreq`) ?? []),
    microcode: microcodeOf(entries.get(CPUS) ?? []),
    boost: noTurbo === undefined ? cpu?.get('cpufreq/boost') : noTurbo === '0' ? '1' : '0',
    smt: cpu?.get('smt/active'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}
