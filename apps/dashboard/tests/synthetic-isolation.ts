// Made-up interruptions of the isolated CPUs of a synthetic host.
import type { Expectation, Interference, IsolatedCpu, Isolation, Spike, TaskInfo } from '@rtprobe/protocol';
import type { SyntheticHost } from './synthetic.ts';

const task = (pid: number, comm: string, kthread: boolean): TaskInfo => ({
  ...{ pid, tgid: pid, startNs: '81234567890', comm, policy: 'SCHED_OTHER', priority: 0, nice: 0, kthread },
});

const LOC = {
  kind: 'vector',
  measure: 'vector_duration',
  number: 0,
  name: 'local timer',
  label: 'LOC',
} as const;

/** Interruptions of CPU 3; the ages are in seconds. */
function noisy(until: number, spike: string | undefined): Interference[] {
  const ago = (seconds: number) => until - seconds * 1e6;
  const kworker = task(71, 'kworker/3:1', true);
  return [
    {
      ...{ ...LOC, count: 214, totalNs: 1_284_000, worstNs: 31_000, lastAt: ago(4) },
      function: 'tick_nohz_handler',
      ...(spike !== undefined && { spike }),
    },
    {
      ...{ kind: 'vector', measure: 'vector_duration', number: 1, name: 'reschedule', label: 'RES' },
      ...{ count: 9, totalNs: 8_100, worstNs: 1_400, lastAt: ago(41) },
    },
    {
      ...{
        kind: 'vector',
        measure: 'vector_duration',
        number: 3,
        name: 'function call, single',
        label: 'CAL',
      },
      ...{ count: 31, totalNs: 99_000, worstNs: 6_000, lastAt: ago(12), function: 'flush_tlb_func' },
      sender: { cpu: 0, task: { pid: 226, comm: 'stress-ng' }, function: 'tlb_finish_mmu' },
    },
    {
      ...{ kind: 'softirq', measure: 'softirq_duration', number: 1, name: 'TIMER', label: 'TIMER' },
      ...{ count: 18, totalNs: 90_000, worstNs: 9_000, lastAt: ago(41) },
    },
    {
      ...{ kind: 'hardirq', measure: 'hardirq_duration', number: 24, name: 'rtprobe-edu', label: 'irq 24' },
      ...{ count: 2, totalNs: 412_000, worstNs: 208_000, lastAt: ago(95) },
    },
    {
      ...{ kind: 'kthread', number: 71, name: kworker.comm, label: kworker.comm, task: kworker },
      ...{ count: 6, totalNs: 72_000, lastAt: ago(41) },
    },
    {
      ...{ kind: 'kthread', number: 31, name: 'migration/3', label: 'migration/3' },
      ...{ task: task(31, 'migration/3', true), count: 1, totalNs: 4_000 },
    },
    {
      ...{ kind: 'stop', number: 0, name: 'steal', label: 'steal' },
      ...{ count: 1, totalNs: 2_100_000, worstNs: 2_100_000, lastAt: ago(300) },
    },
  ];
}

/** Returns a spike of the local timer on CPU 3 that breaks an expectation. */
export function breachOf(host: SyntheticHost, text: string): Spike {
  const own = task(813, 'control-loop', false);
  const part = { kind: 'vector', ...{ number: 0, name: LOC.name, label: LOC.label, count: 1 } } as const;
  return {
    ...{ id: `a1-${90_000 + host.spikes.length}`, host: 'synthetic', time: host.time, monoNs: '0', cpu: 3 },
    ...{ measure: LOC.measure, number: 0, name: LOC.name, label: LOC.label, valueNs: 31_000, thresholdNs: 1 },
    ...{ mode: 'user', task: own, stack: [], rule: 1, breaks: text, culprit: 'LOC local timer' },
    parts: [
      {
        ...part,
        durationNs: 24_000,
        callback: { kind: 'hrtimer', function: 'tick_nohz_handler' },
      },
      { ...part, durationNs: 7_000 },
    ],
    sentence: 'The local timer interrupt (LOC) ran on CPU 3 for 31 µs.',
  };
}

/** `expected`: rules of the host that are expectations. `cpus`: further CPUs, as a list. */
export function syntheticIsolation(
  host: SyntheticHost,
  expected: readonly Pick<Expectation, 'id' | 'text' | 'cpus' | 'aboveNs'>[],
  cpus: string,
): Isolation {
  const { scenario, time: until, startedAt: since } = host;
  const isAway = scenario.state === 'offline';
  const isolated = scenario.isolated ?? [];
  const incident = host.incidents().findLast(({ breaks }) => breaks !== undefined);
  const spike = host.spikes.findLast((one) => one.breaks !== undefined)?.id;
  const common = { ownTimerPerSecond: 0, ownTimerCount: 0, ownCost: { events: 812, timeNs: 204_000 } };
  const list: IsolatedCpu[] = isolated.map((cpu, i) => {
    const interference = i === 0 ? [] : noisy(until, spike);
    const [newest] = interference;
    return {
      ...{ ...common, cpu, why: ['isolcpus', 'nohz_full', 'passive'], interference },
      quietSince: newest?.lastAt ?? since - 11_520e6,
      ...(newest && { brokenBy: { kind: newest.kind, label: newest.label, name: newest.name } }),
      ownTask: task(812 + i, 'control-loop', false),
      ...(host.isCutOff && { unseen: { why: 'disconnected', at: until } }),
    };
  });
  for (const word of cpus === '' ? [] : cpus.split(',')) {
    const cpu = Number(word);
    if (isolated.includes(cpu) || cpu >= scenario.cpus) continue;
    list.push({
      ...{ cpu, why: ['chosen'], quietSince: until, unseen: { why: 'own_timer', at: until } },
      ...{ ownTimerPerSecond: 1000, ownTimerCount: Math.round((until - since) / 1000) },
      interference: [
        { ...LOC, count: 90_210, ownCount: 61_000, totalNs: 310e6, worstNs: 61_000, lastAt: until },
      ],
    });
  }
  return {
    host: 'synthetic',
    ...{ since, watchedSince: since, online: `0-${scenario.cpus - 1}`, gaps: [] },
    ...(!isAway && { until }),
    cpus: isAway ? [] : list.sort((a, b) => a.cpu - b.cpu),
    expectations: expected.map((one) => {
      const isBroken = incident?.breaks?.includes(one.text) === true;
      return {
        ...{ ...one, breaches: isBroken ? 214 : 0, uncaptured: isBroken ? 201 : 0, others: isBroken ? 1 : 0 },
        brokenOn: isBroken ? [3] : [],
        ...(isBroken && {
          last: {
            ...{ incident: incident.id, time: incident.time, cpu: 3, valueNs: incident.valueNs },
            sentence: incident.sentence,
            ...(incident.zh && { zh: incident.zh.sentence }),
          },
        }),
      };
    }),
  };
}
