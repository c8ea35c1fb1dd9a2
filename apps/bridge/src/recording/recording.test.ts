import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from '@rtprobe/abi';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type Browser,
  type Harness,
  silent,
  startHarness,
  temporaryFolder,
  until,
} from '../../tests/harness.ts';
import { kernelTrace } from '../../tests/kernel-trace.ts';
import { steadyMicros } from '../base/clock.ts';
import { HostState } from '../state/host-state.ts';
import { BLOCK_HEADER_LEN } from './format.ts';
import { keyframe } from './keyframe.ts';
import { Recording } from './reader.ts';
import { createRecordingFile, type RecordingFile, RecordingWriter } from './writer.ts';

const dir = temporaryFolder();
const file = join(dir, 'run.rec.bin');
/** When each value was counted, unix µs. */
const recordedAt: number[] = [];
/** The live bridge's state when the recording ended. */
let live: { sources: unknown; spikes: unknown; incidents: unknown; trace: unknown };
const withLists = {
  ...{ measure: 2, valueNs: 900_000n, cpu: 0, mode: 2 },
  process: { exe: '/usr/bin/fio', file: [{ fd: 3, path: '/dev/vda' }] },
};

/** Twelve seconds of a host: three blocks. Values grow with time, so that a position can be recognised by them. */
beforeAll(async () => {
  const harness = await startHarness({ recordTo: file });
  harness.agent.rules = [{ id: 1, irq: 24, thresholdNs: 1000n, capture: 1 }];
  harness.agent.event(Command.rulesEvent, { eventSeq: ++harness.agent.eventSeq });
  const browser = await harness.browser();
  browser.subscribe('simulated');
  for (let i = 0; i < 120; i++) {
    harness.agent.record(1, i % 2, 1000 + i);
    recordedAt.push(steadyMicros());
    if (i === 30) harness.agent.spike(withLists, kernelTrace(harness.agent.now));
    // Its window holds that of the spike before.
    if (i === 32) harness.agent.spike({ measure: 2, valueNs: 9_000_000_000n, cpu: 0, mode: 2 });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await until('all counts', () => [...browser.totals().values()].reduce((a, b) => a + b, 0) === 120);
  live = {
    sources: (await harness.get('/api/v1/sources')).body,
    spikes: (await harness.get('/api/v1/spikes')).body,
    incidents: (await harness.get('/api/v1/incidents')).body,
    trace: (await harness.get('/api/v1/spikes/7-1/trace')).body,
  };
  await harness.close();
}, 60_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let harness: Harness | undefined;
afterEach(async () => {
  await harness?.close();
  harness = undefined;
});

async function replay(options: object = {}): Promise<{ harness: Harness; browser: Browser }> {
  harness = await startHarness({ sources: [{ kind: 'replay', file, ...options }], waitForLive: false });
  const browser = await harness.browser();
  browser.subscribe('simulated');
  return { harness, browser };
}
const count = (browser: Browser): number => [...browser.totals().values()].reduce((a, b) => a + b, 0);
/** Epochs depend on the number of jumps. */
const withoutEpoch = (sources: unknown) =>
  JSON.parse(JSON.stringify(sources, (key, value) => (key === 'epoch' ? 0 : value)));

describe('a recording', () => {
  it('has at its end the state that the live bridge had', async () => {
    const { harness, browser } = await replay({ speed: 50 });
    await until('the end', () => browser.last('host')?.host.replay?.paused);
    expect(withoutEpoch((await harness.get('/api/v1/sources')).body)).toEqual(withoutEpoch(live.sources));
    const spikes = (await harness.get('/api/v1/spikes')).body;
    expect(spikes).toMatchObject({ hosts: [{ host: 'simulated', spikes: [{ valueNs: 900_000 }, {}] }] });
    const { incidents } = live as { incidents: object };
    expect(incidents).toMatchObject({ hosts: [{ incidents: [{ symptoms: ['7-2', '7-1'] }] }] });
    expect((await harness.get('/api/v1/incidents')).body).toEqual(incidents);
    // The last frame waits for its turn.
    await until('all that was counted', () => count(browser) >= 120);
    expect(count(browser)).toBe(120);
    expect((await harness.get('/api/v1/spikes/7-1/trace')).body).toEqual(live.trace);
    expect((await harness.get('/api/v1/spikes/7-1')).body).toMatchObject({
      spike: { process: { files: [{ fd: 3, path: '/dev/vda' }] } },
    });
    expect((await harness.get('/api/v1/rules')).body).toMatchObject({
      hosts: [{ rules: [{ id: 1, irq: 24, capture: ['stack'] }] }],
    });
    expect(browser.last('host')).toMatchObject({
      host: { state: 'replay', replay: { file: 'run.rec.bin' } },
    });
  });

  it('can be entered anywhere and then has the state it had when it was recorded', async () => {
    const { harness, browser } = await replay({ speed: 1 });
    await until('the beginning', () => browser.frames[0]);
    const seen: number[] = [];
    const positions = [9_000_000, 3_000_000, 6_500_000];
    for (const positionUs of positions) {
      const before = browser.frames.length;
      const answer = await harness.post('/api/v1/replay', { positionUs, paused: true });
      expect(answer.body.replay).toMatchObject({ positionUs, paused: true });
      await until('a frame of it', () => browser.frames[before]);
      seen.push(count(browser));
    }
    const recording = await Recording.open(file);
    const { first } = recording;
    await recording.close();
    positions.forEach((positionUs, i) => {
      const countedBy = (us: number) => recordedAt.filter((at) => at <= first + us).length;
      expect(seen[i]).toBeLessThanOrEqual(countedBy(positionUs));
      // One dump every 100 ms, on a machine that may be loaded.
      expect(seen[i]).toBeGreaterThanOrEqual(countedBy(positionUs - 2_000_000));
    });
    expect((await harness.get('/api/v1/spikes')).body).toMatchObject({ hosts: [{ spikes: [{}, {}] }] });
  });

  it('stops while paused and continues from there', async () => {
    const { harness, browser } = await replay({ startAt: 2_000_000 });
    await until('a frame', () => browser.frames[0]);
    await harness.post('/api/v1/replay', { paused: true });
    // Frames of before the pause may still be on their way. Without the pause, frames arrive until the end.
    let frames: number;
    do {
      frames = browser.frames.length;
      await new Promise((resolve) => setTimeout(resolve, 500));
    } while (browser.frames.length > frames);
    expect(count(browser)).toBeLessThan(120);
    await harness.post('/api/v1/replay', { paused: false, speed: 20 });
    await until('the end', () => count(browser) === 120);
  });

  it('cannot be changed', async () => {
    const { harness } = await replay();
    expect(await harness.post('/api/v1/config', { thresholdNs: 1 })).toMatchObject({
      status: 409,
      body: { error: { code: 'E_REPLAY' } },
    });
    for (const body of [{ speed: 0 }, { positionUs: -1 }, { position: 1 }]) {
      expect((await harness.post('/api/v1/replay', body)).status).toBe(400);
    }
  });

  it('that was truncated is played as far as it is complete, with a notice', async () => {
    const cut = join(dir, 'cut.rec.bin');
    const bytes = readFileSync(file);
    const whole = await Recording.open(file);
    expect(whole.blocks.length).toBeGreaterThanOrEqual(3);
    const last = whole.blocks.at(-1)!;
    await whole.close();
    for (const length of [last.offset + 10, last.offset - BLOCK_HEADER_LEN + 7, last.offset]) {
      writeFileSync(cut, bytes);
      truncateSync(cut, length);
      const recording = await Recording.open(cut);
      expect(recording.blocks.length).toBe(whole.blocks.length - 1);
      expect(recording.truncatedBytes).toBeGreaterThan(0);
      await recording.close();
    }
    const { browser } = await replay({ file: cut, speed: 50 });
    await until('the end', () => browser.last('host')?.host.replay?.paused);
    expect(browser.last('host')?.host.replay?.truncated).toBe(true);
    expect(count(browser)).toBeGreaterThan(60);
  });

  it('with a damaged block continues after the block and counts it', async () => {
    const damaged = join(dir, 'damaged.rec.bin');
    const bytes = readFileSync(file);
    const recording = await Recording.open(file);
    bytes[recording.blocks[1]!.offset + 20]! ^= 0xff;
    await recording.close();
    writeFileSync(damaged, bytes);
    const { browser } = await replay({ file: damaged, speed: 20 });
    await until('the end', () => count(browser) === 120);
    await until('the count', () => browser.last('stats')?.stats.lost.protocolErrors.E_RECORD_BLOCK === 1);
  });

  it('with a damaged header of a block continues with the block after it and counts it', async () => {
    const damaged = join(dir, 'damaged-header.rec.bin');
    const bytes = readFileSync(file);
    const recording = await Recording.open(file);
    const { offset } = recording.blocks[1]!;
    await recording.close();
    bytes[offset - BLOCK_HEADER_LEN + 10]! ^= 0xff;
    writeFileSync(damaged, bytes);
    const again = await Recording.open(damaged);
    expect(again.blocks).toHaveLength(recording.blocks.length - 1);
    expect(again.truncatedBytes).toBe(0);
    await again.close();
    const { browser } = await replay({ file: damaged, speed: 20 });
    await until('the end', () => count(browser) === 120);
    await until('the count', () => browser.last('stats')?.stats.lost.protocolErrors.E_RECORD_BLOCK === 1);
  });

  it.each([
    ['of another program', Buffer.from('PK\x03\x04 something else entirely'), 'E_RECORD_FOREIGN'],
    ['empty', Buffer.alloc(0), 'E_RECORD_FOREIGN'],
    ['that went through a text mode', Buffer.from('\x89RTPREC\r\n...........', 'latin1'), 'E_RECORD_FOREIGN'],
  ])('is refused when it is a file %s', async (_what, bytes, code) => {
    const path = join(dir, 'foreign.bin');
    writeFileSync(path, bytes);
    await expect(Recording.open(path)).rejects.toMatchObject({ code, word: path });
  });

  it('is refused when it has a later version, or no whole block', async () => {
    const path = join(dir, 'other.bin');
    const bytes = readFileSync(file);
    bytes.writeUInt32LE(2, 8);
    writeFileSync(path, bytes);
    await expect(Recording.open(path)).rejects.toMatchObject({ code: 'E_RECORD_VERSION' });
    bytes.writeUInt32LE(1, 8);
    writeFileSync(path, bytes.subarray(0, 200));
    await expect(Recording.open(path)).rejects.toMatchObject({ code: 'E_RECORD_EMPTY' });
  });

  it('never overwrites another file', async () => {
    await expect(startHarness({ recordTo: file })).rejects.toMatchObject({
      code: 'E_RECORD_OPEN',
      message: expect.stringContaining('choose another'),
    });
    appendFileSync(file, '');
    const recording = await Recording.open(file);
    expect(recording.truncatedBytes).toBe(0);
    await recording.close();
  });
});

describe('recording', () => {
  function writer(target: RecordingFile, failed: () => void = () => {}): RecordingWriter {
    const state = new HostState(
      () => 'a',
      () => {},
    );
    const begin = (at: number) => keyframe(state, 0, at);
    return new RecordingWriter(
      { name: 'x', file: target, host: () => 'a', createdAt: 0 },
      begin,
      failed,
      silent,
    );
  }
  const full = (): Promise<never> => Promise.reject(Object.assign(new Error('write'), { code: 'ENOSPC' }));

  it('ends with a visible reason when the disk is full, and ignores later data', async () => {
    let failures = 0;
    const target = { write: full, close: async () => {} };
    const recording = writer(target, () => failures++);
    for (let second = 0; second < 20; second++) {
      recording.received(1, new Uint8Array(100), second * 1e6);
      recording.settled(second * 1e6);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await recording.close();
    expect(recording.state.error).toContain('the disk is full');
    expect(failures).toBe(1);
  });

  it('continues over two hours offline and over a clock that was set back, and is read whole', async () => {
    const path = join(dir, 'offline.rec.bin');
    const recording = writer(await createRecordingFile(path));
    const hour = 3600e6;
    const start = 1_790_000_000e6;
    const times = [start, start + 1, start + 2 * hour, start + 2 * hour + 1, start + 4 * hour];
    for (const at of times) recording.received(1, new Uint8Array(8), at);
    recording.received(1, new Uint8Array(8), start + 4 * hour - 1);
    await recording.close();
    expect(recording.state.error).toBeUndefined();
    const read = await Recording.open(path);
    const entries = [];
    for (let i = 0; i < read.blocks.length; i++) {
      entries.push(...(await read.read(i))!.slice(read.blocks[i]!.keyframeEntries));
    }
    await read.close();
    expect(entries.map((entry) => entry.at)).toEqual([...times, times.at(-1)]);
    expect(read.truncatedBytes).toBe(0);
  });

  it('that cannot continue ends with a reason and does not affect the live path', () => {
    const target = { name: 'x', file: { write: async () => {}, close: async () => {} }, host: () => 'a' };
    const broken = (): never => {
      throw new RangeError('no keyframe');
    };
    const recording = new RecordingWriter({ ...target, createdAt: 0 }, broken, () => {}, silent);
    expect(() => recording.received(1, new Uint8Array(8), 1)).not.toThrow();
    expect(recording.state.error).toContain('recording ended: no keyframe');
  });

  it('ends instead of using more and more memory when the disk does not keep up', async () => {
    const recording = writer({ write: () => new Promise(() => {}), close: async () => {} });
    for (let second = 0; second < 60; second++) {
      recording.received(1, new Uint8Array(100), second * 1e6);
      recording.settled(second * 1e6);
    }
    expect(recording.state.error).toContain('too slow');
  });
});
