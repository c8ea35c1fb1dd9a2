// Makes the recording for tests of spikes with traces, processes and locks. A guest with a stock Debian real-time
// kernel is disturbed once in every known way, and what was done by the guest's clock is stored with it. Usage: node
// apps/bridge/tests/record-disturbances.ts [KERNEL]. Other load on the machine makes a noisy recording.
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kernelName, STORY } from '@rtprobe/lab';
import type { Spike } from '@rtprobe/protocol';
import { startBridge } from '../src/index.ts';
import { DisturbedGuest, faultOf, isOf, RECORDED_DISTURBANCES, type Truth } from './disturbances.ts';
import { silent } from './harness.ts';

const kernel = kernelName(process.argv[2] ?? '6.12-rt');
const folder = join(import.meta.dirname, 'fixtures');
const file = join(folder, `${kernel}-disturbed.rec.bin`);
const truths: Record<string, Truth> = {};

mkdirSync(folder, { recursive: true });
rmSync(file, { force: true });
const disturbed = await DisturbedGuest.boot(kernel, STORY.niceness);
try {
  const source = { kind: 'socket', host: 'lab', path: disturbed.guest.agentSocket } as const;
  const bridge = await startBridge({
    listen: { port: 0 },
    sources: [source],
    recordTo: file,
    logger: silent,
  });
  await new Promise((resolve) => setTimeout(resolve, 2000));
  for (const disturbance of RECORDED_DISTURBANCES)
    truths[disturbance.kind] = await disturbed.disturb(disturbance);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const headers = { authorization: `Bearer ${bridge.createToken()}` };
  const ask = async <T>(path: string): Promise<T> =>
    (await (await fetch(`${bridge.url}/api/v1${path}`, { headers })).json()) as T;
  const { hosts } = await ask<{ hosts: { spikes: Spike[] }[] }>('/spikes');
  for (const { kind, claims } of RECORDED_DISTURBANCES) {
    for (const claim of claims) {
      const own = hosts[0]!.spikes.filter((spike) => isOf(claim, truths[kind]!, spike));
      console.log(`${kind}, ${claim.measure}: ${own.length} spikes`);
      for (const { id } of own) {
        const { spike } = await ask<{ spike: Spike }>(`/spikes/${id}`);
        console.log(`  ${faultOf(claim, truths[kind]!, spike, spike.sentence) ?? spike.sentence}`);
      }
    }
  }
  await bridge.close();
} finally {
  await disturbed.down();
}
const bigints = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
writeFileSync(join(folder, `${kernel}-disturbed.json`), `${JSON.stringify(truths, bigints, 2)}\n`);
console.log(`${file}: ${statSync(file).size} bytes`);
