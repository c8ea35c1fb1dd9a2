// Preemption, and the priorities of the application and of the kernel's threads.
import type { DoctorCheck } from '@rtprobe/protocol';
import { type Check, ofFile } from './check.ts';
import type { FactsTask } from './facts.ts';
import { cpusOf, isRealTime, type Machine, overlap, rankOf, taskEvidence } from './machine.ts';
import { ok, problem, risk, unknown, type Verdict, when } from './verdict.ts';

const DEBUG_PREEMPT = '/sys/kernel/debug/sched/preempt';
const FAIR_SERVER = '/sys/kernel/debug/sched/fair_server/cpu*/runtime';
const RUNTIME = '/proc/sys/kernel/sched_rt_runtime_us';
const PERIOD = '/proc/sys/kernel/sched_rt_period_us';
const HIGHEST = 99;
/** They have to precede everything. The others are named after what they serve. */
const ABOVE_ALL = /^(migration|stopper|cpuhp|idle_inject|watchdog)\//;

/** Returns how the kernel preempts itself: "full", "lazy", "voluntary", "none"; undefined if that is unknown. */
function modeOf(machine: Machine): { mode: string | undefined; source: string } {
  const chosen = /\(([a-z]+)\)/.exec(machine.text(DEBUG_PREEMPT) ?? '')?.[1];
  if (chosen !== undefined) return { mode: chosen, source: DEBUG_PREEMPT };
  const wanted = machine.parameters.get('preempt');
  if (wanted !== undefined && wanted !== '') return { mode: wanted, source: '/proc/cmdline' };
  const { file, options } = machine.facts.config ?? { file: '', options: {} };
  for (const [option, mode] of [
    ...([
      ['CONFIG_PREEMPT_LAZY', 'lazy'],
      ['CONFIG_PREEMPT', 'full'],
    ] as const),
    ...([
      ['CONFIG_PREEMPT_VOLUNTARY', 'voluntary'],
      ['CONFIG_PREEMPT_NONE', 'none'],
    ] as const),
  ] as const)
    if (options[option] === 'y') return { mode, source: file };
  const version = machine.text('/proc/version') ?? '';
  if (/ PREEMPT /.test(`${version} `)) return { mode: 'full', source: '/proc/version' };
  return { mode: version.includes('PREEMPT') ? undefined : 'none', source: '/proc/version' };
}

function preemption(machine: Machine): Verdict {
  const version = machine.text('/proc/version');
  if (version === undefined) return machine.missing('/proc/version');
  if (machine.isPreemptRt) return ok(machine.file('/sys/kernel/realtime'), machine.file('/proc/version'));
  const { mode, source } = modeOf(machine);
  const evidence = machine.file('/proc/version');
  if (mode === undefined) return unknown(machine.reasonFor(DEBUG_PREEMPT), evidence);
  const found = { source, value: `preempt=${mode}` };
  return mode === 'full' || mode === 'lazy' ? risk(found, evidence) : problem(found, evidence);
}

const throttling = ofFile(RUNTIME, 'unknown', (text, machine) =>
  when(Number(text) >= 0, 'risk', machine.file(RUNTIME), machine.file(PERIOD)),
);

/** The folder of the scheduler in debugfs proves that a kernel has no fair server. */
function fairServer(machine: Machine): Verdict {
  const found = machine.matching(FAIR_SERVER);
  if (found.length > 0)
    return when(
      found.some(({ text }) => text !== '0'),
      'risk',
      ...machine.grouped(FAIR_SERVER, found),
    );
  const other = '/sys/kernel/debug/sched/verbose';
  if (machine.text(other) !== undefined && machine.facts.root === undefined)
    return ok({ source: FAIR_SERVER, value: 'ENOENT' });
  return machine.missing(other);
}

/** Says that no application is known to compare with. */
function noApplication({ taskName }: Machine): Verdict {
  if (taskName !== undefined)
    return unknown({ en: `no task is named "${taskName}"`, zh: `没有名为 "${taskName}" 的任务` });
  return unknown({
    en: 'no real-time task of a user runs; start the application, or name its task',
    zh: '没有正在运行的用户实时任务；请启动应用程序，或指定其任务名',
  });
}

