// Sends what a real kernel reported during known disturbances through the whole bridge: sentences, whole spikes and
// traces. record-disturbances.ts makes the recording and stores what was done by the guest's own clock.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Incident, Spike, Trace } from '@rtprobe/protocol';
import { CONTEXTS, chainOf, durationOf, exportFormats, type Slice, slicesOf } from '@rtprobe/trace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultOf, isOf, RECORDED_DISTURBANCES, type Truth } from './disturbances.ts';
import { type Harness, startHarness, until } from './harness.ts';

const folder = join(import.meta.dirname, 'fixtures');
const file = join(folder, '6.12-rt-disturbed.rec.bin');
const isTime = /Ns$/;
const truths = JSON.parse(readFileSync(join(folder, '6.12-rt-disturbed.json'), 'utf8'), (key, value) =>
  isTime.test(key) && typeof value === 'string' ? BigInt(value) : value,
) as Record<string, Truth>;

let harness: Harness;
let spikes: Spike[];
let traced: { spike: Spike; trace: Trace }[];

beforeAll(async () => {
  harness = await startHarness({ sources: [{ kind: 'replay', file, speed: 20 }], waitForLive: false });
  const browser = await harness.browser();
  browser.subscribe('lab');
  await until('the end', () => browser.last('host')?.host.replay?.paused, 20_000);
  const { body } = await harness.get('/api/v1/spikes');
  spikes = (body as unknown as { hosts: { spikes: Spike[] }[] }).hosts[0]!.spikes;
  traced = [];
  for (const { id } of spikes.filter((spike) => spike.traced === true)) {
    const { status, body: trace } = await harness.get(`/api/v1/spikes/${id}/trace`);
    // The module stores 32 records: the first ones must not be requested too late.
    if (status === 200) traced.push({ spike: await whole(id), trace: trace as unknown as Trace });
  }
}, 60_000);
afterAll(() => harness.close());

async function whole(id: string): Promise<Spike> {
  return ((await harness.get(`/api/v1/spikes/${id}`)).body as unknown as { spike: Spike }).spike;
}

function onlyOne(kind: string, at: number): Promise<Spike> {
  const claim = RECORDED_DISTURBANCES.find((d) => d.kind === kind)!.claims[at]!;
  const own = spikes.filter((spike) => isOf(claim, truths[kind]!, spike));
  expect(own).toHaveLength(1);
  return whole(own[0]!.id);
}

describe('the sentence names the cause and the duration:', () => {
  const cases = RECORDED_DISTURBANCES.flatMap(({ title, kind, claims }) =>
    claims.map((claim, at) => ({ title, kind, claim, at, measure: claim.measure })),
  );

  it.each(cases)('$title, by $measure', async ({ kind, claim, at }) => {
    const spike = await onlyOne(kind, at);
    expect(faultOf(claim, truths[kind]!, spike, spike.sentence)).toBeUndefined();
  });
});

describe('one event is one incident:', () => {
  const several = RECORDED_DISTURBANCES.filter(({ claims }) => claims.length > 1);

  it.each(several)('$title', async ({ kind, claims }) => {
    const own = await Promise.all(claims.map((_claim, at) => onlyOne(kind, at)));
    const found = await Promise.all(own.map(({ id }) => harness.get(`/api/v1/incidents/${id}`)));
    const incidents = found.map(({ body }) => body.incident as unknown as Incident);
    expect(new Set(incidents.map(({ id }) => id)).size).toBe(1);
    expect(incidents[0]!.symptoms).toEqual(expect.arrayContaining(own.map(({ id }) => id)));
    expect(incidents[0]).toMatchObject({ origin: 'linux', cpus: [1] });
  });
});

describe('a spike requested by its id', () => {
  it('has the process that was interrupted', async () => {
    expect((await onlyOne('softirq', 0)).process).toMatchObject({
      ...{ exe: '/root/disturb/packet-pump', uid: 0 },
      cmdline: expect.stringContaining('kind=softirq'),
    });
  });

  it('has the lock that its victim waited for, its owner, and that the victim is a kernel thread', async () => {
    const { victimProcess, victim } = await onlyOne('lock', 0);
    expect(victim).toMatchObject({ comm: 'rtprobe-victim', policy: 'SCHED_FIFO', kthread: true });
    expect(victimProcess).toMatchObject({ lockEvidence: 'contention', fileCount: 0 });
    expect(victimProcess?.locks).toMatchObject([{ owner: { comm: 'lens-park' } }]);
  });
});

/** Returns slices that overlap without being nested. */
function crossing(track: readonly Slice[]): Slice[] {
  const open: Slice[] = [];
  return track.filter((slice) => {
    while (open.length > 0 && open.at(-1)!.endNs <= slice.startNs) open.pop();
    const outer = open.at(-1);
    open.push(slice);
    return outer !== undefined && slice.endNs > outer.endNs;
  });
}

describe('a trace of the flight recorder', () => {
  it('exists for every kind of disturbance', () => {
    const measures = new Set(traced.map(({ spike }) => spike.measure));
    for (const { claims } of RECORDED_DISTURBANCES)
      for (const { measure } of claims) expect(measures).toContain(measure);
  });

  it('nests its slices on each track', () => {
    for (const { trace } of traced) {
      const slices = slicesOf(trace);
      for (const { cpu } of trace.cpus)
        for (const context of CONTEXTS)
          expect(crossing(slices.filter((s) => s.cpu === cpu && s.context === context))).toEqual([]);
    }
  });

  it('has a window that ends with the spike and begins at its start, to the nanosecond', () => {
    for (const { spike, trace } of traced) {
      expect(String(BigInt(trace.originNs) + BigInt(trace.windowToNs))).toBe(spike.monoNs);
      expect(trace.windowToNs - trace.windowFromNs).toBe(spike.valueNs);
    }
  });

  it('has the handler of a hard interrupt with the duration of its spike, to the nanosecond', () => {
    const held = traced.filter(({ spike }) => spike.measure === 'hardirq_duration');
    expect(held.length).toBeGreaterThan(0);
    for (const { spike, trace } of held) {
      const slices = slicesOf(trace).filter((s) => s.kind === 'irq' && s.number === spike.number);
      expect(slices.map(durationOf)).toContain(spike.valueNs);
    }
  });

  it('names in the chain what kept the CPU from the victim', async () => {
    const { id } = await onlyOne('fifo', 0);
    const { spike, trace } = traced.find((t) => t.spike.id === id)!;
    const [longest] = chainOf(trace, spike).filter((step) => step.how === 'held');
    expect(longest).toMatchObject({
      from: { kind: 'task', name: 'rtprobe-hog' },
      to: { name: 'rtprobe-victim' },
    });
  });

  it('agrees with its Chrome JSON to the nanosecond', () => {
    interface ChromeEvent {
      ph: string;
      cat: string;
      ts: number;
      dur: number;
    }
    for (const { spike, trace } of traced) {
      const { traceEvents, otherData } = JSON.parse(exportFormats.perfetto.write({ spike, trace })) as {
        traceEvents: ChromeEvent[];
        otherData: { origin_monotonic_ns: string };
      };
      const zero = Number(BigInt(otherData.origin_monotonic_ns) - BigInt(trace.originNs));
      const nanos = (us: number) => Math.trunc(us * 1000);
      const read = traceEvents
        .filter((e) => e.ph === 'X' && e.cat !== 'spike')
        .map((e) => [e.cat, nanos(e.ts) + zero, nanos(e.dur)]);
      expect(read).toEqual(slicesOf(trace).map((s) => [s.context, s.startNs, durationOf(s)]));
    }
  });
});
