import { TRACE_EVENTS, type Trace } from '@rtprobe/protocol';
import { arrowsOfChain } from '@rtprobe/trace';
import { describe, expect, it } from 'vitest';
import { activityOf } from './activity.ts';
import { timelineOf } from './lanes.ts';
import { legendOf } from './legend.ts';

type EventWords = readonly [
  time: number,
  kind: (typeof TRACE_EVENTS)[number],
  number: number,
  pid: number,
  pid2: number,
];

/** A timer interrupt of the probe on CPU 1 wakes task 2, which runs there. CPU 0 has events from 4000 on. */
const events: readonly EventWords[] = [
  [1000, 'vector_entry', 0, 0, 0],
  [1100, 'timer_expiry', 0, 0, 0],
  [1200, 'waking', 1, 2, 5],
  [1300, 'vector_exit', 0, 0, 0],
  [2000, 'switch', 0, 2, 5],
  [3000, 'switch', 1, 5, 2],
];
const empty = { time: [], kind: [], number: [], pid: [], pid2: [], arg: [] };
const trace: Trace = {
  ...{ spike: '7-1', originNs: '0', windowFromNs: 1200, windowToNs: 2000, names: {}, tasks: {} },
  cpus: [
    {
      ...{ cpu: 1, fromNs: 0, toNs: 9000, overwritten: false, current: 5 },
      time: events.map(([time]) => time),
      kind: events.map(([, kind]) => TRACE_EVENTS.indexOf(kind)),
      number: events.map(([, , number]) => number),
      pid: events.map(([, , , pid]) => pid),
      pid2: events.map(([, , , , pid2]) => pid2),
      arg: events.map(() => 0),
    },
    { ...empty, cpu: 0, fromNs: 4000, toNs: 9000, overwritten: true, current: 0 },
  ],
};
const activity = activityOf(trace, 1);
const legend = (
  fromNs: number,
  toNs: number,
  pins = false,
  chain = new Set<(typeof activity.arrows)[number]>(),
) =>
  legendOf(
    { timeline: timelineOf(activity, pins ? [{ track: 'cpu', number: 0 }] : []), victim: 2, chain },
    { fromNs, toNs },
  ).map(({ sign }) => sign);

describe('the legend of a timeline', () => {
  it('has what the span contains and nothing else', () => {
    expect(legend(4500, 8000)).toEqual(['task', 'idle']);
    expect(legend(900, 2100)).toEqual(['vector', 'task', 'victim', 'sample', 'unknown']);
  });

  it('has the arrows, those of the chain apart', () => {
    trace.cpus[1]!.overwritten = false;
    const whole = activityOf(trace, 1);
    const step = { from: { cpu: 1 }, to: { pid: 2 }, how: 'woke', at: 1200, durationNs: 800 };
    const chain = arrowsOfChain(whole.arrows, [step as never]);
    expect(chain.size).toBe(1);
    const signs = (of: typeof chain) =>
      legendOf({ timeline: timelineOf(whole), victim: 2, chain: of }, { fromNs: 900, toNs: 2100 }).map(
        ({ sign }) => sign,
      );
    expect(signs(new Set())).toContain('woke');
    expect(signs(new Set())).not.toContain('chain');
    expect(signs(chain)).toContain('chain');
  });

  it('has the markers of programs', () => {
    const [cpu] = trace.cpus;
    const at = {
      time: [1500],
      kind: [TRACE_EVENTS.indexOf('marker')],
      number: [1],
      pid: [2],
      pid2: [0],
      arg: [0],
    };
    const marked = activityOf({ ...trace, cpus: [{ ...cpu!, ...at }], names: { 'marker 1': 'cycle 7' } }, 1);
    expect(marked.markers.get(1)?.map(({ label }) => label)).toEqual(['cycle 7']);
    const legends = (fromNs: number, toNs: number) =>
      legendOf({ timeline: timelineOf(marked), victim: 2, chain: new Set() }, { fromNs, toNs });
    expect(legends(1400, 1600)).toContainEqual({ sign: 'marker', text: 'marker of a program' });
    expect(legends(1600, 1700).map(({ sign }) => sign)).not.toContain('marker');
  });

  it('explains what a pinned track has', () => {
    expect(legend(4500, 8000, true)).toEqual(['task', 'idle', 'pinned']);
  });
});
