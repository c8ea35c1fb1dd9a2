import { BUCKET_COUNT, bucketOf } from '@rtprobe/metrics';
import type { Spike, SpikePart } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { exampleSpike } from '../../tests/example-spike.ts';
import { type CpuValues, struckBy, whatIf } from './what-if.ts';

const US = 1000;
const part = (kind: SpikePart['kind'], us: number, more: Partial<SpikePart> = {}): SpikePart => ({
  ...{ kind, number: 0, name: '', label: kind, durationNs: us * US, count: 1 },
  ...more,
});
const irq = (us: number) => part('hardirq', us, { number: 24, name: 'edu', label: 'irq 24' });
const dd = (us: number) => part('irqs_off', us, { name: 'dd', label: 'interrupts disabled', pid: 7 });

let next = 0;
const spike = (cpu: number, ...parts: SpikePart[]): Spike => ({
  ...exampleSpike({ kind: 'hardirq' }),
  ...{ id: `1-${++next}`, measure: 'timer_latency', cpu, parts, thresholdNs: 50 * US },
  valueNs: parts.reduce((sum, { durationNs }) => sum + durationNs, 0),
});

/** Values of a CPU in µs. */
const values = (cpu: number, ...us: number[]): CpuValues => {
  const counts = new Float64Array(BUCKET_COUNT);
  for (const value of us) counts[bucketOf(value * US)]!++;
  return { cpu, max: Math.max(...us) * US, counts };
};

const spikes = [
  spike(0, irq(100), part('unaccounted', 20)),
  spike(0, irq(60), dd(10)),
  spike(1, dd(80), part('unaccounted', 1)),
];
const measured = [values(0, 5, 5, 120, 70), values(1, 6, 81, 90)];

describe('without a cause', () => {
  it('its parts are gone, and all other values stay', () => {
    const { causes, decomposed, thresholdNs } = whatIf(measured, spikes, []);
    expect({ decomposed, thresholdNs }).toEqual({ decomposed: 3, thresholdNs: 50 * US });
    const of = (key: string) => causes.find((cause) => cause.key === key);
    expect(of('irq:24')).toMatchObject({
      ...{ kind: 'irq', label: 'irq 24 edu', spikes: 2, largestNs: 100 * US, largest: spikes[0]!.id },
      ...{ maxNs: 90 * US, over: 2 },
    });
    expect(of('task:dd')).toMatchObject({ spikes: 2, maxNs: 120 * US, over: 3 });
    expect(causes.map(({ key }) => key)).not.toContain('other:unaccounted');
  });

  it('several are struck out together', () => {
    const { without } = whatIf(measured, spikes, ['irq:24', 'task:dd']);
    expect(without).toMatchObject({
      keys: ['irq:24', 'task:dd'],
      spikes: 3,
      over: 1,
      maxNs: 90 * US,
      count: 7,
    });
    const [lowest] = without!.buckets;
    expect(lowest).toEqual([bucketOf(0), 1]);
  });

  it('a CPU loses all of its values', () => {
    const { causes } = whatIf(measured, spikes, []);
    expect(causes.find(({ key }) => key === 'cpu:0')).toMatchObject({ maxNs: 90 * US, over: 2, spikes: 2 });
    expect(whatIf(measured, spikes, ['cpu:0']).without!.count).toBe(3);
  });

  it('nothing is known about values over the threshold that have no parts', () => {
    const bare: Spike = { ...spikes[0]!, id: '1-99', cpu: 1, valueNs: 90 * US, parts: [] };
    expect(whatIf(measured, [...spikes, bare], []).unknown).toBe(1);
    const none = whatIf(measured, [], ['irq:24']);
    expect(none).toMatchObject({ causes: [], unknown: 0, without: { spikes: 0, maxNs: 120 * US } });
    expect(none.composed ?? none.thresholdNs).toBeUndefined();
  });
});

describe('a part belongs', () => {
  it('to its source and to the function that ran in it', () => {
    const timer = part('softirq', 9, {
      number: 1,
      label: 'TIMER',
      callback: { kind: 'timer', function: 'poll+0x1/0x2' },
    });
    expect(struckBy(timer).map(({ key }) => key)).toEqual(['softirq:1', 'function:poll']);
  });

  it('to the interrupt, whether its handler or its thread', () => {
    const thread = part('irq_thread', 9, { number: 24, name: 'edu', label: 'irq 24' });
    expect([irq(1), thread].map((one) => struckBy(one)[0]!.key)).toEqual(['irq:24', 'irq:24']);
  });
});

it('the composed worst case is the sum of the largest parts of one CPU', () => {
  expect(whatIf(measured, spikes, []).composed).toEqual({
    ...{ cpu: 0, sumNs: 130 * US, observedNs: 120 * US, more: 0 },
    parts: [
      { label: 'irq 24 edu', durationNs: 100 * US, spike: spikes[0]!.id },
      { label: 'unaccounted', durationNs: 20 * US, spike: spikes[0]!.id },
      { label: 'interrupts disabled in dd', durationNs: 10 * US, spike: spikes[1]!.id },
    ],
  });
});
