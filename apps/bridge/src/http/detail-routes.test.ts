import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Callback, Command, type Spike as KernelSpike, LockEvidence, Measure, PartKind } from '@rtprobe/abi';
import type { Knowledge, Spike, Trace } from '@rtprobe/protocol';
import { slicesOf } from '@rtprobe/trace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, type Harness, startHarness, until } from '../../tests/harness.ts';
import { kernelTrace } from '../../tests/kernel-trace.ts';

let harness: Harness;
let browser: Browser;

beforeAll(async () => {
  harness = await startHarness();
  browser = await harness.browser();
  browser.subscribe('simulated');
  await browser.next('spikes');
});
afterAll(() => harness.close());

const late: Omit<KernelSpike, 'id' | 'time'> = {
  ...{ measure: Measure.wakeupLatency, name: 'cyclictest', cpu: 1, mode: 1, valueNs: 412_000n, rule: 3 },
  task: { pid: 5, comm: 'fio' },
  victim: { pid: 2, comm: 'cyclictest', policy: 1, priority: 90, cgroup: '/system.slice/rt.service' },
  waker: { pid: 0, comm: 'swapper/1' },
  part: [
    { kind: PartKind.unaccounted, durationNs: 37_000n },
    { kind: PartKind.hardirq, number: 24, name: 'rtprobe-edu', durationNs: 375_000n, count: 1 },
  ],
  register: ['ip=ffffffff81000000'],
  process: {
    ...{ exe: '/usr/bin/fio', cmdline: 'fio --name=<b>', uid: 0, files: 9 },
    file: [{ fd: 3, path: '/dev/vda' }],
    socket: [
      { fd: 4, family: 2, type: 1, protocol: 6, state: 1, local: '10.0.2.15:22', remote: '10.0.2.2:5000' },
      { fd: 5, family: 99, type: 1, protocol: 6, state: 1, local: '', remote: '' },
    ],
    lockEvidence: LockEvidence.contention,
    lock: [
      {
        name: 'disturb_lock',
        address: 0xffff_8880_0000_1234n,
        waitNs: 5000n,
        owner: { pid: 7, comm: 'holder' },
      },
    ],
  },
};
const idOf = (number: bigint) => `7-${number}`;
const spikeAt = async (id: string) =>
  (await harness.get(`/api/v1/spikes/${id}`)).body as unknown as { spike: Spike };

