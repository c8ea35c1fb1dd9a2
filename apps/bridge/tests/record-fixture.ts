// Makes the recording for integration tests and the dashboard's tests: a guest with a stock Debian real-time kernel,
// the module, and the demo's load with its known disturbances, as the bridge received it. Usage: node
// apps/bridge/tests/record-fixture.ts [KERNEL [SECONDS]]. Other load on the machine makes a noisy recording.
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { boot, equip, kernelName, prepareEquipment, STORY, startStory } from '@rtprobe/lab';
import type { Spike } from '@rtprobe/protocol';
import { Recording, startBridge } from '../src/index.ts';

/** The story's disturbances last 8 ms and more; delays of the guest's virtual CPUs are mostly shorter. */
const THRESHOLD = '7ms';

const kernel = kernelName(process.argv[2] ?? '6.12-rt');
const seconds = Number(process.argv[3] ?? 30);
const onProgress = (progress: object): void => console.error(JSON.stringify(progress));
const folder = join(import.meta.dirname, 'fixtures');
const file = join(folder, `${kernel}.rec.bin`);

mkdirSync(folder, { recursive: true });
rmSync(file, { force: true });
const moduleParams = [`threshold=${THRESHOLD}`];
const equipment = await prepareEquipment({ kernel, moduleParams, onProgress });
const guest = await boot({ kernel, cpus: 2, memoryMiB: 1024, niceness: STORY.niceness, onProgress });
try {
  await equip(guest, equipment, onProgress);
  await startStory(guest, { kernel, onProgress });
  const source = { kind: 'socket', host: 'lab', path: guest.agentSocket } as const;
  const bridge = await startBridge({ listen: { port: 0 }, sources: [source], recordTo: file });
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const headers = { authorization: `Bearer ${bridge.createToken()}` };
  const answer = await fetch(`${bridge.url}/api/v1/spikes`, { headers });
  const { hosts } = (await answer.json()) as { hosts: { spikes: Spike[] }[] };
  await bridge.close();
  const { spikes } = hosts[0]!;
  console.log(`${spikes.length} spikes, of them known disturbances:`);
  for (const spike of spikes) if (spike.culprit.includes('rtprobe-edu')) console.log(spike.sentence);
} finally {
  await guest.down();
}
const recording = await Recording.open(file);
const length = (recording.last - recording.first) / 1e6;
console.log(
  `${file}: ${length.toFixed(1)} s, ${recording.blocks.length} blocks, ${statSync(file).size} bytes`,
);
await recording.close();
