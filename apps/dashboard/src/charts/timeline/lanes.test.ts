import type { Trace } from '@rtprobe/protocol';
import { TRACE_EVENTS } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { activityOf, profileOf } from './activity.ts';
import { pinnedHeight } from './frame.ts';
import {
  fitWindow,
  laneFinder,
  nextEdge,
  panned,
  reaching,
  showing,
  sliceAt,
  ticksOf,
  timelineOf,
  within,
  zoomed,
} from './lanes.ts';

type EventWords = readonly [
  time: number,
  kind: (typeof TRACE_EVENTS)[number],
  number: number,
  pid?: number,
  pid2?: number,
];

function traceOf(events: readonly EventWords[]): Trace {
  const column = (pick: (e: EventWords) => number): number[] => events.map(pick);
  const empty = { time: [], kind: [], number: [], pid: [], pid2: [], arg: [] };
  return {
    ...{ spike: '7-1', originNs: '0', windowFromNs: 1000, windowToNs: 5000, names: {} },
    cpus: [
      { ...empty, cpu: 0, fromNs: 0, toNs: 9000, overwritten: false },
      {
        ...{ cpu: 1, fromNs: 0, toNs: 10_000, overwritten: false, current: 7 },
        time: column((e) => e[0]),
        kind: column((e) => TRACE_EVENTS.indexOf(e[1])),
        number: column((e) => e[2]),
        pid: column((e) => e[3] ?? 0),
        pid2: column((e) => e[4] ?? 0),
        arg: column(() => 0),
      },
    ],
    tasks: { 7: { comm: 'fio', policy: 'SCHED_OTHER', priority: 0, kthread: false } },
  };
}

const trace = traceOf([
  [1000, 'hardirq_entry', 36],
  [2000, 'vector_entry', 0],
  [2200, 'vector_exit', 0],
  [3000, 'hardirq_exit', 36],
  [5000, 'switch', 0, 2, 7],
]);

describe('the timeline of a trace', () => {
  const timeline = timelineOf(activityOf(trace, 1));

  it("begins with the spike's CPU, and has a lane for each context that was seen", () => {
    expect(timeline.lanes.map((l) => `${l.cpu} ${l.context}`)).toEqual([
      '1 hardirq',
      '1 running',
      '0 running',
    ]);
    expect(timeline.lanes.map((l) => l.first)).toEqual([true, false, true]);
    expect(timeline.lanes[0]!.depth).toBe(2);
    expect(timeline.lanes[1]!.top).toBeGreaterThan(1);
    expect(timeline.lanes.map((l) => l.height > 1)).toEqual([true, false, false]);
  });

  it("shows the spike's window with something around it, within what was recorded", () => {
    const span = fitWindow(timeline);
    expect(span.fromNs).toBeLessThanOrEqual(1000);
    expect(span.toNs).toBeGreaterThanOrEqual(5000);
    expect(span.fromNs).toBeGreaterThanOrEqual(0);
  });

  it('finds the innermost slice at a time, and a near one for a pointer that is off', () => {
    const lane = timeline.lanes[0]!;
    expect(sliceAt(lane, 2100, 0)?.kind).toBe('vector');
    expect(sliceAt(lane, 2500, 0)?.label).toBe('irq 36');
    expect(sliceAt(lane, 3100, 200)?.label).toBe('irq 36');
    expect(sliceAt(lane, 4000, 200)).toBeUndefined();
  });

  it('gives every slice that reaches into a span, also one that began long before', () => {
    const labels = [...reaching(timeline.lanes[0]!, { fromNs: 2150, toNs: 2160 })].map((s) => s.label);
    expect(labels).toEqual(['irq 36', 'LOC']);
  });

  it('has pinned tracks at its top: a CPU once, a task with its slices on all CPUs', () => {
    const pins = [
      { track: 'task' as const, number: 2 },
      { track: 'cpu' as const, number: 0 },
      { track: 'cpu' as const, number: 99 },
      { track: 'task' as const, number: 99 },
    ];
    const { lanes, rows } = timelineOf(activityOf(trace, 1), pins);
    expect(lanes.map((l) => `${l.task ?? ''} ${l.cpu ?? ''} ${l.context} ${l.pinned}`)).toEqual([
      '2  running true',
      ' 0 running true',
      ' 1 hardirq false',
      ' 1 running false',
    ]);
    expect(lanes[0]!.slices.map((s) => [s.cpu, s.startNs])).toEqual([[1, 5000]]);
    const last = lanes.at(-1)!;
    expect(rows).toBe(last.top + last.height);
    // As many pinned lanes as fit; 22 px above them.
    expect([48, 47, 200, 0].map((most) => Math.round(pinnedHeight({ lanes }, most)))).toEqual([48, 0, 83, 0]);
    const laneOf = laneFinder({ lanes });
    expect(laneOf(lanes[0]!.slices[0]!)).toBe(lanes[0]);
    expect(laneOf(lanes[2]!.slices[0]!)).toBe(lanes[2]);
    expect(nextEdge({ ...timeline, lanes }, 1000, 1)).toBe(2000);
  });

  it('moves from edge to edge on the CPU of the spike', () => {
    expect(nextEdge(timeline, 1000, 1)).toBe(2000);
    expect(nextEdge(timeline, 5000, -1)).toBe(3000);
    expect(nextEdge(timeline, 10_000, 1)).toBe(10_000);
  });
});