describe('a spike', () => {
  it('is sent live without lists, and returned whole by its id', async () => {
    const id = idOf(harness.agent.spike(late));
    const { spike } = await browser.next('spike');
    expect(spike).toMatchObject({
      ...{ id, rule: 3, label: 'cyclictest', registers: ['ip=ffffffff81000000'] },
      victim: {
        ...{ pid: 2, policy: 'SCHED_FIFO', priority: 90, cgroup: '/system.slice/rt.service' },
        workload: 'service rt.service',
      },
      waker: { pid: 0 },
      parts: [
        { kind: 'hardirq', label: 'irq 24', name: 'rtprobe-edu', durationNs: 375_000 },
        { kind: 'unaccounted', durationNs: 37_000 },
      ],
      process: { exe: '/usr/bin/fio', cmdline: 'fio --name=<b>', uid: 0, fileCount: 9, exited: false },
    });
    expect(spike.process).not.toHaveProperty('files');
    expect((await spikeAt(id)).spike.process).toMatchObject({
      files: [{ fd: 3, path: '/dev/vda' }],
      sockets: [
        {
          family: 'AF_INET',
          type: 'SOCK_STREAM',
          protocol: 'tcp',
          state: 'ESTABLISHED',
          local: '10.0.2.15:22',
        },
        { family: '99', protocol: '6' },
      ],
      lockEvidence: 'contention',
      locks: [
        { name: 'disturb_lock', address: '0xffff888000001234', waitNs: 5000, owner: { comm: 'holder' } },
      ],
    });
    expect(JSON.stringify((await harness.get('/api/v1/spikes')).body)).not.toContain('/dev/vda');
  });

  it('keeps its lists when the module drops it and the list is requested again', async () => {
    const id = idOf(harness.agent.spike(late));
    await until('the question', () =>
      harness.agent.requests.some((r) => r.command === Command.getSpike && idOf(r.value.id!) === id),
    );
    await expect.poll(async () => (await spikeAt(id)).spike.process?.files).toBeDefined();
    const kept = harness.agent.spikes;
    const before = harness.agent.requests.length;
    harness.agent.spikes = kept.map(({ process, ...light }) => light);
    harness.agent.eventSeq += 2;
    harness.agent.event(Command.lostEvent, { eventSeq: ++harness.agent.eventSeq });
    await until('a dump', () =>
      harness.agent.requests.slice(before).some((r) => r.command === Command.getSpikes),
    );
    expect((await spikeAt(id)).spike.process?.files).toEqual([{ fd: 3, path: '/dev/vda' }]);
    harness.agent.spikes = kept;
  });

  it('comes with its trace, whose slices agree with the kernel to the nanosecond', async () => {
    const from = harness.agent.now;
    const id = idOf(harness.agent.spike(late, kernelTrace(from)));
    await until('the trace', () => harness.agent.requests.some((r) => r.command === Command.getTrace));
    const { status, body } = await harness.get(`/api/v1/spikes/${id}/trace`);
    const trace = body as unknown as Trace;
    expect(status).toBe(200);
    expect(trace).toMatchObject({
      ...{ spike: id, originNs: String(from), names: { 'irq 24': 'rtprobe-edu', 'lock 1': 'disturb_lock' } },
      tasks: { 2: { comm: 'cyclictest', policy: 'SCHED_FIFO', priority: 90 }, 5: { comm: 'fio' } },
    });
    expect(trace.windowToNs - trace.windowFromNs).toBe(412_000);
    expect(slicesOf(trace).map((s) => [s.label, s.startNs, s.endNs])).toEqual([
      ['fio/5', 0, 400_001],
      ['irq 24', 10_000, 385_003],
      ['cyclictest/2', 400_001, 500_000],
    ]);
  });

  it('without a trace is reported as such, and so is an unknown spike', async () => {
    const id = idOf(harness.agent.spike({ ...late, rule: 0 }));
    await until('the spike', () => browser.last('spike')?.spike.id === id);
    expect(browser.last('spike')?.spike).not.toHaveProperty('rule');
    expect((await harness.get(`/api/v1/spikes/${id}/trace`)).body).toMatchObject({
      error: { code: 'E_NO_TRACE', word: id },
    });
    for (const id of ['7-4000', '99', '<b>']) {
      for (const path of [id, `${id}/trace`].map(encodeURI)) {
        expect(await harness.get(`/api/v1/spikes/${path}`)).toMatchObject({
          status: 404,
          body: { error: { code: 'E_UNKNOWN_SPIKE', word: id } },
        });
      }
    }
    expect((await harness.post(`/api/v1/spikes/${id}`, {})).status).toBe(405);
  });

  it('whose trace the module dropped is counted', async () => {
    const before = browser.last('stats')?.stats.lost.protocolErrors.E_DETAILS ?? 0;
    harness.agent.spike({ ...late, traced: 1 });
    await until(
      'the counter',
      () => (browser.last('stats')?.stats.lost.protocolErrors.E_DETAILS ?? 0) > before,
    );
  });
});

describe('tasks', () => {
  it('are sent to browsers that follow the host, largest interrupt time first, and returned by REST', async () => {
    harness.agent.tasks = [
      { task: { pid: 5, comm: 'fio' }, runtimeNs: 10n, runs: 1n, stolenNs: 100n, lastCpu: 1 },
      {
        task: { pid: 2, comm: 'cyclictest', policy: 1, priority: 90 },
        ...{ exited: 1, runtimeNs: 10n, runs: 3n, stolenNs: 900n, lastCpu: 0 },
        stolen: [
          { name: 'nmi', count: 1n, sum: 100n, max: 100n },
          { measure: Measure.softirqDuration, number: 3, name: 'net_rx', count: 2n, sum: 800n, max: 700n },
        ],
      },
    ];
    const told = await until(
      'tasks',
      () => browser.last('tasks')?.tasks.length === 2 && browser.last('tasks'),
    );
    expect(told.tasks).toMatchObject([
      {
        task: { comm: 'cyclictest', policy: 'SCHED_FIFO' },
        ...{ exited: true, runs: 3, stolenNs: 900, lastCpu: 0 },
        stolen: [
          { measure: 'softirq_duration', label: 'NET_RX', count: 2, sumNs: 800, maxNs: 700 },
          { label: 'NMI', sumNs: 100 },
        ],
      },
      { task: { comm: 'fio' }, exited: false, stolenNs: 100 },
    ]);
    expect((await harness.get('/api/v1/tasks?host=simulated')).body).toMatchObject({
      hosts: [{ tasks: [{ task: { pid: 2 } }, { task: { pid: 5 } }] }],
    });
  });

  it('are not requested while no browser follows the host', async () => {
    const other = await startHarness();
    const asked = () => other.agent.requests.filter((r) => r.command === Command.getTasks).length;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(asked()).toBe(0);
    const looker = await other.browser();
    looker.subscribe('simulated');
    await until('a question', () => asked() > 0);
    await other.close();
  });
});

