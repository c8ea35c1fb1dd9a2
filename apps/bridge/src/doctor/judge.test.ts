// The checks of the doctor on recorded facts: of guests of the lab, and of these with one setting changed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCTOR_CHECKS, type Doctor, type DoctorCheck, type DoctorState, MEASURES } from '@rtprobe/protocol';
import { doctorSchema } from '@rtprobe/protocol/schemas';
import { describe, expect, it } from 'vitest';
import { type Facts, readFacts } from './facts.ts';
import { judge } from './judge.ts';

const FIXTURES = join(import.meta.dirname, '../../tests/fixtures/doctor');
const recorded = readdirSync(FIXTURES).filter((name) => name.endsWith('.json'));
const load = (name: string): Facts => readFacts(readFileSync(join(FIXTURES, name), 'utf8')).facts;
const stock = load('6.12-rt.json');

const judged = (facts: Facts, task?: string): Doctor =>
  judge({ facts }, { ...(task !== undefined && { task }), advice: () => undefined });

const CPU = '/sys/devices/system/cpu';
const ISOLATED = { [`${CPU}/isolated`]: '1', [`${CPU}/nohz_full`]: '1' };
const SCHED = '/sys/kernel/debug/sched';
const VULNERABLE = `${CPU}/vulnerabilities/meltdown`;

interface Change {
  files?: Record<string, Facts['files'][string] | undefined>;
  facts?: Partial<Facts>;
  task?: string;
}

/** A real-time task of a user, as the agent reports it. */
const app = (more: Partial<Facts['tasks'][number]> = {}) => ({
  ...{ pid: 900, tid: 900, name: 'motion', kernel: false, policy: 1, priority: 80, cpus: '1' },
  ...{ locked: 4096, swapped: 0, resident: 4000, ...more },
});
const thread = (name: string, priority: number, cpus = '0-1') => ({
  ...{ pid: 30, tid: 30, name, kernel: true, policy: 1, priority, cpus },
});
const tasks = (...list: Facts['tasks']): Change => ({ facts: { tasks: list } });
const file = (path: string, text: string): Change => ({ files: { [path]: text } });
const policy = (name: string, text: string) => file(`${CPU}/cpufreq/policy0/${name}`, text);
const absent = (path: string): Change => ({ files: { [path]: { error: 'ENOENT' } } });
const closed = (path: string): Change => ({ files: { [path]: { error: 'EACCES' } } });
const states = (latency: string, disable = '0'): Record<string, string> => ({
  [`${CPU}/cpu1/cpuidle/state3/latency`]: latency,
  [`${CPU}/cpu1/cpuidle/state3/name`]: 'C6',
  [`${CPU}/cpu1/cpuidle/state3/disable`]: disable,
});

