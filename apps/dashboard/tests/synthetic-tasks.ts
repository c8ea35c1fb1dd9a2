// Made-up tasks of the synthetic host, with the time that interrupts took from them.
import { random } from '@rtprobe/metrics';
import type { SourceInfo, TaskCycles, TaskStat } from '@rtprobe/protocol';
import { HOSTILE, VICTIMS } from './scenarios.ts';

const NAMES = [...VICTIMS, 'postgres', 'kworker/u8:2', 'rcu_preempt', 'ktimers/1', 'sshd', 'jackd', 'node'];

function makeCycles(rng: () => number): TaskCycles {
  const count = 60_000;
  const time = (meanNs: number) => ({
    sumNs: Math.round(count * meanNs),
    maxNs: Math.round(meanNs * (3 + 5 * rng())),
  });
  return {
    ...{ count, periodNs: 1_000_000, spreadNs: 4_000 },
    ...{
      late: time(9_000),
      ran: time(310_000),
      interrupted: time(6_000),
      waited: time(2_000),
      blocked: time(0),
    },
    unsafe: {
      waits: [
        { wait: 'futex', count: 214, sumNs: 96_000_000, maxNs: 8_412_000 },
        { wait: 'page_fault_io', count: 3, sumNs: 2_100_000, maxNs: 1_204_000 },
      ],
      ...{ minorFaults: 71, majorFaults: 3, inversions: 2, longestInversionNs: 8_412_000 },
      memory: { mappedKb: 48_120, lockedKb: 0, locksFuture: false },
    },
  };
}
const ID = '3f2a1b9c0d1e4f5a6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c';
const POD = 'kubepods-burstable-pod6d4b75cb_1a2b_4c3d_8e9f_0a1b2c3d4e5f.slice';
const CGROUPS = [
  '/system.slice/cnc.service',
  `/machine.slice/libpod-${ID}.scope/container`,
  `/kubepods.slice/kubepods-burstable.slice/${POD}/cri-containerd-${ID}.scope`,
  '/user.slice/user-1000.slice/session-3.scope',
  '/my/own/group',
];

export function makeTasks(count: number, sources: readonly SourceInfo[], hostile: boolean): TaskStat[] {
  const rng = random(11);
  const lines = sources.filter((s) => s.measure !== 'timer_latency');
  return Array.from({ length: count }, (_, i) => {
    const comm = hostile ? HOSTILE[i % HOSTILE.length]! : NAMES[i % NAMES.length]!;
    const rt = comm === 'cyclictest' || comm === 'jackd';
    const stolen = lines
      .filter(() => rng() < 4 / lines.length)
      .map(({ measure, number, name, label }) => {
        const calls = 1 + Math.floor(rng() * 5000);
        return {
          measure,
          number,
          name,
          label,
          count: calls,
          sumNs: calls * 6_000,
          maxNs: 9_000 + rng() * 2e5,
        };
      })
      .sort((a, b) => b.sumNs - a.sumNs);
    const task = {
      pid: 300 + i * 7,
      tgid: 300 + i * 7 - (i % 3),
      startNs: String(81_234_567_890 + i * 1e9),
      comm,
      policy: rt ? 'SCHED_FIFO' : 'SCHED_OTHER',
      priority: rt ? 95 : 0,
      nice: 0,
      kthread: /^(kworker|rcu|ktimers)/.test(comm),
      ...(!/^(kworker|rcu|ktimers|irq)/.test(comm) && { cgroup: CGROUPS[i % CGROUPS.length]! }),
    };
    return {
      task,
      exited: i % 17 === 16,
      runtimeNs: Math.round(rng() ** 3 * 60e9),
      runs: Math.round(rng() * 1e5),
      stolenNs: stolen.reduce((sum, s) => sum + s.sumNs, 0),
      stolen,
      lastCpu: i % 8,
    };
  })
    .sort((a, b) => b.stolenNs - a.stolenNs)
    .map((stat, i) => (i === 0 ? { ...stat, cycles: makeCycles(rng) } : stat));
}
