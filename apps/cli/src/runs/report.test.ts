import { bucketOf } from '@rtprobe/metrics';
import type { ToolRow, UnixMicros } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import type { Report } from './content.ts';
import { reportHtml } from './html.ts';
import { linesOf } from './lines.ts';
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

const cause: Report['causes'][number] = {
  ...{ key: 'a', measure: 'timer_latency', culprit: 'irq 24 edu', frames: [], victim: 'servo', count: 3 },
  ...{ worstNs: 61_000, worst: '1-1', cpus: [0], first: at, last: at },
};
const advice = {
  id: 'x',
  title: 'Handler',
  what: 'It ran.',
  try: ['Move it.', 'Thread it.'],
  risk: '',
  docs: [],
};
const struck = { spikes: 2, largestNs: 61_000, largest: '1-1' };

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
    periodNs: 1_000_000,
    totals: [{ measure: 'timer_latency', count: 5, maxNs: 70_000 }],
    measured: 'timer_latency',
    cpus: [
      {
        cpu: 0,
        count: 5,
        maxNs: 70_000,
        buckets: [
          [bucketOf(9000), 4],
          [bucketOf(70_000), 1],
        ],
      },
    ],
    causes: [{ ...cause, advice }],
    samples: { listed: 4, matched: 3, otherSpikes: 0 },
    whatIf: {
      ...{ host: 'box', measure: 'timer_latency', from: at, to: at + 600e6, decomposed: 3, unknown: 0 },
      ...{ values: { maxNs: 70_000, over: 3, count: 5, buckets: [] }, thresholdNs: 50_000, more: 0 },
      causes: [
        { ...struck, key: 'cpu:0', kind: 'cpu', label: 'CPU 0', maxNs: 0, over: 0 },
        { ...struck, key: 'irq:24', kind: 'irq', label: 'irq 24 edu', maxNs: 31_000, over: 1 },
      ],
      composed: {
        ...{ cpu: 0, sumNs: 93_000, observedNs: 70_000, more: 0 },
        parts: [{ label: 'irq 24 edu', durationNs: 61_000, spike: '1-1' }],
      },
    },
    notMeasured: ['thread_latency'],
    watchedUs: 588e6,
    gaps: [{ from: at, to: at + 12e6, reason: 'the host was offline' }],
  } satisfies Omit<Report, 'lines' | 'verdict'>;
  const all = { ...parts, verdict: verdictOf(parts.run.result!, budgetNs, 4) };
  return { ...all, lines: linesOf(all) };
}

describe('the lines of a report', () => {
  it('are ten, with verdict, proof, worst, causes and settings', () => {
    expect(reportOf(200_000).lines).toEqual([
      'Test run 3 "fix 7" on box, 2026-11-30 00:53 UTC, 10 min: cyclictest -q',
      'Fit for a period of 1 ms with a deadline of 200 µs under the load of this run: cyclictest max 189 µs, n 1.20 M',
      'Samples over it: 0 of 1\u202f200\u202f000; with 95 % confidence fewer than 9.99 in a million are (as samples depend on each other, 4 count as one)',
      'Worst: CPU 1 189 µs, CPU 0 61.5 µs; rtprobe, max: timer_latency 70 µs',
      'Causes of incidents, worst first: irq 24 edu 61 µs (3×)',
      'To try against irq 24 edu: Move it.',
      'Without irq 24 edu: timer_latency max at most 31 µs instead of 70 µs; largest parts of CPU 0 together 93 µs',
      'Kernel: 6.12 PREEMPT_RT; quiet',
      'Settings: governor performance; changed during the run: governor',
      'Not measured: thread_latency; not watched: 12 s; late samples with their spike: 3 of 4; the load is not known to rtprobe',
    ]);
  });

  it('say that samples were over the deadline, and how many', () => {
    expect(reportOf(100_000).lines.slice(1, 3)).toEqual([
      'Not fit for a period of 1 ms with a deadline of 100 µs: cyclictest max 189 µs, n 1.20 M; check its settings: rtprobe doctor --host box',
      expect.stringMatching(/^Samples over it: 10 of .* fewer than 23\.4 in a million/),
    ]);
  });

  it('say that a run is too short', () => {
    const { run, ...others } = reportOf(200_000);
    const rows = run.result!.rows.map((row) => ({ ...row, count: 100 }));
    const verdict = verdictOf({ ...run.result!, rows }, 200_000);
    const [, line] = linesOf({ ...others, run, verdict });
    expect(line).toMatch(/^Not known whether fit for .* \(too few samples\)/);
  });

  it('say what was judged without figures of a program, and that it was not watched', () => {
    const { watchedUs: _, whatIf: __, notMeasured: ___, ...known } = reportOf(200_000);
    const lines = linesOf({ ...known, judged: 'timer_latency', causes: [], samples: undefined });
    expect(lines[1]).toMatch(/: timer_latency max 189 µs/);
    expect(lines.slice(4, 7)).toEqual([
      'Causes of incidents, worst first: none stored',
      'To try: nothing is known against these causes',
      'Without a cause: no spike with parts is stored',
    ]);
    expect(lines[9]).toBe('Not watched by rtprobe; the load is not known to rtprobe');
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

  it('draws a line for each row and each CPU, and the deadline', () => {
    const html = reportHtml(reportOf(200_000));
    expect(html.match(/class="line c\d" d="M[\d.]+ 294V/g)).toHaveLength(3);
    expect(html.match(/>deadline<\/text>/g)).toHaveLength(2);
    expect(html).toContain('CPU 1, max 189 µs');
  });

  it('has causes with remedies, what would have remained, gaps, and the text for a mail', () => {
    const html = reportHtml(reportOf(200_000));
    for (const words of ['Move it. Thread it.', '31 µs', 'add up to 93 µs', 'the host was offline'])
      expect(html).toContain(words);
    expect(html).toContain(`<pre>${reportOf(200_000).lines[0]!.replaceAll('"', '&quot;')}\n`);
  });
});