const cases: readonly (readonly [DoctorCheck, DoctorState, Change])[] = [
  ['preemption', 'ok', {}],
  ...(
    [
      ['problem', '#1 SMP Debian 6.1', {}],
      ['risk', '#1 SMP PREEMPT Debian', {}],
      ['problem', '#1 SMP PREEMPT_DYNAMIC Debian', { [`${SCHED}/preempt`]: 'none (voluntary) full' }],
      ['risk', '#1 SMP PREEMPT_DYNAMIC Debian', { [`${SCHED}/preempt`]: 'none voluntary (full)' }],
      ['risk', '#1 SMP PREEMPT_DYNAMIC Debian', { '/proc/cmdline': 'quiet preempt=full' }],
      ['unknown', '#1 SMP PREEMPT_DYNAMIC Debian', {}],
    ] as const
  ).map(
    ([state, version, files]) =>
      [
        'preemption',
        state,
        {
          files: {
            ...{ '/proc/version': version, '/sys/kernel/realtime': { error: 'ENOENT' }, ...files },
            ...('/sys/kernel/debug/sched/preempt' in files
              ? {}
              : { [`${SCHED}/preempt`]: { error: 'EACCES' } }),
          },
          facts: { config: { file: '/boot/config-6', options: {} } },
        },
      ] as const,
  ),
  ['rt-throttling', 'risk', file('/proc/sys/kernel/sched_rt_runtime_us', '950000')],
  ['rt-throttling', 'ok', file('/proc/sys/kernel/sched_rt_runtime_us', '-1')],
  ['fair-server', 'risk', file(`${SCHED}/fair_server/cpu0/runtime`, '50000000')],
  [
    'fair-server',
    'ok',
    { files: { [`${SCHED}/fair_server/cpu0/runtime`]: '0', [`${SCHED}/fair_server/cpu1/runtime`]: '0' } },
  ],
  ['application-priority', 'ok', tasks(app())],
  ['application-priority', 'risk', tasks(app({ priority: 99 }))],
  ['application-priority', 'unknown', tasks(thread('irq/9-acpi', 50))],
  ['application-priority', 'unknown', { ...tasks(app()), task: 'another' }],
  ['application-priority', 'problem', { ...tasks(app({ policy: 0, priority: 0 })), task: 'motion' }],
  ['irq-thread-priority', 'ok', tasks(app(), thread('irq/24-eth0', 50))],
  ['irq-thread-priority', 'ok', tasks(app({ priority: 40 }), thread('irq/24-eth0', 50, '0'))],
  ['irq-thread-priority', 'risk', tasks(app({ priority: 40 }), thread('irq/24-eth0', 50))],
  ['irq-thread-priority', 'unknown', tasks(thread('irq/24-eth0', 50))],
  ['kernel-thread-priority', 'ok', tasks(app(), thread('migration/1', 99, '1'), thread('ktimers/1', 1, '1'))],
  ['kernel-thread-priority', 'risk', tasks(app({ priority: 2 }), thread('ktimers/1', 2, '1'))],
  ['memory-locked', 'ok', tasks(app())],
  ['memory-locked', 'risk', tasks(app({ locked: 0 }))],
  ['memory-locked', 'problem', tasks(app({ swapped: 8 }))],
  ['rt-limits', 'ok', file('/etc/security/limits.d/rt.conf', '# rt\n@realtime - rtprio 95\n')],
  ['rt-limits', 'risk', { ...tasks(), files: { '/etc/security/limits.conf': '# @realtime - rtprio 95\n' } }],
  ['rt-limits', 'ok', tasks(app())],
  ['governor', 'problem', policy('scaling_governor', 'powersave')],
  ['governor', 'ok', policy('scaling_governor', 'performance')],
  ['governor', 'unknown', {}],
  ['energy-preference', 'risk', policy('energy_performance_preference', 'balance_performance')],
  ['energy-preference', 'ok', policy('energy_performance_preference', 'performance')],
  [
    'frequency-range',
    'risk',
    {
      files: {
        [`${CPU}/cpufreq/policy0/scaling_max_freq`]: '1800000',
        [`${CPU}/cpufreq/policy0/cpuinfo_max_freq`]: '3600000',
      },
    },
  ],
  [
    'frequency-range',
    'ok',
    {
      files: {
        [`${CPU}/cpufreq/policy0/scaling_max_freq`]: '3600000',
        [`${CPU}/cpufreq/policy0/cpuinfo_max_freq`]: '3600000',
      },
    },
  ],
  ['turbo', 'risk', file(`${CPU}/intel_pstate/no_turbo`, '0')],
  ['turbo', 'ok', file(`${CPU}/intel_pstate/no_turbo`, '1')],
  ['turbo', 'risk', file(`${CPU}/cpufreq/boost`, '1')],
  ['turbo', 'ok', file(`${CPU}/cpufreq/boost`, '0')],
  ['idle-states', 'problem', { files: states('133') }],
  ['idle-states', 'ok', { files: states('133', '1') }],
  ['idle-states', 'ok', { files: states('2') }],
  ['idle-states', 'ok', { files: states('133'), facts: { latencyLimit: 0 } }],
  ['idle-states', 'ok', { files: { ...states('133'), '/proc/cmdline': 'idle=poll' } }],
  ['latency-request', 'risk', { files: states('133'), facts: { latencyLimit: 2_000_000_000 } }],
  [
    'latency-request',
    'ok',
    { files: states('133'), facts: { latencyLimit: 0, latencyHolders: [{ pid: 9, name: 'cyclictest' }] } },
  ],
  ['latency-request', 'unknown', { facts: { latencyLimit: { error: 'EACCES' } } }],
  ['idle-governor', 'risk', file(`${CPU}/cpuidle/current_governor`, 'ladder')],
  ['idle-governor', 'ok', file(`${CPU}/cpuidle/current_governor`, 'menu')],
  ['thermal-throttling', 'risk', file(`${CPU}/cpu0/thermal_throttle/core_throttle_count`, '3')],
  ['thermal-throttling', 'ok', file(`${CPU}/cpu0/thermal_throttle/core_throttle_count`, '0')],
  ['smt', 'risk', file(`${CPU}/smt/active`, '1')],
  ['smt', 'ok', file(`${CPU}/smt/active`, '0')],
  ['isolation', 'risk', { files: { [`${CPU}/isolated`]: '', [`${CPU}/nohz_full`]: '(null)' } }],
  ['isolation', 'ok', { files: ISOLATED }],
  ['isolation', 'ok', { files: { [`${CPU}/isolated`]: '', [`${CPU}/online`]: '0' } }],
  ['nohz-full', 'ok', { files: ISOLATED }],
  ['nohz-full', 'risk', { files: { ...ISOLATED, [`${CPU}/nohz_full`]: '' } }],
  ['nohz-full', 'problem', { files: { ...ISOLATED, [`${CPU}/isolated`]: '' } }],
  ['rcu-nocbs', 'ok', { files: ISOLATED }],
  [
    'rcu-nocbs',
    'risk',
    { files: { [`${CPU}/isolated`]: '1', [`${CPU}/nohz_full`]: '', '/proc/cmdline': 'x' } },
  ],
  [
    'rcu-nocbs',
    'ok',
    { files: { [`${CPU}/isolated`]: '1', [`${CPU}/nohz_full`]: '', '/proc/cmdline': 'rcu_nocbs=0-1' } },
  ],
  [
    'rcu-nocbs',
    'unknown',
    { files: { [`${CPU}/isolated`]: '1', [`${CPU}/nohz_full`]: '', '/proc/cmdline': 'rcu_nocbs=all-x' } },
  ],
  [
    'irq-affinity',
    'risk',
    {
      files: {
        ...ISOLATED,
        '/proc/irq/24/effective_affinity_list': '0-1',
        '/proc/irq/default_smp_affinity': '1',
      },
    },
  ],
  ['irq-affinity', 'risk', { files: { ...ISOLATED, '/proc/irq/default_smp_affinity': '3' } }],
  ['irq-affinity', 'ok', {}],
  ['irqbalance', 'risk', tasks(app({ name: 'irqbalance', policy: 0, priority: 0 }))],
  ['irqbalance', 'ok', tasks(app())],
  ['irqbalance', 'unknown', tasks()],
  [
    'workqueue-cpumask',
    'risk',
    { files: { ...ISOLATED, '/sys/devices/virtual/workqueue/cpumask': '00000000,00000003' } },
  ],
  ['workqueue-cpumask', 'ok', { files: { ...ISOLATED, '/sys/devices/virtual/workqueue/cpumask': '1' } }],
  ['timer-migration', 'risk', file('/proc/sys/kernel/timer_migration', '1')],
  ['timer-migration', 'ok', file('/proc/sys/kernel/timer_migration', '0')],
  ['vm-statistics', 'risk', { files: { ...ISOLATED, '/proc/sys/vm/stat_interval': '1' } }],
  ['vm-statistics', 'ok', { files: { ...ISOLATED, '/proc/sys/vm/stat_interval': '120' } }],
  ['huge-pages', 'risk', file('/sys/kernel/mm/transparent_hugepage/enabled', '[always] madvise never')],
  ['huge-pages', 'ok', file('/sys/kernel/mm/transparent_hugepage/enabled', 'always [madvise] never')],
  ['swap', 'risk', file('/proc/swaps', 'Filename Type Size Used Priority\n/dev/sda2 partition 1000 0 -2')],
  ['swap', 'ok', file('/proc/swaps', 'Filename Type Size Used Priority')],
  ['same-page-merging', 'risk', file('/sys/kernel/mm/ksm/run', '1')],
  ['same-page-merging', 'ok', file('/sys/kernel/mm/ksm/run', '0')],
  ['numa-balancing', 'risk', file('/proc/sys/kernel/numa_balancing', '1')],
  ['numa-balancing', 'ok', absent('/proc/sys/kernel/numa_balancing')],
  ['compaction', 'risk', file('/proc/sys/vm/compaction_proactiveness', '20')],
  ['compaction', 'ok', file('/proc/sys/vm/compaction_proactiveness', '0')],
  ['zone-reclaim', 'risk', file('/proc/sys/vm/zone_reclaim_mode', '1')],
  ['zone-reclaim', 'ok', file('/proc/sys/vm/zone_reclaim_mode', '0')],
  ['nmi-watchdog', 'risk', file('/proc/sys/kernel/nmi_watchdog', '1')],
  ['nmi-watchdog', 'ok', file('/proc/sys/kernel/nmi_watchdog', '0')],
  ['soft-watchdog', 'risk', file('/proc/sys/kernel/soft_watchdog', '1')],
  ['soft-watchdog', 'ok', file('/proc/sys/kernel/soft_watchdog', '0')],
  [
    'soft-watchdog',
    'ok',
    {
      files: { ...ISOLATED, '/proc/sys/kernel/soft_watchdog': '1', '/proc/sys/kernel/watchdog_cpumask': '0' },
    },
  ],
  [
    'machine-check-poll',
    'risk',
    file('/sys/devices/system/machinecheck/machinecheck0/check_interval', '12c'),
  ],
  ['machine-check-poll', 'ok', file('/sys/devices/system/machinecheck/machinecheck0/check_interval', '0')],
  ...(
    [
      ['ok', 'tsc', 'tsc hpet acpi_pm'],
      ['problem', 'hpet', 'hpet acpi_pm'],
      ['risk', 'xen', 'xen tsc'],
    ] as const
  ).map(
    ([state, current, available]) =>
      [
        'clocksource',
        state,
        {
          files: {
            '/sys/devices/system/clocksource/clocksource0/current_clocksource': current,
            '/sys/devices/system/clocksource/clocksource0/available_clocksource': available,
          },
        },
      ] as const,
  ),
  [
    'tsc',
    'problem',
    file('/sys/devices/system/clocksource/clocksource0/available_clocksource', 'hpet acpi_pm'),
  ],
  [
    'tsc',
    'ok',
    {
      files: {
        '/sys/devices/system/clocksource/clocksource0/available_clocksource': 'tsc hpet',
        '/proc/cpuinfo': 'flags\t\t: fpu tsc constant_tsc nonstop_tsc\n',
      },
    },
  ],
  [
    'tsc',
    'risk',
    {
      files: {
        '/sys/devices/system/clocksource/clocksource0/available_clocksource': 'tsc hpet',
        '/proc/cpuinfo': 'flags\t\t: fpu tsc\n',
      },
    },
  ],
  ['tsc', 'ok', { facts: { machine: 'aarch64' } }],
  ['mitigations', 'risk', file(VULNERABLE, 'Mitigation: PTI')],
  [
    'mitigations',
    'ok',
    {
      files: Object.fromEntries(
        [
          VULNERABLE,
          ...Object.keys(stock.files).filter((path) => path.startsWith(`${CPU}/vulnerabilities/`)),
        ].map((path) => [path, 'Not affected']),
      ),
    },
  ],
  [
    'kernel-debug',
    'problem',
    { ...absent('/proc/lockdep'), facts: { config: { file: '/boot/c', options: { CONFIG_KASAN: 'y' } } } },
  ],
  ['kernel-debug', 'problem', closed('/proc/lockdep')],
  [
    'kernel-debug',
    'risk',
    { ...absent('/proc/lockdep'), facts: { config: { file: '/boot/c', options: { CONFIG_DEBUG_VM: 'y' } } } },
  ],
  [
    'kernel-debug',
    'ok',
    { ...absent('/proc/lockdep'), facts: { config: { file: '/boot/c', options: { CONFIG_KASAN: 'n' } } } },
  ],
  ...(
    [
      ['problem', 'function', '1', ''],
      ['risk', 'nop', '1', 'sched:sched_switch'],
      ['ok', 'nop', '1', ''],
      ['ok', 'function', '0', ''],
    ] as const
  ).map(
    ([state, tracer, isOn, events]) =>
      [
        'tracing',
        state,
        {
          files: {
            '/sys/kernel/tracing/current_tracer': tracer,
            '/sys/kernel/tracing/tracing_on': isOn,
            '/sys/kernel/tracing/set_event': events,
          },
        },
      ] as const,
  ),
  ['tracing', 'unknown', closed('/sys/kernel/tracing/current_tracer')],
  ['perf-sample-rate', 'risk', file('/proc/sys/kernel/perf_event_max_sample_rate', '25000')],
  ['perf-sample-rate', 'ok', file('/proc/sys/kernel/perf_event_max_sample_rate', '100000')],
  ['split-lock', 'risk', file('/proc/sys/kernel/split_lock_mitigate', '1')],
  ['split-lock', 'ok', file('/proc/sys/kernel/split_lock_mitigate', '0')],
  ['rcu-expedited', 'problem', file('/sys/kernel/rcu_expedited', '1')],
  ['rcu-expedited', 'ok', file('/sys/kernel/rcu_expedited', '0')],
  ['scheduler-statistics', 'risk', file('/proc/sys/kernel/sched_schedstats', '1')],
  ['scheduler-statistics', 'ok', file('/proc/sys/kernel/sched_schedstats', '0')],
  ['hypervisor', 'risk', file('/proc/cpuinfo', 'flags\t\t: fpu hypervisor\n')],
  [
    'hypervisor',
    'ok',
    {
      files: {
        '/proc/cpuinfo': 'flags\t\t: fpu\n',
        '/sys/class/dmi/id/sys_vendor': 'Dell Inc.',
        '/sys/class/dmi/id/product_name': 'OptiPlex',
      },
    },
  ],
  ['stolen-time', 'problem', file('/proc/stat', 'cpu  1 2 3 4 5 6 7 80 0 0\ncpu0 1 2 3')],
  ['stolen-time', 'ok', file('/proc/stat', 'cpu  1 2 3 4 5 6 7 0 0 0\n')],
  ['firmware-interrupts', 'risk', { facts: { smiCount: 12 } }],
  ['firmware-interrupts', 'ok', { facts: { smiCount: 0 } }],
  ['firmware-interrupts', 'unknown', { facts: { smiCount: { error: 'EIO' } } }],
  ['memory-errors', 'problem', file('/sys/devices/system/edac/mc/mc0/ce_count', '7')],
  ['memory-errors', 'ok', file('/sys/devices/system/edac/mc/mc0/ce_count', '0')],
  ['serial-console', 'risk', file('/proc/consoles', 'tty0 -WU (EC p ) 4:7\nttyS0 -W- (E p a) 4:64')],
  ['serial-console', 'ok', file('/proc/consoles', 'tty0 -WU (EC p ) 4:7')],
  [
    'network-coalescing',
    'risk',
    {
      facts: {
        coalescing: { eth9: { rxUsecs: 50, txUsecs: 0, adaptive: false }, lo: { error: 'EOPNOTSUPP' } },
      },
    },
  ],
  [
    'network-coalescing',
    'ok',
    { facts: { coalescing: { eth9: { rxUsecs: 0, txUsecs: 0, adaptive: false } } } },
  ],
  ['network-coalescing', 'unknown', { facts: { coalescing: { lo: { error: 'EOPNOTSUPP' } } } }],
  ['graphics-power', 'risk', file('/sys/class/drm/card0/device/power/control', 'auto')],
  ['graphics-power', 'ok', file('/sys/class/drm/card0/device/power/control', 'on')],
  ['pcie-power', 'risk', file('/sys/module/pcie_aspm/parameters/policy', '[default] performance powersave')],
  ['pcie-power', 'ok', file('/sys/module/pcie_aspm/parameters/policy', 'default [performance] powersave')],
];

