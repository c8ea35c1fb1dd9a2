import type { Device, Incident, Spike, SpikePart } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { arrowsOf } from '../arrows.ts';
import { CONTEXTS } from '../slice.ts';
import { slicesOf } from '../slices.ts';
import { buildTrace, CpuBuilder } from '../testing.ts';
import { TraceIndex } from '../trace-index.ts';
import { captionOf } from './caption.ts';
import { EXPORT_FORMATS, exportFileName, exportFormats, toMicros } from './index.ts';

const fio = {
  ...{
    pid: 5,
    tgid: 5,
    startNs: '1',
    comm: 'fio',
    policy: 'SCHED_OTHER',
    priority: 0,
    nice: 5,
    kthread: false,
  },
};
const cyclictest = { ...fio, pid: 2, comm: 'cyclictest', policy: 'SCHED_FIFO', priority: 90, nice: 0 };
const disk: Device = {
  ...{ bus: 'pci', address: '0000:00:04.0', ids: '1af4:1001', vendor: 'Red Hat, Inc.' },
  ...{ product: 'Virtio block device', driver: 'virtio_blk', interfaces: ['vda'] },
};
const spike: Spike = {
  ...{ id: '7-1', host: 'lab', time: 1_764_000_000_123_456, monoNs: '5000000500', measure: 'wakeup_latency' },
  ...{ valueNs: 400, thresholdNs: 100, cpu: 1, number: 0, name: 'cyclictest', label: 'cyclictest' },
  ...{ mode: 'kernel', task: fio, victim: cyclictest, culprit: 'irq 36 virtio1-req.0' },
  sentence:
    'cyclictest/2 on CPU 1 ran 400 ns late: 300 ns irq 36 (virtio1-req.0) handler, 100 ns fio/5 running.',
  device: disk,
  stack: ['submit_bio+0x1/0x2'],
  parts: [
    {
      ...{ kind: 'hardirq', number: 36, name: 'virtio1-req.0', label: 'irq 36', durationNs: 300, count: 1 },
      device: disk,
    },
    { kind: 'task', number: 0, name: 'fio', label: 'fio', pid: 5, durationNs: 100, count: 1 },
  ],
  process: {
    ...{ exe: '/usr/bin/fio', cmdline: 'fio job', uid: 0, exited: false, fileCount: 1, lockEvidence: 'none' },
    files: [{ fd: 3, path: '/dev/vda' }],
    sockets: [
      {
        ...{ fd: 4, family: 'AF_INET', type: 'SOCK_STREAM', protocol: 'tcp', state: 'ESTABLISHED' },
        ...{ local: '10.0.2.15:22', remote: '10.0.2.2:5000' },
      },
    ],
  },
};
const cpu = () =>
  new CpuBuilder(1, 0, 1001, 5)
    .add(101, 'waking', { pid: 2, pid2: 5, number: 1 })
    .irq(103, 403, 36)
    .add(450, 'softirq_entry', { number: 3 })
    .add(470, 'nmi', { arg: 7 })
    .add(480, 'softirq_exit', { number: 3 })
    .switch(501, 5, 2)
    .add(700, 'irqs_off', { arg: 90, number: 1 });
const trace = buildTrace([cpu(), new CpuBuilder(3, 10, 1001)], { windowFromNs: 101, windowToNs: 501 });

interface ChromeEvent {
  ph: string;
  name: string;
  cat: string;
  pid: number;
  tid: number;
  ts: number;
  dur: number;
  id?: number;
  bp?: string;
  args: { name?: string; net_ns: number; last_cpu?: number };
}

/**
 * Reads flows as Perfetto's importer does: events by time, those of one time in the order of the file; each end of a flow
 * belongs to the slice or instant of its thread that was last opened and has not ended when the next one opened.
 */
