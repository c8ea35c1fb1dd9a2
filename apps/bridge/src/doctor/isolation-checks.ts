// Whether CPUs are isolated, and whether everything else stays off them.
import type { DoctorCheck } from '@rtprobe/protocol';
import { type Check, noneFound, ofFile, unlessFile } from './check.ts';
import { cpusOf, cpusOfMask, listOf, type Machine, overlap, taskEvidence } from './machine.ts';
import { ok, problem, risk, unknown, type Verdict, when } from './verdict.ts';

const CPU = '/sys/devices/system/cpu';
const AFFINITY = '/proc/irq/*/effective_affinity_list';
const IRQS_SHOWN = 12;
/** From this many seconds on, the update is rare. */
const RARE_S = 10;

const ISOLATED = `${CPU}/isolated`;

/** Judges only if it is known which CPUs are isolated. */
const ifIsolationKnown =
  (check: (machine: Machine) => Verdict) =>
  (machine: Machine): Verdict =>
    machine.text(ISOLATED) === undefined ? machine.missing(ISOLATED) : check(machine);

function isolation(machine: Machine): Verdict {
  const online = machine.text(`${CPU}/online`);
  if (online === undefined) return machine.missing(`${CPU}/online`);
  const isAlone = (cpusOf(online)?.size ?? 0) < 2;
  const evidence = [...machine.isolationEvidence, machine.file(`${CPU}/online`)];
  return when(machine.quiet.size === 0 && !isAlone, 'risk', ...evidence);
}

function nohzFull(machine: Machine): Verdict {
  const { isolated, nohzFull: tickless } = machine;
  const outside = [...tickless].filter((cpu) => !isolated.has(cpu));
  const ticking = [...isolated].filter((cpu) => !tickless.has(cpu));
  const evidence = [
    ...machine.isolationEvidence,
    machine.parameter('isolcpus'),
    machine.parameter('nohz_full'),
  ];
  if (outside.length > 0)
    return problem({ source: 'nohz_full without isolation', value: listOf(outside) }, ...evidence);
  if (ticking.length > 0)
    return risk({ source: 'isolation without nohz_full', value: listOf(ticking) }, ...evidence);
  return ok(...evidence);
}

/** nohz_full= offloads callbacks, too. "all" and no value mean every CPU. */
function rcuNocbs(machine: Machine): Verdict {
  const { quiet, nohzFull: tickless } = machine;
  const wanted = machine.parameters.get('rcu_nocbs');
  const isAll = wanted === '' || wanted === 'all';
  const offloaded = isAll ? quiet : (cpusOf(wanted ?? '') ?? new Set<number>());
  const left = [...quiet].filter((cpu) => !tickless.has(cpu) && !offloaded.has(cpu));
  const evidence = [...machine.isolationEvidence, machine.parameter('rcu_nocbs')];
  if (wanted !== undefined && !isAll && cpusOf(wanted) === undefined)
    return unknown(
      { en: `rcu_nocbs=${wanted} is not a list of CPUs`, zh: `rcu_nocbs=${wanted} 不是 CPU 列表` },
      ...evidence,
    );
  return when(left.length > 0, 'risk', ...evidence);
}

function irqAffinity(machine: Machine): Verdict {
  const { quiet } = machine;
  if (quiet.size === 0) return ok(...machine.isolationEvidence);
  const found = machine.matching(AFFINITY);
  if (found.length === 0) return unknown(noneFound(AFFINITY));
  const there = found.filter(({ text }) => overlap(cpusOf(text) ?? new Set(), quiet).length > 0);
  const fallback = '/proc/irq/default_smp_affinity';
  const isDefault = overlap(cpusOfMask(machine.text(fallback) ?? '') ?? new Set(), quiet).length > 0;
  const shown = machine.grouped(AFFINITY, there).slice(0, IRQS_SHOWN);
  const evidence = [...machine.isolationEvidence, machine.parameter('irqaffinity'), machine.file(fallback)];
  return when(there.length > 0 || isDefault, 'risk', ...shown, ...evidence);
}

function irqbalance(machine: Machine): Verdict {
  const found = machine.facts.tasks.filter(({ kernel, name }) => !kernel && name === 'irqbalance');
  if (found.length > 0) return risk(...taskEvidence(found.slice(0, 1)));
  if (machine.facts.tasks.length === 0) return unknown({ en: 'no tasks could be read', zh: '无法读取任务' });
  return ok({ source: '/proc/*/task/*/stat', value: 'no irqbalance' });
}

/** Judges a mask of CPUs, none of which may be a quiet one. */
const maskWithout = (path: string, read: (text: string) => Set<number> | undefined) =>
  ofFile(path, 'unknown', (text, machine) =>
    when(
      overlap(read(text) ?? new Set(), machine.quiet).length > 0,
      'risk',
      machine.file(path),
      ...machine.isolationEvidence,
    ),
  );

const STAT_INTERVAL = '/proc/sys/vm/stat_interval';

export const isolationChecks = {
  isolation: { title: 'Isolated CPUs', zh: '隔离的 CPU', judge: isolation },
  'nohz-full': { title: 'Tick on isolated CPUs', zh: '隔离 CPU 上的节拍', judge: ifIsolationKnown(nohzFull) },
  'rcu-nocbs': {
    title: 'RCU callbacks on isolated CPUs',
    zh: '隔离 CPU 上的 RCU 回调',
    judge: ifIsolationKnown(rcuNocbs),
  },
  'irq-affinity': {
    title: 'Interrupts on isolated CPUs',
    zh: '隔离 CPU 上的中断',
    judge: ifIsolationKnown(irqAffinity),
  },
  irqbalance: { title: 'irqbalance', zh: 'irqbalance 守护进程', judge: irqbalance },
  'workqueue-cpumask': {
    title: 'Kernel workers on isolated CPUs',
    zh: '隔离 CPU 上的内核工作线程',
    judge: maskWithout('/sys/devices/virtual/workqueue/cpumask', cpusOfMask),
  },
  'timer-migration': {
    title: 'Timers of idle CPUs',
    zh: '空闲 CPU 的定时器',
    judge: unlessFile('/proc/sys/kernel/timer_migration', 'ok', (text) => text === '0'),
  },
  'vm-statistics': {
    title: 'Memory statistics on isolated CPUs',
    zh: '隔离 CPU 上的内存统计',
    judge: ofFile(STAT_INTERVAL, 'unknown', (text, machine) =>
      when(
        machine.quiet.size > 0 && Number(text) < RARE_S,
        'risk',
        machine.file(STAT_INTERVAL),
        ...machine.isolationEvidence,
      ),
    ),
  },
} satisfies Partial<Record<DoctorCheck, Check>>;
