import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { cacheRoot } from '../cache.ts';
import { LabError } from '../errors.ts';
import { ensureInitramfs } from '../image/initramfs.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { OnProgress } from '../progress.ts';
import type { Accelerator } from './arguments.ts';
import { startMachine } from './machine.ts';
import { createLabDir } from './runtime.ts';

export interface Acceleration {
  readonly accelerator: Accelerator;
  /** Why this one, as a sentence. */
  readonly reason: string;
}

/** A guest under working KVM answers within two seconds; one that hangs never does. Milliseconds. */
const PROBE_TIMEOUT = 8_000;
const KVM = '/dev/kvm';

function kvmUsable(): boolean {
  try {
    accessSync(KVM, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** One answer per boot of the host: a reboot can bring or take nested virtualisation. */
function answerFile(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return join(cacheRoot(), `acceleration-${boot}.json`);
}

async function probe(kernel: Kernel): Promise<Acceleration> {
  const machine = {
    accelerator: 'kvm',
    cpus: 1,
    memoryMiB: 256,
    vmlinuz: kernel.vmlinuz,
    initramfs: await ensureInitramfs(kernel),
    dir: createLabDir(),
  } as const;
  try {
    const running = await startMachine(machine, { timeout: PROBE_TIMEOUT });
    running.client.close();
    running.kill();
    return { accelerator: 'kvm', reason: 'a probe guest answered under KVM' };
  } catch (error) {
    if (error instanceof LabError && error.code === 'E_BOOT') {
      return {
        accelerator: 'tcg',
        reason: `${KVM} exists, but a probe guest under it did not answer within ${PROBE_TIMEOUT / 1000} s`,
      };
    }
    throw error;
  }
}

async function choose(kernel: Kernel): Promise<Acceleration> {
  if (!existsSync(KVM)) return { accelerator: 'tcg', reason: `no ${KVM}` };
  if (!kvmUsable()) return { accelerator: 'tcg', reason: `no permission to use ${KVM}` };
  const file = answerFile();
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Acceleration;
  const answer = await probe(kernel);
  mkdirSync(cacheRoot(), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(answer));
  renameSync(`${file}.${process.pid}`, file);
  return answer;
}

/**
 * KVM only after a probe guest has proved it: the device can exist and its guests hang. Otherwise
 * QEMU's emulator with a thread for each CPU.
 *
 * @throws LabError E_MISSING_TOOL, E_BUILD
 */
export async function chooseAcceleration(kernel: Kernel, onProgress: OnProgress): Promise<Acceleration> {
  onProgress({ step: 'acceleration', state: 'start', detail: 'is KVM usable?' });
  const answer = await choose(kernel);
  const name = answer.accelerator === 'kvm' ? 'KVM' : 'emulation (TCG)';
  onProgress({ step: 'acceleration', state: 'done', detail: `${name}: ${answer.reason}` });
  return answer;
}