describe('the samples of a timeline', () => {
  const sampled = (...rest: readonly EventWords[]) =>
    activityOf(
      traceOf([
        [100, 'vector_entry', 0],
        [110, 'timer_expiry', 0],
        [120, 'vector_exit', 0],
        [2000, 'vector_entry', 0],
        [2010, 'timer_expiry', 0],
        [2020, 'vector_exit', 0],
        ...rest,
      ]),
      1,
    );

  it('are there if no other interrupt came in the window', () => {
    expect(
      sampled()
        .samples.get(1)
        ?.map(({ at }) => at),
    ).toEqual([110, 2010]);
    expect(sampled([6000, 'vector_entry', 0], [6100, 'vector_exit', 0]).samples.has(1)).toBe(true);
    expect(sampled([4000, 'vector_entry', 0], [4100, 'vector_exit', 0]).samples.has(1)).toBe(false);
  });

  it('that found a task or softirq are always there, and give its slices a profile', () => {
    const activity = activityOf(
      traceOf([
        ...([500, 1500, 2500] as const).flatMap((at): EventWords[] => [
          [at - 10, 'vector_entry', 0],
          [at, 'sample', at === 1500 ? 1 : 0],
          [at, 'timer_expiry', 0],
          [at + 10, 'vector_exit', 0],
        ]),
        [4000, 'vector_entry', 0],
        [4100, 'vector_exit', 0],
        [5000, 'switch', 0, 2, 7],
      ]),
      1,
    );
    expect(activity.samples.get(1)?.map(({ place }) => place)).toEqual([
      { function: '[unknown]' },
      {},
      { function: '[unknown]' },
    ]);
    const [first, second] = activity.index.track(1, 'running');
    // The functions of the two others can differ.
    expect(profileOf(activity, first!)).toEqual({ samples: 3, inside: 1 });
    expect(profileOf(activity, second!)).toBeUndefined();
    expect(activity.index.track(1, 'hardirq').some((slice) => activity.sampledIn.has(slice))).toBe(false);
  });

  it('name the CPUs that have neither', () => {
    expect(sampled().unsampled).toEqual([0]);
    expect(activityOf(trace, 1).unsampled).toEqual([0]);
  });

  it('do not name a CPU whose events do not cover the window', () => {
    const [first, ...rest] = trace.cpus;
    const late = { ...first!, fromNs: 2000 };
    const unsampled = (overwritten: boolean) =>
      activityOf({ ...trace, cpus: [{ ...late, overwritten }, ...rest] }, 1).unsampled;
    expect(unsampled(false)).toEqual([0]);
    expect(unsampled(true)).toEqual([]);
  });
});

describe('what is shown of it', () => {
  const whole = { fromNs: 0, toNs: 10_000 };

  it('keeps the time under the pointer where it is while zooming', () => {
    const span = zoomed({ fromNs: 2000, toNs: 6000 }, 0.5, 3000, whole);
    expect(span).toEqual({ fromNs: 2500, toNs: 4500 });
  });

  it('never leaves what was recorded, and never becomes too short to read', () => {
    expect(zoomed({ fromNs: 0, toNs: 9000 }, 4, 4500, whole)).toEqual(whole);
    expect(panned({ fromNs: 8000, toNs: 9000 }, 5, whole)).toEqual({ fromNs: 9000, toNs: 10_000 });
    expect(panned({ fromNs: 8000, toNs: 9000 }, -50, whole)).toEqual({ fromNs: 0, toNs: 1000 });
    const least = within({ fromNs: 500, toNs: 500 }, whole);
    expect(least.toNs - least.fromNs).toBe(200);
  });

  it('moves to a slice that was searched, and zooms only as far as it must', () => {
    const slice = (startNs: number, endNs: number) => ({
      ...timelineOf(activityOf(trace, 1)).lanes[0]!.slices[0]!,
      startNs,
      endNs,
    });
    const shown = { fromNs: 0, toNs: 4000 };
    expect(showing(slice(1000, 1500), shown, whole)).toBe(shown);
    expect(showing(slice(6000, 6400), shown, whole)).toEqual({ fromNs: 4200, toNs: 8200 });
    expect(showing(slice(1000, 9000), shown, whole)).toEqual({ fromNs: 0, toNs: 10_000 });
    expect(showing(slice(1000, 1010), shown, whole)).toEqual({ fromNs: 505, toNs: 1505 });
  });

  it('has round ticks, counted from the begin of the window', () => {
    expect(ticksOf({ fromNs: 0, toNs: 4000 }, 1000, 4)).toEqual([0, 1000, 2000, 3000, 4000]);
    expect(ticksOf({ fromNs: 900, toNs: 2100 }, 1000, 6)).toEqual([1000, 1200, 1400, 1600, 1800, 2000]);
  });
});
