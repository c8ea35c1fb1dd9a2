// Frequency, idle states and heat.
import type { DoctorCheck } from '@rtprobe/protocol';
import { type Check, NOT_IN_COPY, noneFound, unlessFile } from './check.ts';
import type { Machine } from './machine.ts';
import { ok, problem, risk, unknown, type Verdict, when } from './verdict.ts';

const CPU = '/sys/devices/system/cpu';
const POLICY = `${CPU}/cpufreq/policy*`;
/** A state that takes longer to leave is a deep one. */
const SHALLOW_US = 10;
/** What /dev/cpu_dma_latency returns while nobody asks for less. */
const NO_REQUEST_US = 2_000_000_000;
const STATE = /^\/sys\/devices\/system\/cpu\/cpu(\d+)\/cpuidle\/state(\d+)\/latency$/;

/** Judges all CPUs by one file of their frequency policy. */
const ofPolicies =
  (name: string, isGood: (text: string) => boolean, state: 'problem' | 'risk') =>
  (machine: Machine): Verdict => {
    const pattern = `${POLICY}/${name}`;
    const found = machine.matching(pattern);
    if (found.length === 0) return unknown(noneFound(pattern));
    return when(
      found.some(({ text }) => !isGood(text)),
      state,
      ...machine.grouped(pattern, found),
    );
  };

function frequencyRange(machine: Machine): Verdict {
  const pattern = `${POLICY}/scaling_max_freq`;
  const found = machine.matching(pattern);
  const capped = found.filter(({ path, text }) => {
    const most = machine.number(path.replace('scaling_max_freq', 'cpuinfo_max_freq'));
    return most !== undefined && Number(text) < most;
  });
  if (found.length === 0) return unknown(noneFound(pattern));
  const most = machine.grouped(`${POLICY}/cpuinfo_max_freq`);
  return when(capped.length > 0, 'risk', ...machine.grouped(pattern, found), ...most);
}

function turbo(machine: Machine): Verdict {
  const intel = `${CPU}/intel_pstate/no_turbo`;
  const other = `${CPU}/cpufreq/boost`;
  if (machine.text(intel) !== undefined)
    return when(machine.text(intel) === '0', 'risk', machine.file(intel));
  if (machine.text(other) !== undefined)
    return when(machine.text(other) === '1', 'risk', machine.file(other));
  return machine.missing(other);
}

interface DeepState {
  readonly cpu: string;
  readonly name: string;
  readonly latency: number;
}

/** Returns the idle states in use that take long to leave. */
function deepStates(machine: Machine): DeepState[] {
  return Object.keys(machine.facts.files).flatMap((path) => {
    const [, cpu] = STATE.exec(path) ?? [];
    const latency = machine.number(path) ?? 0;
    const folder = path.slice(0, path.lastIndexOf('/'));
    if (cpu === undefined || latency <= SHALLOW_US || machine.text(`${folder}/disable`) === '1') return [];
    return [{ cpu, name: machine.text(`${folder}/name`) ?? '', latency }];
  });
}

const hasStates = (machine: Machine): boolean =>
  Object.keys(machine.facts.files).some((path) => STATE.test(path));

function idleStates(machine: Machine): Verdict {
  const driver = `${CPU}/cpuidle/current_driver`;
  if (machine.parameters.get('idle') === 'poll') return ok(machine.parameter('idle'));
  if (!hasStates(machine)) {
    return machine.text(driver) === undefined ? machine.missing(driver) : ok(machine.file(driver));
  }
  const deep = deepStates(machine);
  const limit = machine.facts.latencyLimit;
  const deepest = deep.reduce<DeepState | undefined>(
    (most, state) => (most && most.latency >= state.latency ? most : state),
    undefined,
  );
  if (!deepest) return ok(machine.file(driver));
  const evidence = {
    source: `${CPU}/cpu${deepest.cpu}/cpuidle/state*/latency`,
    value: `${deepest.name} ${deepest.latency} µs`,
  };
  if (typeof limit === 'number' && limit < deepest.latency)
    return ok(evidence, { source: '/dev/cpu_dma_latency', value: `${limit} µs` });
  return problem(evidence, machine.file(driver));
}

function latencyRequest(machine: Machine): Verdict {
  const { latencyLimit: limit, latencyHolders, unreadableFds } = machine.facts;
  const source = '/dev/cpu_dma_latency';
  if (limit === undefined) return unknown(NOT_IN_COPY);
  const holders = latencyHolders.map(({ pid, name }) => ({
    source: `/proc/${pid}/fd`,
    value: `${name} holds ${source}`,
  }));
  const unread = unreadableFds > 0 ? [{ source: '/proc/*/fd', value: `${unreadableFds} not readable` }] : [];
  if (typeof limit !== 'number')
    return limit.error === 'EACCES' || limit.error === 'EPERM'
      ? unknown(
          {
            en: `${source} may be read by root only; collect as root: sudo rtprobectl doctor --json`,
            zh: `只有 root 可以读取 ${source}；请以 root 收集：sudo rtprobectl doctor --json`,
          },
          ...holders,
        )
      : unknown(noneFound(source));
  const value = limit >= NO_REQUEST_US ? 'no limit' : `${limit} µs`;
  const evidence = [{ source, value }, ...holders, ...unread];
  return when(limit >= NO_REQUEST_US && deepStates(machine).length > 0, 'risk', ...evidence);
}

function idleGovernor(machine: Machine): Verdict {
  const path = [`${CPU}/cpuidle/current_governor`, `${CPU}/cpuidle/current_governor_ro`].find(
    (one) => machine.text(one) !== undefined,
  );
  if (path === undefined) return machine.missing(`${CPU}/cpuidle/current_governor_ro`);
  return when(machine.text(path) === 'ladder', 'risk', machine.file(path));
}

function throttling(machine: Machine): Verdict {
  const patterns = ['core', 'package'].map((what) => `${CPU}/cpu*/thermal_throttle/${what}_throttle_count`);
  const found = patterns.flatMap((pattern) => machine.matching(pattern));
  if (found.length === 0) return unknown(noneFound(patterns[0]!));
  const hot = found.some(({ text }) => Number(text) > 0);
  const evidence = patterns.flatMap((pattern) => machine.grouped(pattern));
  return hot ? risk(...evidence) : ok(...evidence);
}

export const powerChecks = {
  governor: {
    title: 'Frequency governor',
    zh: '频率调节器',
    judge: ofPolicies('scaling_governor', (text) => text === 'performance', 'problem'),
  },
  'energy-preference': {
    title: 'Energy preference',
    zh: '能耗偏好',
    judge: ofPolicies('energy_performance_preference', (text) => text === 'performance', 'risk'),
  },
  'frequency-range': { title: 'Highest frequency', zh: '最高频率', judge: frequencyRange },
  turbo: { title: 'Turbo', zh: '睿频', judge: turbo },
  'idle-states': { title: 'Idle states', zh: '空闲状态', judge: idleStates },
  'latency-request': { title: 'Request for short idle exits', zh: '空闲退出延迟请求', judge: latencyRequest },
  'idle-governor': { title: 'Idle governor', zh: '空闲调节器', judge: idleGovernor },
  'thermal-throttling': { title: 'Thermal throttling', zh: '过热降频', judge: throttling },
  smt: {
    title: 'Simultaneous multithreading (SMT)',
    zh: '同时多线程 (SMT)',
    judge: unlessFile(`${CPU}/smt/active`, 'unknown', (text) => text === '0'),
  },
} satisfies Partial<Record<DoctorCheck, Check>>;
