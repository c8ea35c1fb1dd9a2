// Clocks, detectors, and what was built or left on for debugging.
import type { DoctorCheck, DoctorEvidence } from '@rtprobe/protocol';
import { type Check, noneFound, ofFile, unlessFile } from './check.ts';
import { cpusOf, type Machine, overlap } from './machine.ts';
import { ok, problem, risk, unknown, type Verdict, when } from './verdict.ts';

const CLOCK = '/sys/devices/system/clocksource/clocksource0';
const CURRENT = `${CLOCK}/current_clocksource`;
const TRACING = '/sys/kernel/tracing';
const VULNERABILITIES = '/sys/devices/system/cpu/vulnerabilities/*';
const LOCKDEP = '/proc/lockdep';
const WATCHDOG_CPUS = '/proc/sys/kernel/watchdog_cpumask';
/** The kernel's default; it lowers the value when samples take too long. */
const SAMPLE_RATE = 100_000;

/** Options that make locks, allocations or memory accesses slower, by a lot and by less. */
const SLOW = [
  ...['PROVE_LOCKING', 'LOCKDEP', 'LOCK_STAT', 'DEBUG_ATOMIC_SLEEP', 'DEBUG_OBJECTS', 'DEBUG_MUTEXES'],
  ...['DEBUG_PAGEALLOC_ENABLE_DEFAULT', 'DEBUG_KMEMLEAK', 'SLUB_DEBUG_ON', 'KASAN', 'KCSAN', 'KMSAN'],
].map((name) => `CONFIG_${name}`);
const SLOWER = ['DEBUG_PREEMPT', 'PREEMPT_TRACER', 'IRQSOFF_TRACER', 'DEBUG_VM', 'UBSAN'].map(
  (name) => `CONFIG_${name}`,
);

const FAST_CLOCKS = [
  'tsc',
  'arch_sys_counter',
  'kvm-clock',
  'hyperv_clocksource_tsc_page',
  'riscv_clocksource',
  'timebase',
];
const SLOW_CLOCKS = ['hpet', 'acpi_pm', 'pit', 'jiffies', 'refined-jiffies'];

const clocksource = ofFile(CURRENT, 'unknown', (text, machine) => {
  const evidence = [machine.file(CURRENT), machine.file(`${CLOCK}/available_clocksource`)];
  if (FAST_CLOCKS.includes(text)) return ok(...evidence);
  return SLOW_CLOCKS.includes(text) ? problem(...evidence) : risk(...evidence);
});

function tsc(machine: Machine): Verdict {
  const available = machine.text(`${CLOCK}/available_clocksource`);
  if (machine.isX86 === undefined) return machine.missing('/proc/cpuinfo');
  if (!machine.isX86) return ok({ source: 'uname', value: machine.facts.machine ?? 'not x86' });
  if (available === undefined) return machine.missing(`${CLOCK}/available_clocksource`);
  const evidence: DoctorEvidence[] = [
    machine.file(`${CLOCK}/available_clocksource`),
    machine.parameter('tsc'),
  ];
  if (!available.split(/\s+/).includes('tsc')) return problem(...evidence);
  const flags = /^flags\s*:(.*)$/m.exec(machine.text('/proc/cpuinfo') ?? '')?.[1]?.split(/\s+/) ?? [];
  const lacking = ['constant_tsc', 'nonstop_tsc'].filter((flag) => !flags.includes(flag));
  if (flags.length === 0 || lacking.length === 0) return ok(...evidence);
  return risk(...evidence, { source: '/proc/cpuinfo', value: `no ${lacking.join(', ')}` });
}

function mitigations(machine: Machine): Verdict {
  const found = machine.matching(VULNERABILITIES);
  if (found.length === 0) return unknown(noneFound(VULNERABILITIES));
  const active = found.filter(({ text }) => text.startsWith('Mitigation'));
  const evidence = active.map(({ path, text }) => ({ source: path, value: text }));
  return when(active.length > 0, 'risk', ...evidence, machine.parameter('mitigations'));
}

