import { Measure } from '@rtprobe/abi';
import { expect, it } from 'vitest';
import type { RunDelay } from '../evidence/run-delays.ts';
import { HostState } from './host-state.ts';

/** Returns the time that the host did not run the CPU, of a spike of 20 ms whose virtual CPU waited or slept for all of it. */
function hostTime(measure: number, asleep: boolean): number {
  const state = new HostState(
    () => 'a',
    (code, detail) => expect.unreachable(`${code}: ${detail}`),
  );
  // Both clocks are the same.
  state.runDelays.clock.add(1_000_000_000n, 999_999, 1_000_000.1);
  const delay: RunDelay = { cpu: 1, untilUs: 1_050_000, spanUs: 0, delayUs: 40_000, asleep };
  state.runDelays.add([delay]);
  const spike = state.applySpike({ id: 1n, time: 1_040_000_000n, valueNs: 20_000_000n, measure, cpu: 1 });
  return spike?.hostDelayNs ?? 0;
}

const measures = Object.entries(Measure);
const withTime = (asleep: boolean) =>
  measures.filter(([, measure]) => hostTime(measure, asleep) > 0).map(([name]) => name);

it('a virtual CPU that sleeps waits for its host only where a kernel always has work', () => {
  expect(withTime(true)).toEqual(
    [
      ...['timerLatency', 'threadLatency', 'hardirqDuration', 'vectorDuration', 'irqsoff', 'preemptoff'],
    ].toSorted(byMeasure),
  );
});

it('one that waits counts in every value that is one stretch of time of its CPU', () => {
  const all = measures.map(([name]) => name);
  const without = [
    ...['irqlineOff', 'stolen', 'softirqDuration', 'irqThreadDuration'],
    ...['hrtimerDuration', 'timerDuration', 'workDuration', 'taskletDuration', 'napiDuration'],
  ];
  expect(withTime(false)).toEqual(all.filter((name) => !without.includes(name)));
});

const byMeasure = (a: string, b: string): number =>
  Measure[a as keyof typeof Measure] - Measure[b as keyof typeof Measure];