function flowsOf(events: readonly ChromeEvent[]): string[] {
  const stacks = new Map<number, ChromeEvent[]>();
  const sources = new Map<string, ChromeEvent | undefined>();
  const flows: string[] = [];
  const stackOf = (tid: number) => stacks.get(tid) ?? stacks.set(tid, []).get(tid)!;
  const words = (e: ChromeEvent | undefined) => (e ? `${e.name} of ${e.tid} at ${toNs(e)}` : 'nothing');
  const toNs = ({ ts }: ChromeEvent) => Math.round(ts * 1000);
  const timed = events.filter(({ ph }) => ph !== 'M');
  for (const event of timed.toSorted((a, b) => a.ts - b.ts)) {
    const stack = stackOf(event.tid);
    const key = `${event.id} ${event.cat} ${event.name}`;
    if (event.ph === 's') sources.set(key, stack.at(-1));
    else if (event.ph === 'f') {
      expect(event.bp).toBe('e');
      flows.push(`${words(sources.get(key))} to ${words(stack.at(-1))}`);
      sources.delete(key);
    } else {
      while (stack.length > 0 && stack.at(-1)!.ts + (stack.at(-1)!.dur ?? 0) <= event.ts) stack.pop();
      stack.push(event);
    }
  }
  expect(sources.size).toBe(0);
  return flows;
}
const chrome = (
  record = { spike, trace },
): { otherData: Record<string, string>; traceEvents: ChromeEvent[] } =>
  JSON.parse(exportFormats.perfetto.write(record));

describe('a trace for Perfetto', () => {
  it('agrees with the record to the nanosecond, whether its reader rounds or cuts', () => {
    const slices = chrome().traceEvents.filter((e) => e.ph === 'X' && e.cat !== 'spike');
    const expected = slicesOf(trace);
    expect(slices).toHaveLength(expected.length);
    for (const toNs of [Math.trunc, Math.round]) {
      const read = slices.map((e) => [
        e.cat,
        toNs(e.ts * 1000),
        toNs(e.ts * 1000) + toNs(e.dur * 1000),
        e.args.net_ns,
      ]);
      expect(read).toEqual(expected.map((s) => [s.context, s.startNs, s.endNs, s.netNs]));
    }
  });

  it('nests slices on each track, and has a track of its own for each context of each CPU', () => {
    const events = chrome().traceEvents;
    const tracks = Map.groupBy(
      events.filter((e) => e.ph === 'X'),
      (e) => e.tid,
    );
    expect(tracks.size).toBe(6);
    for (const track of tracks.values()) {
      const open: number[] = [];
      for (const { ts, dur } of track.toSorted((a, b) => a.ts - b.ts || b.dur - a.dur)) {
        while (open.length > 0 && open.at(-1)! <= ts) open.pop();
        expect(ts + dur).toBeLessThanOrEqual(open.at(-1) ?? Number.POSITIVE_INFINITY);
        open.push(ts + dur);
      }
    }
    const threads = events.filter((e) => e.name === 'thread_name');
    expect(new Set(threads.map((e) => e.tid)).size).toBe(1 + 2 * CONTEXTS.length);
    const processes = events.filter((e) => e.name === 'process_name').map((e) => e.args.name);
    expect(processes).toEqual(['spike', 'CPU 1', 'CPU 3']);
  });

  it('keeps times positive when the window began before the trace, and says what time 0 is', () => {
    const early = { ...trace, windowFromNs: -250 };
    const { traceEvents, otherData } = chrome({ spike, trace: early });
    for (const { ts = 0 } of traceEvents) expect(ts).toBeGreaterThanOrEqual(0);
    expect(otherData).toMatchObject({ spike: '7-1', origin_monotonic_ns: '4999999750' });
  });

  it.each([0, 1, 7, 1001, 385_003, 999_999_999, 60_000_000_001, -1, -1001])('writes %i ns exactly', (ns) => {
    const us = JSON.parse(JSON.stringify(toMicros(ns))) as number;
    expect(Math.trunc(us * 1000)).toBe(ns);
    expect(Math.round(us * 1000)).toBe(ns);
  });

  it('writes every nanosecond of a stretch exactly', () => {
    for (let ns = 123_456_000; ns < 123_466_000; ns++) {
      const us = toMicros(ns);
      if (Math.trunc(us * 1000) !== ns || Math.round(us * 1000) !== ns) expect.unreachable(`${ns} as ${us}`);
    }
  });

  it('has the arrows of the timeline as flows between the slices that they connect', () => {
    const asker = new CpuBuilder(0, 0, 1000, 5)
      .add(100, 'hardirq_entry', { number: 36 })
      .add(110, 'callback_entry', { number: 1, arg: 1 })
      .add(120, 'callback_exit', { number: 1 })
      // After an inner slice, in the outer one.
      .add(130, 'softirq_raise', { number: 4 })
      .add(140, 'waking', { pid: 2, pid2: 5, number: 1 })
      .add(150, 'hardirq_exit', { number: 36 })
      .add(160, 'softirq_entry', { number: 4 })
      // A function that begins with what it runs in.
      .add(160, 'callback_entry', { number: 3, arg: 2 })
      .add(165, 'callback_exit', { number: 3 })
      .add(170, 'softirq_exit', { number: 4 })
      .add(200, 'send', { number: 1, arg: 1, pid2: 1 });
    const asked = new CpuBuilder(1, 0, 1000, 5)
      .switch(150, 5, 2)
      .add(205, 'vector_entry', { number: 3 })
      .add(210, 'callback_entry', { number: 5, pid2: 1, arg: 1 })
      .add(220, 'callback_exit', { number: 5, pid2: 1, arg: 1 })
      .add(230, 'vector_exit', { number: 3 });
    const names = { 'function 1': 'do_it', 'function 2': 'tasklet_fn', 'irq 36': '' };
    const both = buildTrace([asker, asked], { windowFromNs: 0, windowToNs: 900, names });
    const { arrows } = arrowsOf(new TraceIndex(both));
    expect(arrows.map(({ kind }) => kind)).toEqual(['raised', 'woke', 'asked']);
    const { traceEvents } = chrome({ spike, trace: both });
    const tracks = new Map(
      traceEvents
        .filter((e) => e.name === 'thread_name')
        .map((e) => [e.tid, `${e.pid / 10 - 1} ${e.args.name}`]),
    );
    const read = flowsOf(traceEvents).map((flow) =>
      flow.replace(/of (\d+)/g, (_, tid) => `of ${tracks.get(Number(tid))}`),
    );
    expect(read.toSorted()).toEqual([
      'asked function do_it of 0 running at 200 to function do_it of 1 hard interrupts at 210',
      'raised BLOCK of 0 hard interrupts at 130 to BLOCK of 0 softirqs at 160',
      'woke cyclictest/2 of 0 hard interrupts at 140 to cyclictest/2 of 1 running at 150',
    ]);
  });

  it('calls the CPU of a waking what it is: the one that the task last ran on', () => {
    const waking = chrome().traceEvents.find((e) => e.ph === 'i' && e.cat === 'waking');
    expect(waking?.args).toEqual({ last_cpu: 1 });
  });

  it('cannot be made of a spike without a trace', () => {
    expect(() => exportFormats.perfetto.write({ spike })).toThrow(/no trace/);
  });
});

