import type { Spike, Trace } from '@rtprobe/protocol';
import { type Arrow, captionOf } from '@rtprobe/trace';
import { afterEach, describe, expect, it } from 'vitest';
import { syntheticDetails, syntheticTrace } from '../../../tests/synthetic-trace.ts';
import { setLanguage } from '../../i18n/language.ts';
import { activityOf } from '../timeline/activity.ts';
import { fitWindow, timelineOf } from '../timeline/lanes.ts';
import { stacked } from './block.ts';
import { spikeSheet } from './spike-sheet.ts';
import { style, svgOfBlock } from './testing.ts';

afterEach(() => setLanguage('en'));

const EVIL = '</text>\u202e\u0000';

const spike: Spike = syntheticDetails({
  ...{ id: '7-1', host: 'lab', time: 1_764_000_000_000_000, monoNs: '5000000500', measure: 'timer_latency' },
  ...{ valueNs: 412_000, thresholdNs: 100_000, cpu: 1, number: 0, name: '', label: 'timer', mode: 'kernel' },
  task: {
    ...{ pid: 5, tgid: 5, startNs: '1', comm: EVIL, policy: 'SCHED_OTHER', priority: 0, nice: 0 },
    kthread: false,
  },
  cause: { measure: 'hardirq_duration', number: 36, name: EVIL, label: 'irq 36', durationNs: 301_000 },
  stack: [EVIL, ...Array.from({ length: 30 }, (_, i) => `frame_${i}+0x1/0x2`)],
  ...{ sentence: `The timer on CPU 1 fired 412 µs late: ${EVIL}`, culprit: 'irq 36' },
  zh: { sentence: 'CPU 1 上的定时器触发晚了 412 µs。' },
});
const trace = syntheticTrace(spike)!;

function svgOf(shown: Trace | undefined): string {
  const timeline = shown && timelineOf(activityOf(shown, spike.cpu));
  const input = timeline && {
    ...{ timeline, shown: fitWindow(timeline), victim: undefined, ends: ['should run', 'ran'] as const },
    ...{ marker: { a: 1000, b: 301_000 }, cursor: 5, hovered: undefined },
    ...{ selected: undefined, chain: new Set<Arrow>(), found: undefined },
  };
  const record = { spike, ...(shown && { trace: shown }) };
  const content = stacked(spikeSheet(style, { spike, shown: input, caption: captionOf(record) }), 14);
  return svgOfBlock(content, 1600);
}

describe('the sheet of a spike', () => {
  it('has all that the page has, with the markers, and the caption', () => {
    const svg = svgOf(trace);
    for (const words of [
      ...['>412 µs<', '>Timeline<', 'difference 300 µs', '>should run<', '>ran<', 'Chain of causation'],
      ...['Kernel stack', '>frame_0+0x1/0x2<', '17 more', 'Running task', '>fd 3<', '/srv/data/seq.3.0'],
      ...['blk_mq_dispatch_rq_list', '>7-1<', '>412000 ns<', '>timer_latency<'],
    ]) {
      expect(svg).toContain(words);
    }
  });

  it('makes nothing of a hostile name but text, and hides nothing in it', () => {
    for (const svg of [svgOf(trace), svgOf(undefined)]) {
      expect(svg).toContain('&lt;/text&gt;\\u{202e}\\u{0}');
      expect(svg.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(svg.match(/<text/g)!.length).toBe(svg.match(/<\/text>/g)!.length);
    }
  });

  it('has a legend of what the picture shows, and of nothing else', () => {
    const svg = svgOf(trace);
    for (const words of ['hard interrupt', 'softirq', 'lower bound', 'raised, until the softirq ran'])
      expect(svg).toContain(`>${words}<`);
    for (const words of ['NMI', 'pinned track', 'led to this spike']) expect(svg).not.toContain(`>${words}<`);
  });

  it('explains the spike in the language of the page', () => {
    setLanguage('zh');
    expect(svgOf(undefined)).toContain('CPU 1 上的定时器触发晚了 412 µs');
  });

  it('says when there is no trace', () => {
    expect(svgOf(undefined)).toContain('No trace is stored for this spike');
    expect(svgOf(undefined)).not.toContain('Chain of causation');
  });

  it('draws the CPUs there is room for and names the others', () => {
    const [own] = trace.cpus;
    const cpus = Array.from({ length: 64 }, (_, cpu) => ({ ...own!, cpu }));
    const svg = svgOf({ ...trace, cpus });
    expect(svg).toMatch(/CPU [\d,-]+63 not shown</);
    expect(svg).toContain('>CPU 1<');
    expect(svg).not.toContain('>CPU 63<');
  });
});
