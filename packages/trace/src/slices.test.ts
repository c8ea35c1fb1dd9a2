import { describe, expect, it } from 'vitest';
import { sharesOf } from './net.ts';
import { type Slice, sliceTitle } from './slice.ts';
import { slicesOf } from './slices.ts';
import { buildTrace, CpuBuilder } from './testing.ts';

/** Formats a slice as "context label start-end/net", with what is cut. */
const short = (s: Slice): string => {
  const begin = s.begin === 'seen' ? '' : ` begin ${s.begin}`;
  const end = s.end === 'seen' ? '' : ` end ${s.end}`;
  return `${s.context} ${s.label} ${s.startNs}-${s.endNs}/${s.netNs}${begin}${end}`;
};
const read = (...cpus: CpuBuilder[]) => slicesOf(buildTrace(cpus)).map(short);

describe('slices of a trace', () => {
  it('nest: each is net of what ran inside it on any track', () => {
    const cpu = new CpuBuilder(1, 0, 1000, 5)
      .add(100, 'hardirq_entry', { number: 36 })
      .add(150, 'vector_entry', { number: 0 })
      .add(170, 'nmi', { arg: 10 })
      .add(180, 'vector_exit', { number: 0 })
      .add(300, 'hardirq_exit', { number: 36, arg: 1 })
      .add(310, 'softirq_entry', { number: 3 })
      .irq(350, 400, 24)
      .add(500, 'softirq_exit', { number: 3 })
      .switch(600, 5, 0);
    expect(read(cpu)).toEqual([
      'running fio/5 0-600/210 begin cut',
      'hardirq irq 36 100-300/170',
      'hardirq LOC 150-180/20',
      'nmi NMI 160-170/10',
      'softirq NET_RX 310-500/140',
      'hardirq irq 24 350-400/50',
      'running idle 600-1000/400 end cut',
    ]);
  });

  it('take the time of rtprobe itself from what it interrupted', () => {
    const cpu = new CpuBuilder(0, 0, 1000, 5)
      .irq(100, 200, 36)
      .add(260, 'probe', { arg: 50 })
      .add(400, 'vector_entry', { number: 0 })
      .add(480, 'probe', { arg: 70 })
      .add(500, 'vector_exit', { number: 0 });
    expect(read(cpu)).toEqual([
      'running fio/5 0-1000/750 begin cut end cut',
      'hardirq irq 36 100-200/100',
      'hardirq rtprobe itself 210-260/50',
      'hardirq LOC 400-500/30',
      'hardirq rtprobe itself 410-480/70',
    ]);
  });

  it('have polls of network devices, from the begin of the softirq or the end of the poll before', () => {
    const cpu = new CpuBuilder(1, 0, 1000, 5)
      .add(50, 'callback_exit', { number: 9, arg: 1 })
      .add(100, 'softirq_entry', { number: 3 })
      .add(300, 'callback_exit', { number: 9, arg: 1 })
      .irq(350, 400, 24)
      .add(500, 'callback_exit', { number: 9, arg: 2 })
      .add(520, 'softirq_exit', { number: 3 });
    const trace = buildTrace([cpu], { names: { 'function 1': 'eth0: poll [drv]' } });
    const polls = slicesOf(trace).filter(({ callback }) => callback !== undefined);
    expect(polls.map((s) => `${s.callback!.function} ${short(s)}`)).toEqual([
      'eth0: poll [drv] softirq NET_RX 100-300/200',
      '[unknown] softirq NET_RX 300-500/150',
    ]);
  });

  it('have the functions that ran inside them, on the track where they ran', () => {
    const cpu = new CpuBuilder(1, 0, 1000, 3)
      .add(50, 'callback_entry', { number: 3, arg: 1 })
      .add(100, 'vector_entry', { number: 0 })
      .add(110, 'callback_entry', { number: 1, arg: 2 })
      .add(190, 'callback_exit', { number: 1 })
      .add(200, 'vector_exit', { number: 0 })
      .add(210, 'softirq_entry', { number: 1 })
      .add(220, 'callback_entry', { number: 2, arg: 9 })
      .add(290, 'callback_exit', { number: 2 })
      .add(300, 'softirq_exit', { number: 1 })
      .switch(400, 3, 5)
      .switch(500, 5, 3)
      .add(600, 'callback_exit', { number: 3 });
    const names = { 'function 1': 'scan', 'function 2': 'poll [drv]' };
    const slices = slicesOf(buildTrace([cpu], { names }));
    expect(
      slices.map((s) => `${s.label}: ${sliceTitle(s)} ${s.startNs}-${s.endNs}/${s.netNs} ${s.depth}`),
    ).toEqual([
      'kworker/1:1/3: kworker/1:1/3 0-400/50 0',
      'kworker/1:1/3: work scan 50-400/160 1',
      'LOC: LOC local timer 100-200/20 0',
      'LOC: hrtimer poll [drv] 110-190/80 1',
      'TIMER: TIMER 210-300/20 0',
      'TIMER: timer [unknown] 220-290/70 1',
      'fio/5: fio/5 400-500/100 0',
      'kworker/1:1/3: kworker/1:1/3 500-1000/400 0',
      'kworker/1:1/3: work scan 500-600/100 1',
    ]);
    expect(
      sharesOf(slices, 1, 0, 1000).map(({ slice, netNs, count }) => [sliceTitle(slice), netNs, count]),
    ).toEqual(
      expect.arrayContaining([
        ['kworker/1:1/3', 450, 2],
        ['work scan', 260, 2],
        ['hrtimer poll [drv]', 80, 1],
      ]),
    );
  });

  it('do not say what a worker runs that can have changed the CPU in between, nor a function without its begin', () => {
    const cpu = new CpuBuilder(1, 0, 1000, 3)
      .add(20, 'callback_exit', { number: 3 })
      .add(50, 'callback_entry', { number: 3, arg: 1 })
      .switch(400, 3, 5)
      .switch(500, 5, 3);
    const trace = buildTrace([cpu], { names: { 'function 1': 'scan' } });
    // The last one is a worker of another CPU, which is offline.
    for (const comm of ['kworker/u8:1', 'kworker/R-xfs', 'mlx5_fw', 'kworker/0:1']) {
      trace.tasks[3]!.comm = comm;
      expect(slicesOf(trace).filter((s) => s.callback)).toMatchObject([
        { startNs: 50, endNs: 400, end: 'preempted' },
      ]);
    }
  });

  it('have the rest of a work item after a function of an IPI that it called on its own CPU', () => {
    const cpu = new CpuBuilder(1, 0, 100, 3)
      .add(10, 'callback_entry', { number: 3, arg: 1 })
      .add(20, 'callback_entry', { number: 5, arg: 2 })
      .add(30, 'callback_exit', { number: 5 })
      .add(90, 'callback_exit', { number: 3 });
    const names = { 'function 1': 'scan', 'function 2': 'flush' };
    const titles = slicesOf(buildTrace([cpu], { names })).map((s) => `${sliceTitle(s)} ${s.netNs}`);
    expect(titles).toEqual(['kworker/1:1/3 20', 'work scan 70', 'function flush 10']);
  });

  it('close the functions inside one whose end was seen', () => {
    const cpu = new CpuBuilder(1, 0, 100, 3)
      .add(10, 'callback_entry', { number: 3, arg: 1 })
      .add(20, 'callback_entry', { number: 5, arg: 2 })
      .add(50, 'callback_exit', { number: 3 });
    const names = { 'function 1': 'scan', 'function 2': 'flush' };
    expect(slicesOf(buildTrace([cpu], { names })).filter((s) => s.callback)).toMatchObject([
      { endNs: 50, end: 'seen', callback: { function: 'scan' } },
      { endNs: 50, end: 'cut', callback: { function: 'flush' } },
    ]);
  });

  it('have the function of an IPI that an idle CPU ran without an interrupt', () => {
    const cpu = new CpuBuilder(0, 0, 100, 0)
      .add(10, 'callback_entry', { number: 5, arg: 1 })
      .add(60, 'callback_exit', { number: 5 });
    const slices = slicesOf(buildTrace([cpu], { names: { 'function 1': 'flush' } }));
    expect(slices).toMatchObject([
      { kind: 'idle', netNs: 50 },
      {
        kind: 'vector',
        label: 'CAL',
        context: 'running',
        netNs: 50,
        callback: { kind: 'call', function: 'flush' },
      },
    ]);
  });

  it('say what began before the trace and what had not ended with it', () => {
    const cpu = new CpuBuilder(0, 50, 900, 5)
      .add(90, 'vector_exit', { number: 0 })
      .add(100, 'hardirq_exit', { number: 36, arg: 1 })
      .add(120, 'softirq_exit', { number: 4 })
      .add(800, 'softirq_entry', { number: 1 })
      .add(850, 'hardirq_entry', { number: 24 });
    expect(read(cpu)).toEqual([
      'running fio/5 50-900/680 begin cut end cut',
      'softirq BLOCK 50-120/20 begin cut',
      'hardirq irq 36 50-100/10 begin cut',
      'hardirq LOC 50-90/40 begin cut',
      'softirq TIMER 800-900/50 end cut',
      'hardirq irq 24 850-900/50 end cut',
    ]);
  });

  it('take the task of the first switch where the trace does not tell who was current', () => {
    const cpu = new CpuBuilder(0, 0, 100).add(10, 'softirq_entry', { number: 3 }).switch(40, 3, 2);
    expect(read(cpu)).toEqual([
      'running kworker/1:1/3 0-40/10 begin cut',
      'softirq NET_RX 10-40/30 end preempted',
      'running cyclictest/2 40-100/60 end cut',
    ]);
  });

  it('follow a softirq through a thread that is preempted and goes on', () => {
    const cpu = new CpuBuilder(0, 0, 100, 4)
      .add(10, 'softirq_entry', { number: 3 })
      .switch(30, 4, 2)
      .switch(50, 2, 4)
      .add(80, 'softirq_exit', { number: 3 });
    expect(read(cpu)).toEqual([
      'running irq/36-virtio1/4 0-30/10 begin cut',
      'softirq NET_RX 10-30/20 end preempted',
      'running cyclictest/2 30-50/20',
      'running irq/36-virtio1/4 50-100/20 end cut',
      'softirq NET_RX 50-80/30 begin resumed',
    ]);
  });

  it('close what lost its exit, at the exit around it or at a switch', () => {
    const cpu = new CpuBuilder(0, 0, 100, 5)
      .add(10, 'hardirq_entry', { number: 36 })
      .add(20, 'vector_entry', { number: 0 })
      .add(30, 'hardirq_exit', { number: 36 })
      .add(40, 'vector_entry', { number: 1 })
      .switch(60, 5, 0);
    expect(read(cpu)).toEqual([
      'running fio/5 0-60/20 begin cut',
      'hardirq irq 36 10-30/10',
      'hardirq LOC 20-30/10 end cut',
      'hardirq RES 40-60/20 end cut',
      'running idle 60-100/40 end cut',
    ]);
  });

  it('show interrupts disabled without taking time from who ran, net of handlers', () => {
    const cpu = new CpuBuilder(0, 0, 100, 5)
      .add(60, 'hardirq_entry', { number: 24 })
      .add(70, 'irqs_off', { arg: 50, number: 1 })
      .add(80, 'hardirq_exit', { number: 24 })
      .add(90, 'irqs_off', { arg: 30 });
    const slices = slicesOf(buildTrace([cpu]));
    expect(slices.map(short)).toEqual([
      'running fio/5 0-100/80 begin cut end cut',
      'irqs_off interrupts disabled 20-70/40',
      'hardirq irq 24 60-80/20',
      'irqs_off interrupts disabled 70-90/10',
    ]);
    expect(slices.map((s) => s.exact)).toEqual([undefined, true, undefined, false]);
  });

  it('nest on every track whatever the order of events, and their net times add up to the span', () => {
    let seed = 11;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    for (let round = 0; round < 200; round++) {
      const cpu = new CpuBuilder(0, 0, 10_000, 5);
      let at = 0;
      for (let i = 0; i < 60; i++) {
        at += random(200);
        const kind = [
          'hardirq_entry',
          'hardirq_exit',
          'vector_entry',
          'vector_exit',
          'softirq_entry',
        ] as const;
        const more = ['softirq_exit', 'nmi', 'switch', 'irqs_off'] as const;
        const words = { number: random(2), pid: random(4), pid2: random(4), arg: random(400) };
        cpu.add(at - random(3), [...kind, ...more][random(9)]!, words);
      }
      const slices = slicesOf(buildTrace([cpu]));
      expectNested(slices);
      const net = slices.filter((s) => s.context !== 'irqs_off').reduce((sum, s) => sum + s.netNs, 0);
      expect(net).toBe(10_000);
    }
  });
});

function expectNested(slices: Slice[]): void {
  for (const a of slices) {
    expect(a.endNs).toBeGreaterThanOrEqual(a.startNs);
    for (const b of slices) {
      if (a === b || a.context !== b.context) continue;
      const apart = a.endNs <= b.startNs || b.endNs <= a.startNs;
      const inside =
        (a.startNs <= b.startNs && b.endNs <= a.endNs) || (b.startNs <= a.startNs && a.endNs <= b.endNs);
      if (!apart && !inside) expect.unreachable(`${short(a)} overlaps ${short(b)}`);
    }
  }
}

describe('shares of a span', () => {
  it('name who had the CPU, most first, and add up to the span', () => {
    const cpu = new CpuBuilder(0, 0, 1000, 5).irq(100, 200, 36).irq(300, 450, 24).irq(500, 520, 36);
    const shares = sharesOf(slicesOf(buildTrace([cpu])), 0, 150, 510);
    expect(shares.map((s) => [s.slice.label, s.at, s.netNs, s.count])).toEqual([
      ['fio/5', 200, 150, 1],
      ['irq 24', 300, 150, 1],
      ['irq 36', 150, 60, 2],
    ]);
  });
});