function kernelDebug(machine: Machine): Verdict {
  const { config } = machine.facts;
  const lockdep = machine.error(LOCKDEP) === 'ENOENT' ? [] : [machine.file(LOCKDEP)];
  const set = (names: readonly string[]) =>
    names
      .filter((name) => config?.options[name] === 'y')
      .map((name) => ({ source: config!.file, value: `${name}=y` }));
  const slow = [...set(SLOW), ...lockdep.map(({ source }) => ({ source, value: 'lockdep' }))];
  if (slow.length > 0) return problem(...slow, ...set(SLOWER));
  if (!config)
    return unknown({
      en: 'the configuration of the kernel is neither in /boot nor in /lib/modules',
      zh: '/boot 和 /lib/modules 中都没有内核配置',
    });
  const slower = set(SLOWER);
  return slower.length > 0
    ? risk(...slower)
    : ok({ source: config.file, value: `no ${SLOW[0]}, ${SLOW[9]} …` });
}

function tracing(machine: Machine): Verdict {
  const [tracer, isOn, events] = ['current_tracer', 'tracing_on', 'set_event'].map(
    (name) => `${TRACING}/${name}`,
  );
  const text = machine.text(tracer!);
  if (text === undefined) return machine.missing(tracer!);
  const evidence = [tracer!, isOn!, events!].map((path) => machine.file(path));
  if (machine.text(isOn!) === '0') return ok(...evidence);
  if (text !== 'nop') return problem(...evidence);
  return when((machine.text(events!) ?? '') !== '', 'risk', ...evidence);
}

const softWatchdog = ofFile('/proc/sys/kernel/soft_watchdog', 'ok', (text, machine) => {
  const watched = cpusOf(machine.text(WATCHDOG_CPUS) ?? '') ?? new Set<number>();
  const sparesQuiet = machine.quiet.size > 0 && overlap(watched, machine.quiet).length === 0;
  const evidence = [machine.file('/proc/sys/kernel/soft_watchdog'), machine.file(WATCHDOG_CPUS)];
  return when(text !== '0' && !sparesQuiet, 'risk', ...evidence);
});

export const kernelChecks = {
  'nmi-watchdog': {
    title: 'Hard lockup detector',
    zh: '硬锁死检测器',
    judge: unlessFile('/proc/sys/kernel/nmi_watchdog', 'ok', (text) => text === '0'),
  },
  'soft-watchdog': { title: 'Soft lockup detector', zh: '软锁死检测器', judge: softWatchdog },
  'machine-check-poll': {
    title: 'Polling for machine checks',
    zh: '机器检查轮询',
    judge: unlessFile(
      '/sys/devices/system/machinecheck/machinecheck0/check_interval',
      'ok',
      (text) => text === '0',
    ),
  },
  clocksource: { title: 'Clock source', zh: '时钟源', judge: clocksource },
  tsc: { title: 'Time stamp counter (TSC)', zh: '时间戳计数器 (TSC)', judge: tsc },
  mitigations: { title: 'Mitigations of CPU vulnerabilities', zh: 'CPU 漏洞缓解措施', judge: mitigations },
  'kernel-debug': { title: 'Debug options of the kernel', zh: '内核调试选项', judge: kernelDebug },
  tracing: { title: 'Tracing', zh: '跟踪', judge: tracing },
  'perf-sample-rate': {
    title: 'Sample rate of perf',
    zh: 'perf 的采样率',
    judge: unlessFile(
      '/proc/sys/kernel/perf_event_max_sample_rate',
      'ok',
      (text) => Number(text) >= SAMPLE_RATE,
    ),
  },
  'split-lock': {
    title: 'Penalty for split locks',
    zh: '分裂锁惩罚',
    judge: unlessFile('/proc/sys/kernel/split_lock_mitigate', 'ok', (text) => text === '0'),
  },
  'rcu-expedited': {
    title: 'Expedited RCU grace periods',
    zh: '加速的 RCU 宽限期',
    judge: unlessFile('/sys/kernel/rcu_expedited', 'ok', (text) => text === '0', 'problem'),
  },
  'scheduler-statistics': {
    title: 'Statistics of the scheduler',
    zh: '调度器统计',
    judge: unlessFile('/proc/sys/kernel/sched_schedstats', 'ok', (text) => text === '0'),
  },
} satisfies Partial<Record<DoctorCheck, Check>>;
