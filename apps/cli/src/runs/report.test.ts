import type { ToolRow, UnixMicros } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { reportHtml } from './html.ts';
import { linesOf, type Report } from './report.ts';
import { verdictOf } from './verdict.ts';

const at: UnixMicros = 1_796_000_000_000_000;
const row = (number: number, maxNs: number): ToolRow => ({
  ...{ number, cpu: number, count: 600_000, minNs: 3000, avgNs: 9000, maxNs, over: 0 },
  buckets: [
    [4000, 250_000],
    [9000, 349_990],
    [maxNs - 500, 10],
  ],
});

function reportOf(budgetNs: number, more: Partial<Report['run']> = {}): Report {
  const result = {
    tool: 'cyclictest',
    limitNs: 400_000,
    notes: [],
    ignoredLines: 0,
    rows: [row(0, 61_500), row(1, 188_500)],
  } as const;
  const parts = {
    run: {
      ...{
        id: 3,
        host: 'box',
        name: 'fix 7',
        state: 'ended',
        reportedAt: at,
        startedAt: at,
        endedAt: at + 600e6,
      },
      ...{ command: ['cyclictest', '-q'], tool: 'cyclictest', output: '', outputLeftOut: 0 },
      result: { ...result, notes: [], rows: [...result.rows] },
      settings: { kernel: '6.12 PREEMPT_RT', cmdline: 'quiet', governor: 'performance' },
      changes: [{ time: at, name: 'governor', before: 'powersave', after: 'performance' }],
      ...more,
    },
    totals: [{ measure: 'timer_latency', count: 5, maxNs: 70_000 }],
    causes: [],
    samples: { listed: 4, matched: 3, otherSpikes: 0 },
  } satisfies Omit<Report, 'lines' | 'verdict'>;
  const all = { ...parts, verdict: verdictOf(parts.run.result!, budgetNs) };
  return { ...all, lines: linesOf(all) };
}

describe('the lines of a report', () => {
  it('are ten, with verdict, proof, worst, causes and settings', () => {
    expect(reportOf(200_000).lines).toEqual([
      'Test run 3 "fix 7" on box, 2026-11-30 00:53 UTC, 10 min',
      'Within the budget of 200 µs: cyclictest max 189 µs, 1.20 M samples',
      'Samples over it: 0 of 1\u202f200\u202f000; with 95 % confidence fewer than 2.5 in a million are, if samples are independent (latencies often are not)',
      'Worst: CPU 1 189 µs, CPU 0 61.5 µs',
      'rtprobe at the same time, max: timer_latency 70 µs',
      'Causes of incidents, worst first: none stored',
      'Late samples with their spike: 3 of 4 listed',
      'Kernel: 6.12 PREEMPT_RT; quiet',
      'Settings: governor performance',
      'Changed during the run: governor; the load is not known to rtprobe',
    ]);
  });

  it('say that the budget was exceeded, and how often', () => {
    expect(reportOf(100_000).lines.slice(1, 3)).toEqual([
      'Over the budget of 100 µs: cyclictest max 189 µs, 1.20 M samples',
      expect.stringMatching(/^Samples over it: 10 of .* fewer than 14.1 in a million/),
    ]);
  });
});

describe('the file of a report', () => {
  it('shows hostile text as text, and requests nothing', () => {
    const html = reportHtml(
      reportOf(200_000, { name: '<script>alert(1)</script>', settings: { cmdline: `"'><img src=x>` } }),
    );
    expect(html).not.toMatch(/<script|<img|src=x>|<link|url\(|https?:/);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain("default-src 'none'");
  });

  it('draws a line for each bucket, and the budget', () => {
    const html = reportHtml(reportOf(200_000));
    expect(html.match(/M[\d.]+ 306V[\d.]+/g)).toHaveLength(6);
    expect(html).toContain('>budget</text>');
  });
});
