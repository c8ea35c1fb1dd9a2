// Where samples find tasks in user mode: from the module's addresses and the agent's answer to a spike and a recording.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Measure, PartKind } from '@rtprobe/abi';
import type { Spike } from '@rtprobe/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { type Browser, type Harness, startHarness, temporaryFolder, until } from '../../tests/harness.ts';
import { Recording } from '../recording/reader.ts';

const ADDRESSES = [0x7f12_3456_7139n, 0x7f12_3456_7140n, 0x7f12_3456_8000n, 0x7f99_0000_0001n];
const bytesOf = (addresses: readonly bigint[]): Buffer => {
  const bytes = Buffer.alloc(8 * addresses.length);
  for (const [i, address] of addresses.entries()) bytes.writeBigUInt64LE(address, 8 * i);
  return bytes;
};
const samples = { task: [{ pid: 9, startBoottime: 77n, addresses: bytesOf(ADDRESSES) }] };
const LOOP = 'file\tcnc\t1139\tmotion_loop\n';
const READ = `${LOOP}${LOOP}file\tlibm.so.6\t8000\t\nanonymous\nend\n`;
const USER = [
  { samples: 2, module: 'cnc', function: 'motion_loop' },
  { samples: 1, module: 'libm.so.6', address: '0x8000' },
  { samples: 1 },
];

const profile = { samples: 4, samplesInside: 4 };
const late = (more: object = profile) => ({
  ...{ measure: Measure.wakeupLatency, cpu: 0, mode: 0, valueNs: 9_000_000n, task: { pid: 9, comm: 'cnc' } },
  victim: { pid: 5, comm: 'fio' },
  part: [{ kind: PartKind.task, name: 'cnc', pid: 9, durationNs: 9_000_000n, count: 1, ...more }],
});

let harness: Harness | undefined;
let browser: Browser;
afterEach(async () => {
  await harness?.close();
  harness = undefined;
});

interface Asked {
  pid: number;
  addresses: readonly bigint[];
}
let asked: Asked[] = [];

const reads = (number: number): string | undefined => `${number} read\n${READ}`;

/** `answer`: of the agent; null if it is an earlier one. */
async function start(
  answer: ((number: number) => string | undefined) | null = reads,
  options: Parameters<typeof startHarness>[0] = {},
): Promise<Harness> {
  asked = [];
  harness = await startHarness({
    ...options,
    prepare: (agent) => {
      agent.userSamples = new Map([[1n, samples]]);
      if (answer === null) return;
      agent.places = (number, pid, addresses) => {
        asked.push({ pid, addresses });
        return answer(number);
      };
    },
  });
  browser = await harness.browser();
  browser.subscribe('simulated');
  await browser.next('spikes');
  return harness;
}
const profileIn = ({ parts }: Spike) => parts?.[0]?.profile;

describe('the places of samples in user mode', () => {
  it('are part of a spike from the beginning, in its sentence too', async () => {
    const { agent, get } = await start();
    agent.spike(late());
    const { spike } = await browser.next('spike');
    expect(asked).toEqual([{ pid: 9, addresses: ADDRESSES }]);
    expect(profileIn(spike)).toEqual({ samples: 4, inside: 4, user: USER });
    expect(spike.sentence).toContain('(2 of 4 samples in motion_loop (cnc))');
    const { body } = await get(`/api/v1/spikes/${spike.id}`);
    expect(profileIn(body.spike as unknown as Spike)).toEqual(profileIn(spike));
  });

  it('are unknown if the task has ended, and the spike says so', async () => {
    const { agent } = await start((number) => `${number} gone\nend\n`);
    agent.spike(late());
    const { spike } = await browser.next('spike');
    expect(profileIn(spike)?.user).toEqual([]);
    expect(spike.sentence).toContain('(4 of 4 samples in user space, module unknown)');
  });

  it.each([
    ['reports a failure', (number: number) => `${number} failed\nend\n`],
    ['answers another request', (number: number) => `${number + 1} read\n${READ}`],
    ['does not answer', () => undefined],
    ['is an earlier one', null],
  ])('are missing, and the spike still arrives, if the agent %s', async (_, answer) => {
    const { agent } = await start(answer);
    agent.record(1, 0, 1000);
    agent.spike(late());
    const { spike } = await browser.next('spike');
    expect(profileIn(spike)).toEqual({ samples: 4, inside: 4 });
    expect(spike.sentence).toContain('(4 of 4 samples in user space)');
  });

  it('are not asked for if most samples were in one kernel function, or of an earlier module', async () => {
    const { agent } = await start();
    agent.spike(late({ ...profile, sampledFunction: 'wait_dma [drv]' }));
    await browser.next('spike');
    agent.moreInfo = { userSamples: 0 };
    await until('the next get-info', () => agent.requests.filter(({ command }) => command === 1).length > 2);
    agent.spike(late());
    await until('both spikes', () => browser.messages.filter(({ type }) => type === 'spike').length === 2);
    expect(asked).toEqual([]);
  });
});

describe('a recording of them', () => {
  it('shows the same when it is replayed, from its begin and from later, and has no address in memory', async () => {
    const dir = temporaryFolder();
    const file = join(dir, 'run.rec.bin');
    try {
      const live = await start(reads, { recordTo: file });
      live.agent.spike(late());
      const { spike } = await browser.next('spike');
      // Two blocks: the keyframe of the second has the spike.
      await new Promise((resolve) => setTimeout(resolve, 6000));
      await live.close();
      const recording = await Recording.open(file);
      const payloads: Buffer[] = [];
      for (let i = 0; i < recording.blocks.length; i++)
        for (const { payload } of (await recording.read(i)) ?? []) payloads.push(Buffer.from(payload));
      await recording.close();
      const all = Buffer.concat(payloads);
      expect(all.includes('motion_loop')).toBe(true);
      for (const address of ADDRESSES) expect(all.includes(bytesOf([address]).subarray(0, 6))).toBe(false);
      for (const startAt of [0, 5_500_000]) {
        harness = await startHarness({
          sources: [{ kind: 'replay', file, speed: 50, startAt }],
          waitForLive: false,
        });
        const page = await harness.browser();
        page.subscribe('simulated');
        const shown = await until(
          'the spike',
          () => page.last('spikes')?.spikes[0] ?? page.last('spike')?.spike,
        );
        expect([profileIn(shown), shown.sentence]).toEqual([profileIn(spike), spike.sentence]);
        await harness.close();
      }
      harness = undefined;
    } finally {
      rmSync(dir, { recursive: true });
    }
  }, 60_000);
});
