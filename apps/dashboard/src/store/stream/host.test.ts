import { bucketOf } from '@rtprobe/metrics';
import {
  type FrameHeader,
  FrameKind,
  type FrameRow,
  type HostInfo,
  type Incident,
  type RowInfo,
  type SourceInfo,
  type Spike,
} from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { readDetail } from '../reading/read-host.ts';
import { Host } from './host.ts';

const START = 1_790_000_000_000_000;
const SPAN = 100_000;

const info: HostInfo = { host: 'h', index: 0, state: 'live', since: START, history: false };

function source(id: number, measure: SourceInfo['measure'], number: number, name = ''): SourceInfo {
  return { id, measure, number, name, label: `irq ${number}`, threaded: false, retired: false };
}

const sources = [source(0, 'timer_latency', 0), source(1, 'hardirq_duration', 36, 'disk')];
const rows: RowInfo[] = [
  { row: 0, source: 0, cpu: 0 },
  { row: 1, source: 0, cpu: 1 },
  { row: 2, source: 1, cpu: 1 },
];

function rowOf(row: number, values: readonly number[]): FrameRow {
  const counts = new Map<number, number>();
  for (const v of values) counts.set(bucketOf(v), (counts.get(bucketOf(v)) ?? 0) + 1);
  const buckets = [...counts].sort(([a], [b]) => a - b);
  return {
    row,
    count: values.length,
    sum: values.reduce((a, b) => a + b, 0),
    min: Math.min(...values),
    max: Math.max(...values),
    none: 0,
    buckets: buckets.length,
    bucketIndex: Uint16Array.from(buckets, ([b]) => b),
    bucketCount: Float64Array.from(buckets, ([, c]) => c),
  };
}

class Feed {
  readonly host = new Host(info);
  seq = 0;
  time = START;
  epoch = 1;

  constructor() {
    this.host.setSources(sources, rows);
  }

  send(kind: FrameKind, frameRows: readonly FrameRow[], change: Partial<FrameHeader> = {}) {
    const header: FrameHeader = {
      kind,
      host: 0,
      seq: this.seq++,
      time: this.time,
      spanUs: kind === FrameKind.delta ? SPAN : 0,
      epoch: this.epoch,
      ...change,
    };
    this.host.begin(header);
    for (const row of frameRows) this.host.row(row);
    return this.host.end();
  }

  key(...frameRows: FrameRow[]) {
    return this.send(FrameKind.keyframe, frameRows);
  }

  delta(...frameRows: FrameRow[]) {
    this.time += SPAN;
    return this.send(FrameKind.delta, frameRows);
  }

  total(measure: SourceInfo['measure'], cpu = -1) {
    return this.host.series(measure, cpu)!.total;
  }
}

