import { CLIENT_MESSAGE_MAX, type ErrorCode, errorCodes, FrameKind, UNACKED_MAX } from '@rtprobe/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Browser, type Harness, startHarness, until } from '../../tests/harness.ts';
import { QUIET_MS, SPIKES_LENGTH_MAX } from './hub.ts';
import { CLIENTS_MAX } from './upgrade.ts';

let harness: Harness;

beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

async function following(rate = 20): Promise<Browser> {
  const browser = await harness.browser();
  browser.subscribe('simulated', rate);
  await until('a frame', () => browser.frames[0]);
  return browser;
}

describe('browsers', () => {
  it('begin with a keyframe, followed by deltas', async () => {
    harness.agent.record(1, 0, 100);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const browser = await following();
    expect(browser.frames[0]).toMatchObject({ kind: FrameKind.keyframe, rows: [{ count: 1 }] });
    const delta = await until('a delta', () => browser.frames[1]);
    expect(delta).toMatchObject({ kind: FrameKind.delta, seq: browser.frames[0]!.seq + 1 });
  });

  it('of one rate get exactly the same bytes', async () => {
    const [a, b] = [await following(10), await following(10)];
    harness.agent.record(1, 0, 4242);
    const has = (browser: Browser) => () =>
      browser.frames.find((f) => f.kind === FrameKind.delta && f.rows.length > 0);
    expect((await until('the first', has(a))).bytes).toEqual((await until('the second', has(b))).bytes);
  });

  it('of different rates get the same totals, each at its own pace', async () => {
    const [fast, slow] = [await following(20), await following(2)];
    for (let i = 0; i < 40; i++) {
      harness.agent.record(1, i % 2, 1000 * i);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const sum = (browser: Browser) => [...browser.totals().values()].reduce((x, y) => x + y, 0);
    await until('all by the fast one', () => sum(fast) === 40);
    await until('all by the slow one', () => sum(slow) === 40);
    expect(slow.frames.length).toBeLessThan(fast.frames.length / 2);
  });

  it('that lag are skipped until they answer, then continue from a keyframe; others are not affected', async () => {
    const good = await following();
    const laggard = await following();
    laggard.acks = false;
    harness.agent.record(1, 0, 100);
    const before = laggard.frames.length;
    await until('the limit', () => laggard.frames.length >= UNACKED_MAX);
    await new Promise((resolve) => setTimeout(resolve, 600));
    const sent = laggard.frames.length;
    expect(sent).toBeLessThanOrEqual(before + UNACKED_MAX);
    expect(good.frames.length).toBeGreaterThan(sent);
    harness.agent.record(1, 0, 100);

    laggard.acks = true;
    laggard.send({ type: 'ack', host: 'simulated', seq: laggard.frames.at(-1)!.seq });
    const next = await until('the next frame', () => laggard.frames[sent]);
    expect(next.kind).toBe(FrameKind.keyframe);
    await until('both counts', () => laggard.totals().get(0) === 2);
    expect((await laggard.next('gap')).reason).toContain('did not keep up');
    await until('the count of skips', () => (laggard.last('stats')?.stats.lost.skippedFrames ?? 0) > 0);
    expect(good.last('stats')?.stats.lost.skippedFrames).toBe(0);
    const { body } = await harness.get('/api/v1/status');
    expect(Number(body.clients!.skippedFrames)).toBeGreaterThan(0);
  });

  it('of an offline host get a message before they consider the connection cut', async () => {
    const browser = await following(1);
    harness.agent.announce(0);
    await until('the word', () => browser.last('host')?.host.state === 'offline');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const before = browser.messages.length;
    await until('anything', () => browser.messages.length > before, QUIET_MS * 1.5);
    expect(browser.messages.at(-1)).toMatchObject({ type: 'host', host: { state: 'offline' } });
  });

  it('of a silent host get the newest state, both new browsers and those that lagged', async () => {
    const laggard = await following();
    laggard.acks = false;
    harness.agent.record(1, 0, 100);
    await until('the limit', () => laggard.frames.length >= UNACKED_MAX);
    harness.agent.record(1, 0, 100);
    await new Promise((resolve) => setTimeout(resolve, 400));
    harness.agent.deaf = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
    const newcomer = await following();
    expect(newcomer.totals().get(0)).toBe(2);
    laggard.acks = true;
    laggard.send({ type: 'ack', host: 'simulated', seq: laggard.frames.at(-1)!.seq });
    await until('all counts', () => laggard.totals().get(0) === 2);
  });

  it.each<[string, ErrorCode, string]>([
    ['{"type":"subscribe","host":"simulated","rate":0}', 'E_MESSAGE_FIELD', 'rate'],
    ['{"type":"subscribe","host":"nobody","rate":1}', 'E_UNKNOWN_HOST', 'nobody'],
    ['{"type":"ack","host":"simulated","seq":1}', 'E_NOT_SUBSCRIBED', 'simulated'],
    ['{"type":"clear"}', 'E_MESSAGE_TYPE', 'clear'],
    ['][', 'E_MESSAGE_JSON', ']['],
  ])('that send %s get %s, the word and what to do next', async (text, code, word) => {
    const browser = await harness.browser();
    browser.socket.send(text);
    const { message, ...error } = await browser.next('error');
    expect(error).toMatchObject({ code, word });
    expect(message).toMatch(new RegExp(`.; ${errorCodes[code].todo}$`));
    browser.subscribe('simulated');
    await until('frames in spite of that', () => browser.frames[0]);
  });

  it('get as many of the newest spikes as fit into a message', async () => {
    const frame = Array.from({ length: 48 }, (_, i) => `a_function_with_quite_a_long_name_${i}+0x1/0x2`);
    for (let i = 0; i < 700; i++) harness.agent.spike({ measure: 0, valueNs: BigInt(i), frame });
    await expect
      .poll(async () => JSON.stringify((await harness.get('/api/v1/spikes?limit=1')).body), { timeout: 8000 })
      .toContain('"valueNs":699');
    const browser = await following();
    const { spikes } = await browser.next('spikes');
    expect(JSON.stringify(spikes).length).toBeLessThanOrEqual(SPIKES_LENGTH_MAX + spikes.length);
    expect(spikes.length).toBeGreaterThan(100);
    expect(spikes.at(-1)!.valueNs).toBe(699);
    expect(spikes[0]!.valueNs).toBe(700 - spikes.length);
    expect(browser.closed).toBeUndefined();
  });

  it('that acknowledge a frame they were never sent get an error', async () => {
    const browser = await following();
    browser.send({ type: 'ack', host: 'simulated', seq: 1e9 });
    expect(await browser.next('error')).toMatchObject({ code: 'E_MESSAGE_FIELD', word: 'seq' });
  });

  it('that send binary messages get an error; those that send too much at once are dropped', async () => {
    const browser = await harness.browser();
    browser.socket.send(Buffer.of(1, 2, 3));
    expect(await browser.next('error')).toMatchObject({ code: 'E_MESSAGE_TYPE', word: 'binary' });
    browser.socket.send('x'.repeat(CLIENT_MESSAGE_MAX + 1));
    expect((await until('the close', () => browser.closed)).code).toBe(1009);
  });

  it('that send without pause are dropped', async () => {
    const browser = await harness.browser();
    for (let i = 0; i < 500; i++) browser.socket.send('{}');
    expect((await until('the close', () => browser.closed)).code).toBe(1008);
  });

  it('over the limit are refused, and accepted when another has left', async () => {
    const browsers: Browser[] = [];
    for (let i = 0; i < CLIENTS_MAX; i++) browsers.push(await harness.browser());
    await expect(harness.browser()).rejects.toThrow('503');
    browsers[0]!.close();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await harness.browser()).last('hello')).toBeDefined();
  });
});
