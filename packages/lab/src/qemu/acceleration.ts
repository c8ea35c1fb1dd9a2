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
import { type Architecture, type ArchitectureName, hostArchitecture, isNative } from '../architecture.ts';
import { cacheRoot } from '../cache.ts';
import { LabError } from '../errors.ts';
import { ensureInitramfs } from '../image/initramfs.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { OnProgress } from '../progress.ts';
import type { Accelerator } from './arguments.ts';
import { startMachine } from './machine.ts';
import { emulator, type QemuProgram, systemQemu } from './program.ts';
import { createLabDir } from './runtime.ts';

export interface Acceleration {
  readonly accelerator: Accelerator;
  /** Reason for the choice. */
  readonly reason: string;
  readonly program: QemuProgram;
}

interface KvmAnswer {
  readonly works: boolean;
  readonly reason: string;
}

/** A guest under working KVM answers within two seconds; one that hangs never does. Milliseconds. */
const PROBE_TIMEOUT = 8_000;
/** Beside it, the first start compiles and unpacks; needs root, too. */
const PROBE_NICENESS = -15;
const KVM = '/dev/kvm';

function kvmUsable(): boolean {
  try {
    accessSync(KVM, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Returns the file with the answer for this boot of the host: nested virtualisation can change with a reboot. */
function answerFile(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return join(cacheRoot(), `kvm-${boot}.json`);
}

async function probe(kernel: Kernel): Promise<KvmAnswer> {
  const machine = {
    accelerator: 'kvm',
    architecture: kernel.architecture,
    program: await systemQemu(kernel.architecture),
    cpus: 1,
    memoryMiB: 256,
    vmlinuz: kernel.vmlinuz,
    initramfs: await ensureInitramfs(kernel),
    dir: createLabDir(),
  } as const;
  try {
    const running = await startMachine(machine, { timeout: PROBE_TIMEOUT, niceness: PROBE_NICENESS });
    running.client.close();
    running.kill();
    return { works: true, reason: 'a probe guest answered under it' };
  } catch (error) {
    if (error instanceof LabError && error.code === 'E_BOOT') {
      return {
        works: false,
        reason: `${KVM} exists, but a probe guest under it did not answer within ${PROBE_TIMEOUT / 1000} s`,
      };
    }
    throw error;
  }
}

async function kvmWorks(kernel: Promise<Kernel>): Promise<KvmAnswer> {
  if (!existsSync(KVM)) return { works: false, reason: `no ${KVM}` };
  if (!kvmUsable()) return { works: false, reason: `no permission to use ${KVM}` };
  const file = answerFile();
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as KvmAnswer;
  const answer = await probe(await kernel);
  mkdirSync(cacheRoot(), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(answer));
  renameSync(`${file}.${process.pid}`, file);
  return answer;
}

/** Returns QEMU's emulator with the reason. @throws LabError E_MISSING_TOOL, E_DISK_FULL */
export async function emulation(
  architecture: Architecture,
  reason: string,
  onProgress: OnProgress,
): Promise<Acceleration> {
  const { program, note } = await emulator(architecture, onProgress);
  onProgress({ step: 'acceleration', state: 'done', detail: `emulation: ${reason}; ${note}` });
  return { accelerator: 'tcg', reason, program };
}

async function choose(
  architecture: Architecture,
  kernel: Promise<Kernel>,
  onProgress: OnProgress,
): Promise<Acceleration> {
  if (!isNative(architecture))
    return emulation(architecture, `this machine is ${hostArchitecture().name}`, onProgress);
  const { works, reason } = await kvmWorks(kernel);
  if (!works) return emulation(architecture, reason, onProgress);
  onProgress({ step: 'acceleration', state: 'done', detail: `KVM: ${reason}` });
  return { accelerator: 'kvm', reason, program: await systemQemu(architecture) };
}

/** The choices of this process, made or in progress. */
const chosen = new Map<ArchitectureName, Promise<Acceleration>>();

/**
 * Chooses KVM only if a probe guest ran under it, because /dev/kvm can exist and its guests hang. Otherwise chooses
 * QEMU's emulator, with a thread for each CPU where that is safe. Waits for the kernel only if it must probe.
 *
 * @throws LabError E_MISSING_TOOL, E_BUILD
 */
export function chooseAcceleration(
  architecture: Architecture,
  kernel: Promise<Kernel>,
  onProgress: OnProgress,
): Promise<Acceleration> {
  const { name } = architecture;
  const known = chosen.get(name);
  if (known) return known;
  const choice = choose(architecture, kernel, onProgress).catch((error) => {
    chosen.delete(name);
    throw error;
  });
  chosen.set(name, choice);
  return choice;
}
