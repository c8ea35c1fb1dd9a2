import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Incident } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { EDGES } from './edges.ts';
import { families } from './families.ts';
import { Metrics } from './metrics.ts';
import { CountingHost } from './testing.ts';

const MINUTE = 60e6;
const START = 29_000_000 * MINUTE;

function start(top = 20) {
  const host = new CountingHost();
  host.addSource(1, 'timer_latency', 'timer');
  for (const id of [2, 3, 4]) host.addSource(id, 'hardirq_duration', `irq ${id}`, `dev${id}`);
  const metrics = new Metrics(top);
  const write = (cpus = false) => metrics.write([host.view], { format: 'openmetrics', cpus }).toString();
  /** Returns the value of the sample whose labels contain all of these. */
  const sample = (name: string, ...labels: string[]) => {
    const lines = write(labels.some((label) => label.startsWith('cpu='))).split('\n');
    const found = lines.filter(
      (line) => line.startsWith(`${name}{`) && labels.every((l) => line.includes(l)),
    );
    expect(found.length).toBeLessThan(2);
    return found.length === 0 ? undefined : Number(found[0]!.split(' ').at(-1));
  };
  const span = (time: number) => metrics.spanAdded(host.view, host.span(time));
  return { host, metrics, write, sample, span };
}

describe('the histogram of a source', () => {
  it('has exact counts at edges of the kernel, a sum, and all CPUs together', () => {
    const { host, span, sample } = start();
    for (const ns of [900, 1023, 1024, 4000]) host.record(1, 0, ns);
    host.record(1, 1, 20e6);
    span(START + 1);
    expect(EDGES.slice(0, 2)).toEqual(['0.000001023', '0.000005119']);
    expect(EDGES).toHaveLength(11);
    const bucket = (le: string) => sample('rtprobe_measure_seconds_bucket', 'source="timer"', `le="${le}"`);
    expect(bucket('0.000001023')).toBe(2);
    expect(bucket('0.000005119')).toBe(4);
    expect(bucket('+Inf')).toBe(5);
    expect(sample('rtprobe_measure_seconds_count', 'source="timer"')).toBe(5);
    expect(sample('rtprobe_measure_seconds_sum', 'source="timer"')).toBeCloseTo((6947 + 20e6) / 1e9, 12);
    expect(sample('rtprobe_measure_seconds_count', 'source="timer"', 'cpu="0"')).toBe(4);
  });
});

describe('the maxima', () => {
  it('are those of the newest complete minute, whoever reads them and how often', () => {
    const { host, span, write, sample } = start();
    const max = (window: string) =>
      sample('rtprobe_measure_max_seconds', 'source="timer"', `window="${window}"`);
    host.record(1, 0, 5000);
    span(START + 1e6);
    expect(max('1m')).toBeUndefined();
    host.record(1, 1, 90_000);
    span(START + 59e6);
    host.record(1, 0, 700);
    span(START + 61e6);
    expect(max('1m')).toBe(90e-6);
    expect(write()).toBe(write());
    span(START + 119e6);
    expect(max('1m')).toBe(90e-6);
    span(START + 121e6);
    expect(max('1m')).toBe(700e-9);
    expect(sample('rtprobe_window_end_timestamp_seconds', 'window="1m"')).toBe(START / 1e6 + 120);
    expect(sample('rtprobe_measure_run_max_seconds', 'source="timer"')).toBe(90e-6);
    expect(max('5m')).toBeUndefined();
    span(START + 5 * MINUTE + 1e6);
    expect(max('5m')).toBe(90e-6);
  });

  it('say how much of the window was seen, and are missing for a window without data', () => {
    const { host, span, sample } = start();
    host.record(1, 0, 5000);
    span(START + 1e6);
    span(START + 2e6);
    span(START + 61e6);
    expect(sample('rtprobe_window_covered_seconds', 'window="1m"')).toBeCloseTo(0.2);
    span(START + 200e6);
    expect(sample('rtprobe_window_covered_seconds', 'window="1m"')).toBe(0);
    expect(sample('rtprobe_measure_max_seconds', 'source="timer"', 'window="1m"')).toBeUndefined();
  });

  it('are missing while no data arrive', () => {
    const { host, span, write } = start();
    host.record(1, 0, 5000);
    span(START + 1e6);
    span(START + 61e6);
    expect(write()).toContain('rtprobe_measure_max_seconds{');
    host.view.info.state = 'stale';
    expect(write()).not.toContain('rtprobe_measure_max_seconds{');
    expect(write()).toContain('rtprobe_host_up{host="cnc-07"} 0');
  });

  it('start anew after the clock was set back', () => {
    const { host, span, sample } = start();
    host.record(1, 0, 5000);
    span(START + 1e6);
    span(START + 61e6);
    span(START - 600e6);
    expect(sample('rtprobe_window_end_timestamp_seconds', 'window="1m"')).toBeUndefined();
  });
});

