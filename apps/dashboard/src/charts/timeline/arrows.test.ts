import { TRACE_EVENTS, type Trace } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { activityOf } from './activity.ts';
import { arrowsIn, arrowsOfSlice } from './arrows.ts';
import { linksOf, timelineOf } from './lanes.ts';

const code = (kind: (typeof TRACE_EVENTS)[number]) => TRACE_EVENTS.indexOf(kind);
const COUNT = 200;
const STEP = 1000;

/** CPU 0 wakes task 2 on CPU 1 again and again; each time it runs 300 ns later for 100 ns. */
const trace: Trace = {
  ...{ spike: '7-1', originNs: '0', windowFromNs: 0, windowToNs: COUNT * STEP, names: {} },
  cpus: [
    {
      ...{ cpu: 0, fromNs: 0, toNs: COUNT * STEP, overwritten: false, current: 5 },
      time: Array.from({ length: COUNT }, (_, i) => i * STEP + 100),
      kind: Array.from({ length: COUNT }, () => code('waking')),
      number: Array.from({ length: COUNT }, () => 1),
      pid: Array.from({ length: COUNT }, () => 2),
      pid2: Array.from({ length: COUNT }, () => 5),
      arg: Array.from({ length: COUNT }, () => 0),
    },
    {
      ...{ cpu: 1, fromNs: 0, toNs: COUNT * STEP, overwritten: false, current: 0 },
      time: Array.from({ length: 2 * COUNT }, (_, i) => (i >> 1) * STEP + 400 + (i % 2) * 100),
      kind: Array.from({ length: 2 * COUNT }, () => code('switch')),
      number: Array.from({ length: 2 * COUNT }, () => 1),
      pid: Array.from({ length: 2 * COUNT }, (_, i) => (i % 2 === 0 ? 2 : 0)),
      pid2: Array.from({ length: 2 * COUNT }, (_, i) => (i % 2 === 0 ? 0 : 2)),
      arg: Array.from({ length: 2 * COUNT }, () => 0),
    },
  ],
  tasks: {},
};
const timeline = timelineOf(activityOf(trace, 1));
const none = new Set<never>();
const firstMs = (us: number) => ({ fromNs: 0, toNs: us * STEP });

describe('the arrows of a timeline that are drawn', () => {
  it('are all where there is room, with the lanes of their ends', () => {
    const { drawn, hidden } = arrowsIn(timeline, firstMs(20), 1000, none);
    expect([drawn.length, hidden]).toEqual([20, 0]);
    const { from, to, look } = drawn[0]!;
    expect([from?.cpu, to?.cpu, look]).toEqual([0, 1, 'plain']);
  });

  it('are none but the important ones where there is none; the others are counted', () => {
    const chain = new Set([timeline.arrows[150]!]);
    const { drawn, hidden } = arrowsIn(timeline, timeline.whole, 1000, chain);
    expect(drawn.map(({ arrow, look }) => [timeline.arrows.indexOf(arrow), look])).toEqual([[150, 'chain']]);
    expect(hidden).toBe(COUNT - 1);
  });

  it('have an end in the picture; only the chain passes through', () => {
    const between = { fromNs: 200, toNs: 390 };
    expect(arrowsIn(timeline, between, 1000, none).drawn).toEqual([]);
    const chain = new Set([timeline.arrows[0]!]);
    expect(arrowsIn(timeline, between, 1000, chain).drawn.length).toBe(1);
    expect(arrowsIn(timeline, { fromNs: 500, toNs: 900 }, 1000, chain).drawn).toEqual([]);
  });

  it('of a slice are those that begin or end in it', () => {
    const found = arrowsOfSlice(timeline, timeline.whole, timeline.arrows[3]!.to.slice);
    expect(found.map(({ arrow, look }) => [timeline.arrows.indexOf(arrow), look])).toEqual([[3, 'active']]);
    // One task wakes the other all the time.
    expect(arrowsOfSlice(timeline, timeline.whole, timeline.arrows[3]!.from.slice).length).toBe(100);
  });

  it('are one where they would cover each other', () => {
    const { drawn, hidden } = arrowsIn(timeline, firstMs(8), 8, none);
    expect([drawn.length, hidden]).toEqual([3, 0]);
  });

  it('keep the end that the picture has if the other lane is left out of it', () => {
    const lanes = timeline.lanes.filter((lane) => lane.cpu === 0);
    const { drawn } = arrowsIn(
      { ...timeline, lanes, links: linksOf(timeline, lanes) },
      firstMs(5),
      1000,
      none,
    );
    expect(drawn.map(({ from, to }) => [from?.cpu, to?.cpu])).toEqual(Array(5).fill([0, undefined]));
  });
});
