// For tests: spikes and incidents with the given fields.
import type { Incident, Spike } from '@rtprobe/protocol';

let next = 0;

export function spike(change: Partial<Spike> & { comm?: string } = {}): Spike {
  const { comm = 'fio', ...rest } = change;
  next++;
  return {
    id: `s${next}`,
    host: 'h',
    time: next * 1_000_000,
    monoNs: '1',
    measure: 'hardirq_duration',
    valueNs: 300_000,
    thresholdNs: 250_000,
    cpu: 1,
    number: 36,
    name: 'disk',
    label: 'irq 36',
    mode: 'user',
    task: {
      pid: 1,
      tgid: 1,
      startNs: '1',
      comm,
      policy: 'SCHED_OTHER',
      priority: 0,
      nice: 0,
      kthread: false,
    },
    stack: [],
    sentence: '',
    culprit: 'irq 36 disk',
    ...rest,
  };
}

/** An incident of these spikes, the first of them the primary. */
export function incident(change: Partial<Incident> = {}, spikes: readonly Spike[] = [spike()]): Incident {
  const [primary] = spikes;
  return {
    ...{ id: primary!.id, host: 'h', time: primary!.time, until: spikes.at(-1)!.time },
    ...{ valueNs: Math.max(...spikes.map(({ valueNs }) => valueNs)), cpus: [primary!.cpu] },
    ...{ origin: 'linux', primary: primary!.id, measure: primary!.measure, culprit: primary!.culprit },
    ...{ sentence: '', symptoms: spikes.map(({ id }) => id) },
    ...change,
  };
}