describe('the number of series', () => {
  it('is bounded: the worst have their own, and the others are summed', () => {
    const { host, span, sample } = start(2);
    host.record(2, 0, 9000);
    host.record(3, 0, 8000);
    host.record(4, 0, 1000);
    host.record(4, 1, 2000);
    span(START + 1);
    const count = (source: string) => sample('rtprobe_measure_seconds_count', `source="${source}"`);
    expect([count('irq 2 dev2'), count('irq 3 dev3'), count('irq 4 dev4')]).toEqual([1, 1, undefined]);
    expect(count('(others)')).toBe(2);
    expect(sample('rtprobe_measure_run_max_seconds', 'source="(others)"')).toBe(2e-6);
  });

  it('stays when another source becomes the worst, and no counter decreases', () => {
    const { host, span, sample } = start(2);
    const counts: Record<string, number>[] = [];
    const read = () => {
      const of = (source: string) => sample('rtprobe_measure_seconds_count', `source="${source}"`) ?? 0;
      counts.push(
        Object.fromEntries(['irq 2 dev2', 'irq 3 dev3', 'irq 4 dev4', '(others)'].map((s) => [s, of(s)])),
      );
    };
    for (let i = 0; i < 5; i++) host.record(2, 0, 9000);
    for (let i = 0; i < 7; i++) host.record(3, 0, 8000);
    host.record(4, 0, 1000);
    span(START + 1);
    read();
    for (let i = 0; i < 3; i++) host.record(4, 0, 99_000);
    span(START + 61e6);
    read();
    host.record(3, 0, 8000);
    host.record(3, 0, 99_999);
    span(START + 122e6);
    read();
    host.record(2, 0, 8000);
    span(START + 123e6);
    read();
    expect(counts).toEqual([
      { 'irq 2 dev2': 5, 'irq 3 dev3': 7, 'irq 4 dev4': 0, '(others)': 1 },
      // 3 lost its series after seven values, 4 had four values among the others.
      { 'irq 2 dev2': 5, 'irq 3 dev3': 0, 'irq 4 dev4': 4, '(others)': 4 },
      { 'irq 2 dev2': 0, 'irq 3 dev3': 9, 'irq 4 dev4': 4, '(others)': 6 },
      { 'irq 2 dev2': 0, 'irq 3 dev3': 9, 'irq 4 dev4': 4, '(others)': 7 },
    ]);
  });

  it.each([
    ['of the worst', 2],
    ['of the others', 4],
  ])('stays bounded when a source %s has another name, and no counter decreases', (_, renamed) => {
    const { host, span, write } = start(2);
    for (let i = 0; i < 50; i++) host.record(2, 0, 9000);
    for (let i = 0; i < 7; i++) host.record(3, 0, 8000);
    for (let i = 0; i < 3; i++) host.record(4, 0, 1000);
    const counts = () =>
      Object.fromEntries(
        [...write().matchAll(/^rtprobe_measure_seconds_count\{.*source="(.*)"\} (\d+)$/gm)].map(
          ([, source, count]) => [source!, Number(count)],
        ),
      );
    let before: Record<string, number> = {};
    for (const [minute, name] of [
      [1, 'a'],
      [2, 'a'],
      [2.1, 'b'],
      [3, 'b'],
      [3.1, 'a'],
      [4, 'a'],
    ] as const) {
      host.addSource(renamed, 'hardirq_duration', `irq ${renamed}`, name);
      span(START + minute * 60e6 + 1);
      const after = counts();
      expect(Object.keys(after)).toHaveLength(3);
      for (const [source, count] of Object.entries(after)) {
        expect(count, `${source} at ${minute}`).toBeGreaterThanOrEqual(before[source] ?? 0);
        // Another name is not another event: 60 values are not exceeded by what was counted under the names before.
        if (source === '(others)') expect(count, `${source} at ${minute}`).toBeLessThan(50);
      }
      before = after;
    }
  });

  it('does not depend on what a program calls itself', () => {
    const { host, span, write } = start();
    host.addSource(5, 'wakeup_latency', '(others)');
    host.addSource(6, 'wakeup_latency', 'a"} 1\nrtprobe_host_up{host="b\\');
    host.record(5, 0, 900);
    host.record(6, 0, 900);
    span(START + 1);
    expect(write()).toContain('source="wakeup_latency 5"');
    expect(write()).toContain('source="a\\"} 1\\\\u{a}rtprobe_host_up{host=\\"b\\\\"');
    expect(write().match(/^rtprobe_host_up\{/gm)).toHaveLength(1);
  });
});

describe('incidents', () => {
  const incident = (id: string, time: number, culprit: string): Incident =>
    ({ id, time, until: time, culprit, origin: 'linux' }) as Incident;

  it('are counted by origin and cause, once, when they cannot change any more', () => {
    const { host, metrics, span, sample } = start();
    const count = (cause: string) => sample('rtprobe_cause_incidents_total', `cause="${cause}"`);
    span(START);
    expect(sample('rtprobe_incidents_total', 'origin="linux"')).toBe(0);
    const changed = [
      incident('1', START - 1e6, 'before'),
      incident('2', START + 1, 'irq 36'),
      incident('3', START + 2, 'irq 7'),
    ];
    metrics.incidentsChanged(host.view, { changed, removed: [] });
    metrics.incidentsChanged(host.view, { changed: [], removed: ['3'] });
    span(START + 30e6);
    expect(count('irq 36')).toBeUndefined();
    span(START + 32e6);
    metrics.incidentsChanged(host.view, { changed, removed: ['3'] });
    span(START + 90e6);
    expect(count('irq 36')).toBe(1);
    expect([count('before'), count('irq 7')]).toEqual([undefined, 1]);
    expect(sample('rtprobe_incidents_total', 'origin="linux"')).toBe(2);
  });

  it('have a bounded number of causes', () => {
    const { host, metrics, span, write } = start();
    span(START);
    const changed = Array.from({ length: 150 }, (_, i) => incident(`${i}`, START + 1, `irq ${i}`));
    metrics.incidentsChanged(host.view, { changed, removed: [] });
    span(START + 40e6);
    expect(write().match(/^rtprobe_cause_incidents_total\{/gm)).toHaveLength(101);
    expect(write()).toContain('cause="(others)"} 50');
  });
});

describe('the text', () => {
  it('ends with the marker and names units in OpenMetrics, and names counters whole in the older format', () => {
    const { host, metrics, span, write } = start();
    span(START);
    expect(write()).toMatch(/\n# EOF\n$/);
    expect(write()).toContain('# TYPE rtprobe_incidents counter\n');
    expect(write()).toContain('# UNIT rtprobe_last_data_timestamp_seconds seconds\n');
    const text = metrics.write([host.view], { format: 'text', cpus: false }).toString();
    expect(text).not.toMatch(/# EOF|# UNIT/);
    expect(text).toContain('# TYPE rtprobe_incidents_total counter\n');
  });

  it('has the families that the page describes', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../../docs/reference/metrics.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `(rtprobe_\w+)` \| (\w+) \|/gm)].map(([, name, type]) => [
      name,
      type,
    ]);
    const wanted = Object.values(families).map(({ name, type }) => [
      type === 'counter' ? `${name}_total` : name,
      type,
    ]);
    expect(rows).toEqual(wanted);
  });
});