describe('a part that is not proven', () => {
  const idle: SpikePart = {
    kind: 'idle_exit',
    number: 0,
    name: 'C6',
    label: 'idle exit',
    durationNs: 400,
    count: 1,
    idleState: { index: 3, exitLatencyNs: 133, frequencyKhz: 1_200_000 },
    couldBe: ['stall'],
  };
  const record = { spike: { ...spike, parts: [idle] } };
  const words = 'C6, exit latency 133 ns, CPU at 1.20 GHz; could be a stall of the CPU';

  it('says what it can be, in text and in a table', () => {
    expect(exportFormats.text.write(record)).toContain(`idle_exit  idle exit C6 (${words})`);
    expect(exportFormats.csv.write(record)).toContain(`,idle exit,C6,,,,,,400,,1,,,"${words}"`);
  });
});

describe('a part with a function', () => {
  const call: SpikePart = {
    ...{ kind: 'vector', number: 3, name: 'CAL_SINGLE', label: 'CAL', durationNs: 400, count: 1 },
    callback: { kind: 'call', function: 'ipi_mb' },
    sender: { cpu: 3, task: { pid: 9, comm: 'app' }, function: 'membarrier_private_expedited' },
  };
  const record = { spike: { ...spike, parts: [call] } };
  const words = 'function ipi_mb; asked for by app/9 on CPU 3 in membarrier_private_expedited';

  it('says what asked for it, in text and in a table', () => {
    expect(exportFormats.text.write(record)).toContain(`vector  CAL CAL_SINGLE (${words})`);
    expect(exportFormats.csv.write(record)).toContain(`"${words}"`);
  });
});

