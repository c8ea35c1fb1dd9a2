import type { HostInfo, HostStats, RunInfo, SourceInfo, Spike, Trace } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { captionOf, captionOfWindow } from './caption.ts';
import { pictureJson } from './json.ts';
import { hostAt } from './record.ts';

const spike = {
  ...{ id: '7-1', host: 'lab', time: 1_764_000_000_123_456, monoNs: '5000000500', measure: 'timer_latency' },
  ...{ valueNs: 412_345, thresholdNs: 100_000, cpu: 1, number: 0, rule: 3, parts: [] },
  cause: { measure: 'hardirq_duration', number: 36, name: 'ahci', label: 'irq 36', durationNs: 300_000 },
} as unknown as Spike;
const host = {
  ...{ host: 'lab', index: 0, state: 'live', since: 0, cpuModel: 'QEMU', cpusOnline: '0-1', clock: 'tsc' },
  ...{ moduleVersion: '0.1.0', runStartedAt: 1_764_000_000_000_000 },
  kernel: { release: '6.12.0-rt', version: '#1 SMP', machine: 'x86_64', preemptRt: true },
  config: { measures: ['timer_latency'], periodNs: 500_000, thresholdNs: 100_000, intervalNs: 100_000_000 },
} as HostInfo;
const source = (number: number, affinity: string, change: Partial<SourceInfo> = {}): SourceInfo => ({
  ...{ id: number, measure: 'hardirq_duration', number, name: 'x', label: `irq ${number}`, affinity },
  ...{ threaded: false, retired: false },
  ...change,
});
const sources = [
  source(36, '1'),
  source(24, '0-1'),
  source(36, '0', { retired: true }),
  source(25, '3', { measure: 'irq_thread_duration' }),
];
const stats = {
  ...{ events: 1000, spikesTotal: 7 },
  lost: {
    ...{ module: { events: 2, timerMissed: 9 }, agentOverruns: 1, eventGaps: 0, protocolErrors: {} },
    ...{ historyDropped: 0, skippedFrames: 0 },
  },
} as unknown as HostStats;

const words = (facts: readonly { name: string; value: string }[]) =>
  Object.fromEntries(facts.map(({ name, value }) => [name, value]));

describe('the caption of a picture', () => {
  it('carries a bug report', () => {
    const trace = {
      windowFromNs: -100,
      windowToNs: 412_245,
      names: {},
      cpus: [{ cpu: 1, overwritten: true }],
    };
    const machine = { cmdline: 'isolcpus=1', clocksource: 'tsc', governor: 'performance' };
    const record = { spike, host: { ...host, machine }, trace: trace as unknown as Trace };
    expect(words(captionOf(record, { stats, samples: 41_000, sources }))).toEqual({
      ...{ host: 'lab', kernel: '6.12.0-rt #1 SMP x86_64', PREEMPT_RT: 'yes', CPU: 'QEMU' },
      ...{ cmdline: 'isolcpus=1', governor: 'performance' },
      ...{ 'CPUs online': '0-1', 'clock source': 'tsc', module: 'rtprobe 0.1.0', measures: 'timer_latency' },
      ...{ period: '500 µs', 'general threshold': '100 µs', 'IRQ affinity': 'irq 36 on CPU 1' },
      ...{
        'run since': '2025-11-24T16:00:00.000000Z',
        n: '41000',
        events: '1000',
        dropped: '3',
        'missed while the CPU was held': '9',
        'details not captured': '0',
        spikes: '7',
      },
      ...{ spike: '7-1', measure: 'timer_latency', value: '412345 ns', threshold: '100000 ns, rule 3' },
      ...{ time: '2025-11-24T16:00:00.123456Z', monotonic: '5000000500 ns', window: '412345 ns' },
      trace: 'start overwritten on CPU 1',
    });
  });

  it('names the thresholds of each measure that has one', () => {
    const thresholds = [
      { measure: 'timer_latency', thresholdNs: 50_000 },
      { measure: 'irqsoff', thresholdNs: 0 },
      { measure: 'wakeup_latency', thresholdNs: 100_000, kthreadsNs: 0 },
      { measure: 'irq_to_task', thresholdNs: 0, kthreadsNs: 100_000 },
    ] as const;
    const config = { ...host.config!, thresholds: [...thresholds] };
    const caption = words(captionOf({ spike, host: { ...host, config } }));
    expect(caption.thresholds).toBe('100 µs wakeup_latency irq_to_task/kthreads, 50 µs timer_latency');
    expect(caption).not.toHaveProperty('general threshold');
  });

  it('omits unknown facts', () => {
    const facts = words(captionOf({ spike }));
    expect(Object.keys(facts)).toEqual([
      ...['host', 'spike', 'measure', 'value', 'threshold', 'time', 'monotonic'],
    ]);
  });

  it('names the stretch of time and every affinity when it is of a screen', () => {
    const facts = words(captionOfWindow(host, { from: 1e6, to: 61e6 }, { sources }));
    expect(facts.window).toBe('1970-01-01T00:00:01.000000Z to 1970-01-01T00:01:01.000000Z');
    expect(facts['IRQ affinity']).toBe('irq 24 on CPU 0-1, irq 36 on CPU 1');
  });

  it('shows nothing invisible, and can be read back from the text that travels in the picture', () => {
    const evil = { ...host, cpuModel: 'x\u202e\n"' };
    const caption = captionOf({ spike, host: evil });
    expect(words(caption).CPU).toBe('x\\u{202e}\\u{a}"');
    const json = pictureJson({ caption, host: evil, spike });
    expect(json).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(JSON.parse(json)).toEqual({
      ...{ format: 'rtprobe-picture', version: 1, caption: words(caption), host: evil, spike },
    });
  });
});

describe('the machine at a spike', () => {
  const earlier = { ...spike, time: host.runStartedAt! - 1 };
  const run = {
    ...{ kernel: '6.1', preemptRt: false, moduleVersion: '0.0.9', startedAt: 5, live: false },
  } as RunInfo;

  it('is what it is now only in the run that goes on', () => {
    expect(hostAt(spike, host, undefined)).toEqual({ host, isPresent: true });
    expect(hostAt(earlier, host, { ...run, live: true })).toEqual({ host, isPresent: true });
    const then = hostAt(earlier, host, run);
    expect(then.isPresent).toBe(false);
    expect(words(captionOf({ spike: earlier, host: then.host! }))).toMatchObject({
      ...{
        kernel: '6.1',
        PREEMPT_RT: 'no',
        module: 'rtprobe 0.0.9',
        'run since': '1970-01-01T00:00:00.000005Z',
      },
    });
    expect(then.host).not.toHaveProperty('cpuModel');
  });

  it('is omitted if the run is another one, or if nothing is stored of that time', () => {
    expect(hostAt({ ...spike, host: 'other' }, host, run).host).toBeUndefined();
    expect(hostAt(earlier, host, undefined).host).toBeUndefined();
  });
});