describe('a module of an earlier release', () => {
  it('is not asked again for what it does not support, and nothing is counted as a fault', async () => {
    const old = await startHarness({ waitForLive: false });
    old.agent.unknown = [Command.getRules, Command.getTasks, Command.getSpike, Command.getTrace];
    const looker = await old.browser();
    looker.subscribe('simulated');
    await looker.next('stats');
    old.agent.spike({ ...late, traced: 1 });
    const { spike } = await looker.next('spike');
    expect((await old.get(`/api/v1/spikes/${spike.id}`)).status).toBe(200);
    expect(await old.get('/api/v1/tasks')).toMatchObject({
      status: 501,
      body: { error: { code: 'E_UNSUPPORTED' } },
    });
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(old.agent.requests.filter((r) => r.command === Command.getRules)).toHaveLength(1);
    expect(looker.last('stats')?.stats.lost.protocolErrors).toEqual({});
    await old.close();
  });
});

describe('advice', () => {
  const tick: Omit<KernelSpike, 'id' | 'time'> = {
    ...{ measure: Measure.threadLatency, cpu: 1, mode: 1, valueNs: 400_000n },
    part: [
      {
        ...{ kind: PartKind.vector, number: 0, durationNs: 390_000n, count: 1 },
        ...{ callback: Callback.hrtimer, function: 'tick_nohz_handler' },
      },
      { kind: PartKind.unaccounted, durationNs: 10_000n },
    ],
  };
  const adviceAt = async (path: string) =>
    (await harness.get(path)).body as unknown as { advice?: { id: string; possible?: true }[] };

  it('is returned with a spike and with its incident, the best first', async () => {
    const id = idOf(harness.agent.spike(tick));
    await browser.next('spike');
    const { advice } = await adviceAt(`/api/v1/spikes/${id}`);
    expect(advice?.map((one) => one.id)).toEqual(['tick', 'local-timer']);
    expect(advice?.[0]).toMatchObject({ title: 'Scheduler tick', zh: { title: '调度时钟节拍' } });
    await expect
      .poll(async () => (await adviceAt(`/api/v1/incidents/${id}`)).advice?.map((one) => one.id))
      .toEqual(['tick', 'local-timer']);
  });

  it('is missing where nothing is known about the cause', async () => {
    const id = idOf(
      harness.agent.spike({ ...tick, part: [{ kind: PartKind.unaccounted, durationNs: 400_000n }] }),
    );
    await browser.next('spike');
    expect(await adviceAt(`/api/v1/spikes/${id}`)).not.toHaveProperty('advice');
  });

  it('of a faulty file is refused, and the bridge works without it', async () => {
    const knowledgeDir = mkdtempSync(join(tmpdir(), 'rtprobe-knowledge-'));
    writeFileSync(join(knowledgeDir, 'mine.yaml'), '- id: x');
    const other = await startHarness({ knowledgeDir });
    const { entries, refused } = (await other.get('/api/v1/knowledge')).body as unknown as Knowledge;
    expect(refused).toEqual([
      { file: join(knowledgeDir, 'mine.yaml'), message: expect.stringContaining('(x)') },
    ]);
    expect(entries.map(({ id }) => id)).toContain('tick');
    await other.close();
    rmSync(knowledgeDir, { recursive: true });
  });

  it('is listed as a whole', async () => {
    const { entries, refused } = (await harness.get('/api/v1/knowledge')).body as unknown as Knowledge;
    expect(entries.map(({ id }) => id)).toContain('tick');
    expect(refused).toEqual([]);
  });
});
