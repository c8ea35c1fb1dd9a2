// Tests that the losses of one host are never counted for another host of the same bridge.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AgentFrame, type Spike as KernelSpike } from '@rtprobe/abi';
import { afterEach, expect, it, vi } from 'vitest';
import { KeptThread } from '../src/history/threads/kept-thread.ts';
import type { Committed, HostMessage } from '../src/history/threads/messages.ts';
import { Thread } from '../src/history/threads/thread.ts';
import { type Harness, startHarness, temporaryFolder, until } from './harness.ts';
import { SimulatedAgent } from './simulated-agent.ts';

const dir = temporaryFolder();
let harness: Harness | undefined;
let other: SimulatedAgent | undefined;
afterEach(async () => {
  vi.restoreAllMocks();
  await harness?.close();
  await other?.close();
  rmSync(dir, { recursive: true, force: true });
});

const spike: Omit<KernelSpike, 'id' | 'time'> = { measure: 2, valueNs: 900_000n, cpu: 0, mode: 2 };
const LOSES = 'loses';
const NONE = {
  ...{ module: {}, agentOverruns: 0, eventGaps: 0, protocolErrors: {}, skippedFrames: 0 },
  ...{ historyDropped: 0, historyLeftOut: 0, exportsDropped: 0 },
};

/**
 * Makes the history lose data of one host only: no thread accepts its spikes, the writer says that it could not write
 * two of its messages, and it has more rows than series.
 */
function loseHistory(): void {
  const post = KeptThread.prototype.post;
  vi.spyOn(KeptThread.prototype, 'post').mockImplementation(function (this: KeptThread, request, transfer) {
    const { message } = request as { message: HostMessage };
    if (message.host === LOSES && message.kind === 'spikes') return false;
    if (message.host !== LOSES || message.kind !== 'sources') return post.call(this, request, transfer);
    const rows = [...message.rows, { row: message.rows.length, source: 4711, cpu: 0 }];
    return post.call(this, { ...request, message: { ...message, rows } });
  });
  const start = Thread.start;
  vi.spyOn(Thread, 'start').mockImplementation(async (...given) => {
    const thread = await start.apply(Thread, given);
    let report: Thread['committed'] = () => {};
    Object.defineProperty(thread, 'committed', {
      get: () => (commit: Committed) => report({ ...commit, dropped: { [LOSES]: 1000 } }),
      set: (wanted: Thread['committed']) => {
        report = wanted;
      },
    });
    return thread;
  });
}

it('a host that loses nothing has no losses, whatever another host of the bridge loses', async () => {
  loseHistory();
  const folder = join(dir, 'exports');
  other = new SimulatedAgent(join(dir, 'other.sock'));
  Object.assign(other, { hostname: 'other', instance: 8n });
  await other.listen();
  const loses = new SimulatedAgent(join(dir, 'loses.sock'));
  await loses.listen();
  try {
    harness = await startHarness({
      sources: [
        { kind: 'socket', host: LOSES, path: loses.path },
        { kind: 'socket', host: 'other', path: other.path },
      ],
      history: { dir: join(dir, 'data') },
      exports: { dir: folder, maxSpikes: 2 },
    });
    const follow = async (host: string) => {
      const browser = await harness!.browser();
      browser.subscribe(host);
      return browser;
    };
    const [of, ofOther] = [await follow(LOSES), await follow('other')];
    const exported = (n: number) => () =>
      readdirSync(folder).filter((name) => name.endsWith('.txt')).length === n;

    other.spike(spike);
    await until('the export of the other host', exported(1));
    loses.lost = { timerMissed: 9n };
    loses.record(1, 0, 100);
    for (let i = 0; i < 4; i++) loses.spike(spike);
    loses.eventSeq += 2;
    loses.spike(spike);
    const total = new Uint8Array(8);
    total[0] = 3;
    loses.frame(AgentFrame.overrun, total);
    loses.raw(Buffer.from('Segmentation fault (core dumped)\n'));
    const lost = await until('every loss', () => {
      const all = of.last('stats')?.stats.lost;
      if (!all || all.historyDropped <= 1000 || !all.historyLeftOut || !all.eventGaps) return undefined;
      return all.agentOverruns > 0 && all.exportsDropped === 4 && all;
    });
    expect(lost).toMatchObject({ module: { timerMissed: 9 }, agentOverruns: 3, historyLeftOut: 1 });
    expect(lost.protocolErrors).toMatchObject({ E_MAGIC: 1 });

    // The figures of the other host from after these losses.
    const { length } = ofOther.messages;
    const later = () => ofOther.messages.slice(length).filter((message) => message.type === 'stats');
    await until('its next figures', () => later().length > 1);
    const { stats } = later().at(-1)!;
    expect(stats.lost).toEqual(NONE);
    expect(stats.history).toMatchObject({ dropped: 0, leftOut: 0, storedTo: expect.any(Number) });
    expect(stats.history!.storedTo).toBeGreaterThan(0);
    expect(stats.exports).toMatchObject({ written: 1, dropped: 0 });
    expect(of.last('stats')!.stats.exports).toMatchObject({ written: 1, dropped: 4 });
  } finally {
    await harness?.close();
    harness = undefined;
    await loses.close();
  }
});
