import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Spike as KernelSpike } from '@rtprobe/abi';
import type { HostStats } from '@rtprobe/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, silent, startHarness, temporaryFolder, until } from '../../tests/harness.ts';
import { kernelTrace } from '../../tests/kernel-trace.ts';
import { startBridge } from '../bridge.ts';
import { ExportFolder } from './folder.ts';

const late: Omit<KernelSpike, 'id' | 'time'> = {
  ...{ measure: 2, valueNs: 1_200_000n, cpu: 0, mode: 2, task: { pid: 5, comm: '=evil\u202e' } },
  process: { exe: '/usr/bin/fio', file: [{ fd: 3, path: '/dev/vda' }] },
};

let dir: string;
beforeAll(() => {
  dir = temporaryFolder();
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('a bridge that exports spikes automatically', () => {
  let harness: Harness | undefined;
  afterEach(async () => {
    await harness?.close();
    harness = undefined;
  });

  /** Files of a folder, complete or not. */
  const files = (folder: string) => readdirSync(folder).sort();

  it('writes spikes over the level in every format, with lists and trace', async () => {
    const folder = join(dir, 'new', 'spikes');
    harness = await startHarness({ exports: { dir: folder, aboveNs: 1_000_000 } });
    const { agent } = harness;
    agent.spike({ ...late, valueNs: 1_000_000n });
    const from = agent.now;
    const id = `7-${agent.spike(late, kernelTrace(from))}`;
    const name = (extension: string) => `rtprobe-simulated-${id}.${extension}`;
    await until('the report', () => files(folder).includes(name('txt')));
    expect(files(folder)).toEqual(['csv', 'json', 'trace.json', 'txt'].map(name));
    const read = (extension: string) => readFileSync(join(folder, name(extension)), 'utf8');
    const { spike, trace, host } = JSON.parse(read('json'));
    expect(spike).toMatchObject({ id, process: { files: [{ fd: 3, path: '/dev/vda' }] } });
    expect([trace.spike, host.host]).toEqual([id, 'simulated']);
    expect(read('txt')).toContain('=evil\\u{202e}/5');
    expect(JSON.parse(read('trace.json')).traceEvents.length).toBeGreaterThan(3);
    const browser = await harness.browser();
    browser.subscribe('simulated');
    const stats = await until('the figures', () => {
      const { exports } = browser.last('stats')?.stats ?? ({} as HostStats);
      return exports?.written === 1 && exports;
    });
    expect(stats).toMatchObject({ dir: folder, aboveNs: 1_000_000, dropped: 0 });
  });

  it('writes the incident of a spike, with the symptoms so far', async () => {
    const folder = join(dir, 'incidents');
    harness = await startHarness({ exports: { dir: folder } });
    const { agent } = harness;
    const report = (id: bigint) => `rtprobe-simulated-7-${id}.txt`;
    // Two windows of one CPU that overlap.
    const time = agent.now;
    const first = agent.spike({ ...late, time });
    await until('the first report', () => files(folder).includes(report(first)));
    const second = agent.spike({ ...late, time: time + 500_000n });
    await until('the second report', () => files(folder).includes(report(second)));
    const name = join(folder, `rtprobe-simulated-7-${second}.json`);
    const { incident } = JSON.parse(readFileSync(name, 'utf8'));
    expect(incident.symptoms.toSorted()).toEqual([`7-${first}`, `7-${second}`]);
    expect(readFileSync(join(folder, report(second)), 'utf8')).toContain(incident.sentence);
  });

  it('writes those of a host whose clock is hours behind, and none from before its own start', async () => {
    const folder = join(dir, 'behind');
    const agentOnly = await startHarness({});
    agentOnly.agent.spike(late);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    const { agent } = agentOnly;
    await agentOnly.bridge.close();
    const offset = () => BigInt(Date.now() - 7_200_000) * 1_000_000n - agent.now;
    agent.moreInfo = { realtimeOffset: offset() };
    const bridge = await startBridge({
      ...{ listen: { port: 0 }, logger: silent, exports: { dir: folder } },
      sources: [{ kind: 'socket', host: 'simulated', path: agent.path }],
    });
    try {
      const headers = { authorization: `Bearer ${bridge.createToken()}` };
      const spikes = async () => (await fetch(`${bridge.url}/api/v1/spikes`, { headers })).text();
      await expect.poll(spikes, { timeout: 8000 }).toContain('"7-1"');
      const id = agent.spike(late);
      await until('its report', () => files(folder).includes(`rtprobe-simulated-7-${id}.txt`));
      expect(files(folder).filter((name) => name.endsWith('.txt'))).toHaveLength(1);
    } finally {
      await bridge.close();
      await agentOnly.close();
    }
  });

  it('stops at the limit of the folder, counting earlier files, and counts and shows what it drops', async () => {
    const folder = join(dir, 'full');
    mkdirSync(folder);
    writeFileSync(join(folder, 'rtprobe-lab-1-1.txt'), 'of an earlier bridge');
    writeFileSync(join(folder, 'notes.md'), 'not ours');
    harness = await startHarness({ exports: { dir: folder, maxSpikes: 2 } });
    const { agent } = harness;
    const bare: Omit<KernelSpike, 'id' | 'time'> = { measure: 2, valueNs: 900_000n, cpu: 0, mode: 2 };
    for (let i = 0; i < 4; i++) agent.spike(bare);
    const browser = await harness.browser();
    browser.subscribe('simulated');
    const stats = await until('three losses', () => {
      const told = browser.last('stats')?.stats;
      return told?.exports?.dropped === 3 && told;
    });
    expect(stats.exports).toMatchObject({ written: 1, error: 'the folder has reached its bound' });
    expect(stats.lost.exportsDropped).toBe(3);
    expect(files(folder).filter((name) => name.endsWith('.txt'))).toHaveLength(2);
  });

  it('does not start on a folder that it cannot write in', async () => {
    const taken = join(dir, 'a-file');
    writeFileSync(taken, '');
    for (const folder of [taken, '/proc/rtprobe-absent/spikes']) {
      await expect(ExportFolder.open(folder, { maxBytes: 1, maxSpikes: 1 })).rejects.toMatchObject({
        ...{ code: 'E_EXPORT_DIR', word: folder },
      });
    }
    await expect(startHarness({ exports: { dir: taken } })).rejects.toMatchObject({ code: 'E_EXPORT_DIR' });
  });
});

describe('the folder of exports', () => {
  const bounds = { maxBytes: 100, maxSpikes: 10 };

  it('accepts all files of a spike or none', async () => {
    const folder = join(dir, 'bytes');
    const exports = await ExportFolder.open(folder, bounds);
    expect(await exports.put([{ name: 'rtprobe-a.txt', content: 'x'.repeat(60) }])).toBe(true);
    const second = [
      { name: 'rtprobe-b.json', content: 'y'.repeat(30) },
      { name: 'rtprobe-b.txt', content: 'ü'.repeat(10) },
    ];
    expect(await exports.put(second)).toBe(false);
    expect(readdirSync(folder)).toEqual(['rtprobe-a.txt']);
    expect((await ExportFolder.open(folder, bounds)).bytes).toBe(60);
  });

  it('leaves no incomplete file behind when the disk fails', async () => {
    const folder = join(dir, 'refused');
    const exports = await ExportFolder.open(folder, bounds);
    // A folder that makes the last step fail.
    mkdirSync(join(folder, 'rtprobe-a.txt', 'in-the-way'), { recursive: true });
    await expect(exports.put([{ name: 'rtprobe-a.txt', content: 'x' }])).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['rtprobe-a.txt']);
  });
});