describe('a host', () => {
  it('takes totals from a keyframe and adds deltas, merged and by CPU', () => {
    const feed = new Feed();
    feed.key(rowOf(0, [1000, 2000]), rowOf(1, [500]));
    feed.delta(rowOf(1, [9000, 700]), rowOf(2, [40_000]));
    expect([feed.total('timer_latency').count, feed.total('timer_latency').max]).toEqual([5, 9000]);
    expect([feed.total('timer_latency', 1).count, feed.total('timer_latency', 0).max]).toEqual([3, 2000]);
    expect(feed.total('timer_latency').buckets.reduce((a, b) => a + b)).toBe(5);
    expect(feed.host.sources.get(1)!.total.max).toBe(40_000);
    expect([...feed.host.sources.get(0)!.cpus]).toEqual([
      [0, 2],
      [1, 3],
    ]);
  });

  it('says where and when the worst came, and not when it was there before', () => {
    const feed = new Feed();
    feed.key(rowOf(0, [5000]));
    const series = feed.host.series('timer_latency', -1)!;
    expect([series.worstCpu, series.worstAt]).toEqual([0, undefined]);
    feed.delta(rowOf(1, [8000]));
    expect([series.worstCpu, series.worstAt]).toEqual([1, feed.time]);
  });

  it('uses no delta before a keyframe', () => {
    const feed = new Feed();
    expect(feed.delta(rowOf(0, [1000]))).toBe('needs-keyframe');
    expect(feed.total('timer_latency').count).toBe(0);
  });

  it('asks for a keyframe when a frame is missing, and then goes on', () => {
    const feed = new Feed();
    feed.key(rowOf(0, [1000]));
    feed.seq++;
    expect(feed.delta(rowOf(0, [1000]))).toBe('needs-keyframe');
    expect(feed.delta(rowOf(0, [1000]))).toBe('needs-keyframe');
    expect(feed.key(rowOf(0, [1000, 1000, 1000]))).toBe('applied');
    expect(feed.total('timer_latency').count).toBe(3);
  });

  it('replaces everything with a keyframe, rows it does not list are empty', () => {
    const feed = new Feed();
    feed.key(rowOf(0, [1000]), rowOf(2, [7000]));
    feed.key(rowOf(0, [1000, 3000]));
    expect(feed.total('hardirq_duration').count).toBe(0);
    expect(feed.host.sources.get(1)!.total.count).toBe(0);
    expect(feed.total('timer_latency').count).toBe(2);
  });

  it('draws what a keyframe in place of a delta holds beyond what was known', () => {
    const feed = new Feed();
    feed.key(rowOf(0, [1000]));
    feed.delta(rowOf(0, [1200]));
    feed.time += SPAN;
    feed.key(rowOf(0, [1000, 1200, 5000, 900]));
    const tier = feed.host.series('timer_latency', -1)!.tiers[0]!;
    // One value of the previous delta is in the same column of 200 ms.
    expect([tier.count(tier.last), tier.max(tier.last)]).toEqual([1 + 2, 5000]);
  });

  it('draws nothing twice when a keyframe only repeats', () => {
    const feed = new Feed();
    feed.key();
    feed.delta(rowOf(0, [1000]));
    feed.key(rowOf(0, [1000]));
    const tier = feed.host.series('timer_latency', -1)!.tiers.at(-1)!;
    expect(tier.count(tier.last)).toBe(1);
  });

  it('notes a gap where time jumps and leaves it uncovered', () => {
    const feed = new Feed();
    feed.key();
    feed.delta(rowOf(0, [1000]));
    const before = feed.time;
    feed.time += 5_000_000;
    feed.delta(rowOf(0, [1000]));
    expect(feed.host.gaps).toEqual([{ from: before, to: feed.time - SPAN, reason: 'no frames' }]);
    const tier = feed.host.series('timer_latency', -1)!.tiers[1]!;
    const covered = Array.from({ length: tier.last - tier.first + 1 }, (_, i) =>
      tier.covered(tier.first + i),
    );
    expect(covered.filter((c) => !c).length).toBeGreaterThanOrEqual(4);
  });

  it('starts totals over in a new epoch and keeps what was drawn', () => {
    const feed = new Feed();
    feed.key();
    feed.delta(rowOf(0, [90_000]));
    feed.epoch = 2;
    expect(feed.delta(rowOf(0, [1000]))).toBe('needs-keyframe');
    feed.key(rowOf(0, [1000]));
    expect([feed.total('timer_latency').count, feed.total('timer_latency').max]).toEqual([1, 1000]);
    const tier = feed.host.series('timer_latency', -1)!.tiers[1]!;
    expect(tier.max(tier.last)).toBe(90_000);
  });

  it('forgets what lies in the future when a recording is wound back', () => {
    const feed = new Feed();
    feed.key();
    for (let i = 0; i < 50; i++) feed.delta(rowOf(0, [1000]));
    feed.time = START + 500_000;
    feed.key(rowOf(0, [1000]));
    const series = feed.host.series('timer_latency', -1)!;
    expect(series.tiers[0]!.empty).toBe(true);
    expect(feed.host.time).toBe(START + 500_000);
  });

  /** Spikes of the first and of the last second of five, each an incident; then the clock is in the first second again. */
  const withSpikes = (feed: Feed): void => {
    feed.key();
    for (let i = 0; i < 50; i++) feed.delta(rowOf(0, [1000]));
    const spike = (id: string, time: number) => ({ id, time }) as Spike;
    const both = [spike('7-1', START + 100_000), spike('7-2', START + 4_900_000)];
    feed.host.spikes.merge(both);
    feed.host.incidents.merge(both.map(({ id, time }) => ({ id, time }) as Incident));
    feed.time = START + 500_000;
    feed.key(rowOf(0, [1000]));
  };

  it('keeps every spike and incident when the clock of a live host is set back', () => {
    const feed = new Feed();
    withSpikes(feed);
    expect(feed.host.spikes.all.map(({ id }) => id)).toEqual(['7-1', '7-2']);
    expect(feed.host.incidents.all.map(({ id }) => id)).toEqual(['7-1', '7-2']);
  });

  it('keeps the spikes and incidents up to the position that a recording is wound back to', () => {
    const feed = new Feed();
    feed.host.setInfo({ ...info, state: 'replay' });
    withSpikes(feed);
    expect(feed.host.spikes.all.map(({ id }) => id)).toEqual(['7-1']);
    expect(feed.host.incidents.all.map(({ id }) => id)).toEqual(['7-1']);
  });

  it('counts rows nobody described instead of guessing', () => {
    const feed = new Feed();
    feed.key(rowOf(9, [1000]));
    expect(feed.host.unknownRows).toBe(1);
  });

  it('keeps a source over a new list, but not one whose number now means something else', () => {
    const feed = new Feed();
    feed.key(rowOf(2, [7000]));
    feed.host.setSources([sources[0]!, { ...sources[1]!, affinity: '1' }], rows);
    expect(feed.host.sources.get(1)!.total.count).toBe(1);
    feed.host.setSources([sources[0]!, source(1, 'hardirq_duration', 42, 'net')], rows);
    expect(feed.host.sources.get(1)!.total.count).toBe(0);
  });

  it('gives a CPU beyond the first ones a history only when it is chosen', () => {
    const host = new Host(info);
    const many = Array.from({ length: 12 }, (_, cpu) => ({ row: cpu, source: 0, cpu }));
    host.setSources(sources, many);
    const held = (...cpus: number[]) => cpus.map((cpu) => host.series('timer_latency', cpu) !== undefined);
    expect(held(-1, 3, 4, 10)).toEqual([true, true, false, false]);
    expect([host.keepCpuHistory(10), host.keepCpuHistory(10), host.keepCpuHistory(99)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(held(3, 10, 11)).toEqual([true, true, false]);
    host.keepCpuHistory(11);
    expect(held(3, 10, 11)).toEqual([true, false, true]);
  });

  it('holds histograms of single rows only where it is looked at closely', () => {
    const feed = new Feed();
    feed.key(rowOf(0, [5000]), rowOf(2, [7000]));
    expect(feed.host.rows().map((r) => [r.cpu, r.count, r.max, r.detail])).toEqual([
      [0, 1, 5000, undefined],
      [1, 0, 0, undefined],
      [1, 1, 7000, undefined],
    ]);
    expect(feed.host.setDetailScope({ cpu: 1 })).toBe(true);
    expect(feed.host.setDetailScope({ cpu: 1 })).toBe(false);
    expect(readDetail(feed.host)).toBeUndefined();
    feed.key(rowOf(0, [5000]), rowOf(2, [7000, 7000]));
    feed.delta(rowOf(2, [9000]));
    const rows = readDetail(feed.host)!.rows;
    expect(rows.map((r) => [r.info.id, r.count, r.max, r.total.count])).toEqual([
      [0, 0, 0, 0],
      [1, 3, 9000, 3],
    ]);
  });

  it('draws nothing of a source from before it was looked at as if it had just happened', () => {
    const feed = new Feed();
    feed.key(rowOf(2, [7000]));
    feed.delta(rowOf(2, [7000]));
    feed.host.setDetailScope({ sources: [1] });
    feed.key(rowOf(2, [7000, 7000]));
    const series = feed.host.seriesOf(1)!;
    expect([series.total.count, series.worstAt, series.tiers[0]!.empty]).toEqual([2, undefined, true]);
    feed.delta(rowOf(2, [9000]));
    const tier = series.tiers[0]!;
    expect([tier.count(tier.last), tier.max(tier.last)]).toEqual([1, 9000]);
    feed.host.setDetailScope(undefined);
    expect(feed.host.seriesOf(1)).toBeUndefined();
  });
});
