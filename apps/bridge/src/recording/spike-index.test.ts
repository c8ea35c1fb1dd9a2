import { AgentFrame } from '@rtprobe/abi';
import { expect, it } from 'vitest';
import { Direction } from './format.ts';
import type { Recording } from './reader.ts';
import { SpikeIndex } from './spike-index.ts';

it('continues behind a frame whose first message claims to be longer than 2 GiB', async () => {
  const payload = new Uint8Array(64);
  new DataView(payload.buffer).setUint32(0, 0x9000_0000, true);
  const frame = { at: 1, kind: AgentFrame.netlink, direction: Direction.received, payload };
  const blocks = [{ first: 1, keyframeEntries: 0 }];
  const recording = { blocks, last: 9, blockAt: () => 0, read: async () => [frame] };
  const index = new SpikeIndex(recording as unknown as Recording);
  const failures: unknown[] = [];
  index.start((error) => failures.push(error));
  await expect.poll(() => failures.length > 0 || index.readTo === 9).toBe(true);
  expect(failures).toEqual([]);
  await index.stop();
});