describe('a part that the timer interrupted', () => {
  const hog: SpikePart = {
    ...{ kind: 'task', number: 0, name: 'hog', label: 'hog', pid: 9, durationNs: 400, count: 1 },
    profile: { samples: 4, inside: 3, function: 'wait_dma [drv]' },
  };
  const record = { spike: { ...spike, parts: [hog] } };
  const words = '3 of 4 samples in wait_dma [drv]';

  it('says where it was, in text and in a table', () => {
    expect(exportFormats.text.write(record)).toContain(`task  hog (pid 9; ${words})`);
    expect(exportFormats.csv.write(record)).toContain(`,hog,hog,9,,,,,400,,1,,,${words}`);
  });
});

describe('a table', () => {
  const rows = (record: Parameters<typeof exportFormats.csv.write>[0]) =>
    exportFormats.csv.write(record).trimEnd().split('\r\n');

  it('has the spike, its parts, its chain and its slices', () => {
    const lines = rows({ spike, trace });
    expect(lines[0]).toMatch(/^record,kind,cpu,context,number,label,name,pid,/);
    expect(lines.filter((line) => line.startsWith('part,'))).toEqual([
      'part,hardirq,,,36,irq 36,virtio1-req.0,,,,,,300,,1,,,Red Hat Virtio block device · virtio_blk',
      'part,task,,,0,fio,fio,5,,,,,100,,1,,,',
    ]);
    expect(lines).toContain('slice,irq,1,hardirq,36,irq 36,virtio1-req.0,5,,,103,403,300,300,,seen,seen,');
    expect(lines.find((line) => line.startsWith('chain,'))).toBe(
      'chain,task,1,,,fio/5,fio,5,woke,cyclictest/2,101,,400,,,,,',
    );
    expect(new Set(lines.map((line) => line.replace(/"[^"]*"/g, '').split(',').length))).toEqual(
      new Set([18]),
    );
  });

  it.each([
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ['+1', `"'+1"`],
    ['-1', `"'-1"`],
    ['@x', `"'@x"`],
    ['a,b', '"a,b"'],
    ['\t=1', '\\u{9}=1'],
    ['a\r\n=1', '\\u{d}\\u{a}=1'],
  ])('keeps a name %j text', (name, cell) => {
    const line = rows({ spike: { ...spike, name } })[1]!;
    expect(line).toContain(cell);
  });
});

const evil = 'x\u202e\u001b[2J\n<script>alert(1)</script>';

describe('a report', () => {
  it('lists the markers of programs and the moves of a preempted task', () => {
    const marked = buildTrace(
      [
        new CpuBuilder(1, 0, 1001, 5)
          .add(200, 'marker', { pid: 2, number: 1 })
          .add(300, 'marker', { pid: 2, number: 0 })
          .add(400, 'migrate', { pid: 2, pid2: 5, number: 3 }),
      ],
      { windowFromNs: 101, windowToNs: 501, names: { 'marker 1': 'cycle 7' } },
    );
    const text = exportFormats.text.write({ spike, trace: marked });
    expect(text).toContain('Markers and moves');
    expect(text).toMatch(/-301 ns {2}CPU 1 {2}cycle 7 \(cyclictest\/2\)/);
    expect(text).toMatch(/-201 ns {2}CPU 1 {2}a marker \(cyclictest\/2\)/);
    expect(text).toMatch(/-101 ns {2}CPU 1 {2}cyclictest\/2 moved to CPU 3/);
    expect(exportFormats.perfetto.write({ spike, trace: marked })).toContain('"marker cycle 7"');
  });

  it('has all that a bug report needs', () => {
    const text = exportFormats.text.write({ spike, trace });
    expect(text.split('\n')[0]).toBe(`rtprobe: ${spike.sentence}`);
    expect(text).toContain(
      '  device:       Red Hat Virtio block device · virtio_blk (pci 0000:00:04.0 1af4:1001)\n',
    );
    expect(text).toMatch(/hardirq {2}irq 36 virtio1-req\.0 \(Red Hat Virtio block device · virtio_blk\)/);
    const guessed = exportFormats.text.write({ spike: { ...spike, device: { ...disk, by: 'module' } } });
    expect(guessed).toContain(' · virtio_blk, found as the only device of the module (pci');
    for (const words of [
      ...['2025-11-24T16:00:00.123456Z', 'measure:      wakeup_latency', 'value:        400 ns'],
      ...['fio/5, SCHED_OTHER nice 5', 'cyclictest/2, SCHED_FIFO priority 90', 'submit_bio+0x1/0x2'],
      ...['300 ns  75.0 %  1 ×  hardirq  irq 36 virtio1-req.0', '3: /dev/vda'],
      ...[
        '  fio/5 woke cyclictest/2.',
        '-400 ns  fio/5 woke cyclictest/2, 400 ns before it ran',
        '-398  300  300  hardirq  irq 36 virtio1-req.0',
      ],
      '4: AF_INET SOCK_STREAM tcp ESTABLISHED 10.0.2.15:22 → 10.0.2.2:5000',
    ]) {
      expect(text).toContain(words);
    }
  });
});

describe('the incident of a spike', () => {
  const incident: Incident = {
    ...{ id: '7-0', host: 'lab', time: spike.time - 1, until: spike.time, valueNs: 900, cpus: [1, 2] },
    ...{ onlineCpus: 4, origin: 'linux', primary: '7-0', measure: 'hardirq_duration', culprit: 'irq 36' },
    sentence: 'Irq 36 held CPU 1 for 900 ns; late because of it: the timer, cyclictest/2.',
    symptoms: ['7-0', '7-1', '7-2'],
  };
  const record = { spike, trace, incident };

  it('is a section of the report: its cause, its primary spike and how many symptoms it has', () => {
    const lines = exportFormats.text.write(record).split('\n');
    const at = lines.indexOf('Incident');
    expect(lines.slice(at + 2, at + 8)).toEqual([
      `  ${incident.sentence}`,
      '  id:           7-0',
      '  origin:       linux',
      '  symptoms:     3',
      '  primary:      7-0',
      '  CPUs:         1-2 of 4 online',
    ]);
    const own = exportFormats.text.write({ ...record, incident: { ...incident, primary: spike.id } });
    expect(own).toContain('  primary:      this spike\n');
  });

  it('is a row of the table, after the spike', () => {
    const lines = exportFormats.csv.write(record).split('\r\n');
    expect(lines[2]).toBe(`incident,linux,,,,irq 36,,,,,,,900,,3,,,"${incident.sentence}"`);
  });

  it('is read back as what it was from JSON', () => {
    expect(JSON.parse(exportFormats.json.write(record)).incident).toEqual(incident);
  });

  it('is in the caption of a picture', () => {
    const facts = Object.fromEntries(captionOf(record).map(({ name, value }) => [name, value]));
    expect(facts).toMatchObject({ incident: incident.sentence, 'symptoms of the incident': '3' });
  });

  it('that is not known is omitted', () => {
    expect(exportFormats.text.write({ spike, trace })).not.toContain('Incident');
    expect(exportFormats.csv.write({ spike, trace })).not.toContain('incident,');
    expect(exportFormats.json.write({ spike, trace })).not.toContain('"incident"');
  });
});

describe('every form', () => {
  it.each(EXPORT_FORMATS)('%s shows nothing invisible of a hostile name', (format) => {
    const bad = {
      ...spike,
      ...{ name: evil, label: evil, host: evil, task: { ...fio, comm: evil }, stack: [evil] },
      parts: [{ ...spike.parts![0]!, name: evil }],
      process: { ...spike.process!, exe: evil, cmdline: evil, files: [{ fd: 1, path: evil }] },
    };
    const tasks = { 2: { comm: evil, policy: '', priority: 0, kthread: false } };
    const text = exportFormats[format].write({
      spike: bad,
      trace: { ...trace, tasks, names: { 'irq 36': evil } },
    });
    expect(text.replaceAll(/[\r\n]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('is read back as what it was from JSON', () => {
    const record = { spike: { ...spike, name: evil }, trace };
    const document = JSON.parse(exportFormats.json.write(record));
    expect(document).toMatchObject({ format: 'rtprobe-spike', version: 1, spike: { name: evil } });
    expect(document.trace).toEqual(trace);
  });

  it('has a file name no shell stumbles over', () => {
    expect(exportFileName({ spike: { ...spike, host: '../$(rm)/ lab' } }, 'perfetto')).toBe(
      'rtprobe-_rm_lab-7-1.trace.json',
    );
  });
});