function changed({ files = {}, facts = {} }: Change): Facts {
  const all = Object.entries({ ...stock.files, ...files }).flatMap(([path, value]) =>
    value === undefined ? [] : [[path, value] as const],
  );
  return { ...stock, ...facts, files: Object.fromEntries(all) };
}

describe('the checks of the doctor', () => {
  it.each(
    cases.map(([id, state, change]) => [id, state, JSON.stringify(change).slice(0, 120), change] as const),
  )('%s is %s: %s', (id, state, _, change) => {
    const finding = judged(changed(change), change.task).findings.find((one) => one.id === id)!;
    expect(finding.state, JSON.stringify(finding)).toBe(state);
    // A statement has evidence, and what is unknown has a reason in both languages.
    if (state === 'unknown') expect([finding.reason, finding.zh.reason].every(Boolean)).toBe(true);
    else expect(finding.evidence.length).toBeGreaterThan(0);
  });

  it.each(DOCTOR_CHECKS)('%s has a case that fires and one that does not', (id) => {
    const of = cases.filter(([check]) => check === id).map(([, state]) => state);
    expect(of).toContain('ok');
    expect(of.some((state) => state === 'problem' || state === 'risk')).toBe(true);
  });

  it('are at least 25', () => {
    expect(new Set(DOCTOR_CHECKS).size).toBe(DOCTOR_CHECKS.length);
    expect(DOCTOR_CHECKS.length).toBeGreaterThanOrEqual(25);
  });
});