function applicationPriority(machine: Machine): Verdict {
  const { application } = machine;
  if (!application) return noApplication(machine);
  const evidence = taskEvidence([application]);
  if (!isRealTime(application)) return problem(...evidence);
  return when(application.priority === HIGHEST, 'risk', ...evidence);
}

/** Returns whether two tasks may run on one CPU. */
function mayMeet(a: FactsTask, b: FactsTask): boolean {
  const [ofA, ofB] = [cpusOf(a.cpus ?? ''), cpusOf(b.cpus ?? '')];
  return !ofA?.size || !ofB?.size || overlap(ofA, ofB).length > 0;
}

/** Judges kernel threads that precede the application on a CPU of it. */
const precedes =
  (fits: (task: FactsTask) => boolean) =>
  (machine: Machine): Verdict => {
    const { application } = machine;
    if (!application) return noApplication(machine);
    const before = machine
      .kernelTasks((task) => isRealTime(task) && fits(task))
      .filter((task) => rankOf(task) >= rankOf(application) && mayMeet(task, application))
      .sort((a, b) => rankOf(b) - rankOf(a));
    return when(before.length > 0, 'risk', ...taskEvidence([application]), ...taskEvidence(before));
  };

const isIrqThread = ({ name }: FactsTask): boolean => name.startsWith('irq/');

function memoryLocked(machine: Machine): Verdict {
  const { application } = machine;
  if (!application) return noApplication(machine);
  const { pid, tid, name, locked, swapped = 0, resident } = application;
  const source = `/proc/${pid}/task/${tid}/status`;
  if (locked === undefined || !isRealTime(application))
    return unknown({ en: `${source} was not read for ${name}`, zh: `未读取 ${name} 的 ${source}` });
  const evidence = {
    source,
    value: `${name}: VmLck ${locked} kB, VmSwap ${swapped} kB, VmRSS ${resident ?? '?'} kB`,
  };
  if (swapped > 0) return problem(evidence);
  return when(locked === 0, 'risk', evidence);
}

/** A line that grants a real-time priority: "@realtime - rtprio 95". */
const GRANT = /^[^#\n]*\brtprio\b[^\n]*$/m;

function limits(machine: Machine): Verdict {
  const files = [
    '/etc/security/limits.conf',
    ...machine.matching('/etc/security/limits.d/*').map(({ path }) => path),
  ];
  const granted = files.flatMap((path) => {
    const [line] = GRANT.exec(machine.text(path) ?? '') ?? [];
    return line === undefined ? [] : [{ source: path, value: line.trim().slice(0, 200) }];
  });
  if (granted.length > 0) return ok(...granted);
  if (machine.application && isRealTime(machine.application))
    return ok(...taskEvidence([machine.application]));
  if (machine.text(files[0]!) === undefined) return machine.missing(files[0]!);
  return risk({ source: files[0]!, value: 'no rtprio' });
}

export const schedulingChecks = {
  preemption: { title: 'Preemption of the kernel', zh: '内核抢占', judge: preemption },
  'rt-throttling': { title: 'Real-time throttling', zh: '实时限流', judge: throttling },
  'fair-server': { title: 'Fair server', zh: '公平服务器', judge: fairServer },
  'application-priority': {
    title: 'Priority of the application',
    zh: '应用程序的优先级',
    judge: applicationPriority,
  },
  'irq-thread-priority': {
    title: 'Interrupt threads before the application',
    zh: '先于应用程序的中断线程',
    judge: precedes(isIrqThread),
  },
  'kernel-thread-priority': {
    title: 'Kernel threads before the application',
    zh: '先于应用程序的内核线程',
    judge: precedes((task) => !isIrqThread(task) && !ABOVE_ALL.test(task.name)),
  },
  'memory-locked': {
    title: 'Locked memory of the application',
    zh: '应用程序的锁定内存',
    judge: memoryLocked,
  },
  'rt-limits': { title: 'Right to real-time priorities', zh: '实时优先级权限', judge: limits },
} satisfies Partial<Record<DoctorCheck, Check>>;
