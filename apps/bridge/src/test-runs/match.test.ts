import type { Measure, Spike, ToolRow } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { matchSamples } from './match.ts';

let number = 0;
const spike = (
  endUs: number,
  valueNs: number,
  pid: number | undefined,
  measure: Measure = 'wakeup_latency',
) =>
  ({
    ...{ id: `7-${++number}`, measure, valueNs, cpu: 1, culprit: 'irq 24', monoNs: String(endUs * 1000) },
    ...(pid !== undefined && { victim: { pid } }),
  }) as Spike;
/** Values and times in µs. */
const row = (tid: number | undefined, ...samples: [value: number, at: number][]): ToolRow => ({
  ...{ number: 0, buckets: [], ...(tid !== undefined && { tid }) },
  samples: samples.map(([value, at]) => ({ valueNs: value * 1000, monoNs: String(at * 1000) })),
});

describe('a sample of a tool', () => {
  it('has the spike of the same wakeup of the same thread', () => {
    const own = spike(9_990, 290_000, 40);
    const others = [spike(9_995, 400_000, 41), spike(9_000, 300_000, 40), spike(10_100, 90_000, 40)];
    expect(matchSamples([row(40, [300, 10_000])], [...others, own])).toMatchObject({
      samples: [{ row: 0, valueNs: 300_000, spike: { id: own.id, valueNs: 290_000, culprit: 'irq 24' } }],
      ...{ listed: 1, matched: 1, otherSpikes: 2 },
    });
  });

  it('has the cycle in which the thread read the clock, rather than the wakeup in it', () => {
    const cycle = spike(10_100, 400_000, 40, 'response_time');
    const [wakeup, before] = [spike(9_990, 90_000, 40), spike(9_600, 900_000, 40, 'response_time')];
    const result = matchSamples([row(40, [300, 10_000])], [before, wakeup, cycle]);
    expect(result).toMatchObject({ samples: [{ spike: { id: cycle.id } }], matched: 1, otherSpikes: 1 });
  });

  it('has the cycle of its own timer if the one before lasted until then', () => {
    const long = spike(20_500, 10_500_000, 40, 'response_time');
    const next = spike(20_600, 2_600_000, 40, 'response_time');
    const { samples } = matchSamples([row(40, [10_000, 20_000], [2_300, 20_300])], [long, next]);
    expect(samples.map(({ spike: found }) => found?.id)).toEqual([long.id, next.id]);
  });

  it('shares a spike with no other sample', () => {
    const only = spike(10_000, 290_000, 40);
    const { samples, matched } = matchSamples([row(40, [300, 10_001], [300, 10_002])], [only]);
    expect(matched).toBe(1);
    expect(samples.map(({ spike: found, why }) => found?.id ?? why)).toEqual([only.id, 'none']);
  });

  it('without a spike of its thread has the largest one meanwhile, as such', () => {
    const late = spike(9_900, 80_000, undefined, 'timer_latency');
    const { samples } = matchSamples(
      [row(40, [300, 10_000])],
      [late, spike(9_950, 70_000, undefined, 'irqsoff')],
    );
    expect(samples).toMatchObject([{ why: 'none', meanwhile: { id: late.id, measure: 'timer_latency' } }]);
    expect(samples[0]!.spike).toBeUndefined();
  });

  it('of which the tool did not state time or thread is not matched, and says why', () => {
    const rows = [{ ...row(40), samples: [{ cycle: 7 }] }, row(undefined, [300, 10_000])];
    const { samples, matched } = matchSamples(rows, [spike(9_990, 290_000, 40)]);
    expect(matched).toBe(0);
    expect(samples.map(({ why }) => why).sort()).toEqual(['no_thread', 'no_time']);
  });

  it('is listed by size, at most 1000', () => {
    const many = row(40, ...Array.from({ length: 1200 }, (_, i): [number, number] => [i + 1, i * 5000]));
    const { samples, listed } = matchSamples([many], []);
    expect([samples.length, samples[0]!.valueNs, listed]).toEqual([1000, 1_200_000, 1200]);
  });
});