describe.each(recorded)('the recorded facts %s', (name) => {
  const doctor = judged(load(name));

  it('are judged by every check, in the form that REST promises', () => {
    expect(doctor.findings.map(({ id }) => id)).toEqual([...DOCTOR_CHECKS]);
    expect(doctorSchema.parse(doctor)).toEqual(doctor);
  });

  it('give the same states as before', () => {
    expect(Object.fromEntries(doctor.findings.map(({ id, state }) => [id, state]))).toMatchSnapshot();
  });
});

describe('a copy of files', () => {
  it('proves nothing by what is not in it', () => {
    const { files, coalescing, latencyLimit, smiCount, config, machine, ...rest } = stock;
    const doctor = judged({ ...rest, files: {}, tasks: [], root: '/tmp/copy', latencyHolders: [] });
    const proven = doctor.findings.filter(({ state }) => state !== 'unknown');
    expect(Object.keys(files).length).toBeGreaterThan(50);
    expect(proven.map(({ id }) => id)).toEqual([]);
  });
});

describe('facts', () => {
  it('of rtprobectl have its findings about the module', () => {
    const module = [{ level: 'bad', code: 'E_NOT_LOADED', text: 'load it' }];
    const collected = readFacts(JSON.stringify({ module, facts: stock }));
    expect(judge(collected, { advice: () => undefined }).module).toEqual(module);
  });

  it('of a loaded module say what cannot be measured, and why', () => {
    const status = file('/proc/rtprobe/status', 'version=1\nmeasures_available=hardirq_duration,irqsoff\n');
    const { measures } = judged(changed(status));
    expect(measures).toHaveLength(MEASURES.length);
    expect(
      measures!
        .filter(({ available }) => available)
        .map(({ measure }) => measure)
        .sort(),
    ).toEqual([...['hardirq_duration', 'irqsoff']]);
    expect(measures!.every(({ available, needs, zh }) => available || (needs && zh))).toBe(true);
  });

  it.each([
    ['', /not JSON/],
    ['{"format":"other"}', /format/],
    ['{"module":[],"facts":null}', /rtprobe-agent was not installed/],
    [JSON.stringify({ ...stock, tasks: [{ pid: -1 }] }), /tasks\.0/],
    [' '.repeat(3_000_000), /more than/],
  ])('that are damaged are refused', (json, message) => {
    expect(() => readFacts(json)).toThrow(message);
  });
});
