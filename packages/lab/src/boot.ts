import { ControlClient } from './control/client.ts';
import { LabError } from './errors.ts';
import { Guest } from './guest.ts';
import { ensureInitramfs } from './image/initramfs.ts';
import { ensureRootImage } from './image/rootfs.ts';
import { ensureModules, type Kernel, prepareKernel } from './kernel/kernel.ts';
import { architectureOf, hasSecureBoot, type KernelName, patience } from './kernel/table.ts';
import { identify, type ProcessId } from './processes.ts';
import { type OnProgress, silent, step } from './progress.ts';
import { type Acceleration, chooseAcceleration, emulation } from './qemu/acceleration.ts';
import { agentSocket, controlSocket, type Machine } from './qemu/arguments.ts';
import { secureBootFirmware } from './qemu/firmware.ts';
import { consoleTail, type RunningMachine, startMachine } from './qemu/machine.ts';
import { type RunDelayWatch, watchRunDelays } from './qemu/run-delay.ts';
import { createLabDir, type LabEntry, removeLab, sweepLabs, writeState } from './qemu/runtime.ts';
import { dropSnapshot, snapshotReadable } from './qemu/snapshot.ts';

export const LIMITS = { cpus: { min: 1, max: 16 }, memoryMiB: { min: 256, max: 65536 } } as const;

/** Milliseconds an emulated guest of a stock kernel may take to answer on a busy host. */
const BOOT_TIMEOUT = 120_000;
/** Milliseconds for one that was saved, after which another one boots. */
const RESTORE_TIMEOUT = 60_000;
const ATTACH_TIMEOUT = 3_000;

export interface BootOptions {
  readonly kernel: KernelName;
  /** Default 2. */
  readonly cpus?: number;
  /** Default 1024. */
  readonly memoryMiB?: number;
  /** Words added to the kernel's command line, such as nohz_full=1. */
  readonly append?: readonly string[];
  /** Further devices, as QEMU's option -device takes them, such as `e1000,romfile=`. */
  readonly devices?: readonly string[];
  /** A guest with a name can be left running (`lab up`). Letters, digits, dashes. */
  readonly name?: string;
  /**
   * Niceness of the guest's virtual CPUs on the host, default 0. CPU time that other programs take appears as latency
   * inside the guest, so a guest for measurements should be below 0 (needs root).
   */
  readonly niceness?: number;
  /** Guest time counts instructions, so that measurements are the same on every run. Always emulated, with one CPU. */
  readonly countInstructions?: boolean;
  /** UEFI firmware with Secure Boot on instead of the BIOS; see hasSecureBoot(). */
  readonly secureBoot?: boolean;
  /**
   * An emulated guest is saved when it is about to mount its disks, and later ones of the same shape continue from
   * there, which takes about a second (docs/decisions/0025). It is as fresh as a booted one; its clock of
   * CLOCK_MONOTONIC starts at some seconds.
   */
  readonly resume?: boolean;
  readonly onProgress?: OnProgress;
}

/** A guest this process has booted; it ends with this process unless left. */
export class BootedGuest extends Guest {
  readonly #machine: RunningMachine;
  readonly #disown: () => void;

  /** @param disown records that no process will end the guest */
  constructor(machine: RunningMachine, dir: string, disown: () => void) {
    super(machine.client, dir);
    this.#machine = machine;
    this.#disown = disown;
  }

  /** Observes how long the host keeps the virtual CPUs from running. */
  get runDelays(): RunDelayWatch {
    return watchRunDelays(this.#machine.pid);
  }

  /** Ends the guest and removes everything it had outside the cache. */
  async down(): Promise<void> {
    this.detach();
    this.#machine.kill();
    await this.#machine.ended;
  }

  /** Lets a guest booted with a name live on, for attach() and down(name). */
  leave(): void {
    this.#disown();
    this.detach();
    this.#machine.leave();
  }
}

function inRange(word: keyof typeof LIMITS, value: number): number {
  const { min, max } = LIMITS[word];
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new LabError('E_RANGE', `${word} ${value} is out of range`, `use ${min} to ${max}`);
}

/** What a guest boots from, and the QEMU that runs it. */
export interface GuestParts {
  readonly kernel: Kernel;
  readonly root: string;
  readonly initramfs: string;
  readonly acceleration: Acceleration;
}

/**
 * Prepares what a guest boots from: kernel, root file system and QEMU, side by side.
 *
 * @throws LabError of prepareKernel(), ensureRootImage(), ensureInitramfs(), ensureModules() and chooseAcceleration()
 */
export async function prepareGuest(
  name: KernelName,
  onProgress: OnProgress = silent,
  countInstructions = false,
): Promise<GuestParts> {
  const architecture = architectureOf(name);
  const kernel = prepareKernel(name, { onProgress });
  const [root, initramfs, acceleration] = await Promise.all([
    ensureRootImage(architecture, onProgress),
    kernel.then(ensureInitramfs),
    countInstructions
      ? emulation(architecture, 'instructions are counted', onProgress)
      : chooseAcceleration(architecture, kernel, onProgress),
    kernel.then((each) => ensureModules(each, onProgress)),
  ]);
  return { kernel: await kernel, root, initramfs, acceleration };
}

/**
 * Prepares what is missing and boots a fresh guest.
 *
 * @throws LabError of any code; nothing is left running then
 */
export async function boot(options: BootOptions): Promise<BootedGuest> {
  const onProgress = options.onProgress ?? silent;
  const countInstructions = options.countInstructions ?? false;
  const cpus = countInstructions ? 1 : inRange('cpus', options.cpus ?? 2);
  const memoryMiB = inRange('memoryMiB', options.memoryMiB ?? 1024);
  if (options.secureBoot && !hasSecureBoot(options.kernel))
    throw new LabError(
      'E_RANGE',
      `${options.kernel} cannot boot with Secure Boot`,
      'use a stock kernel of amd64',
    );
  const parts = await prepareGuest(options.kernel, onProgress, countInstructions);
  const { kernel, root, initramfs, acceleration } = parts;

  const resumable =
    options.resume &&
    !options.secureBoot &&
    acceleration.accelerator === 'tcg' &&
    acceleration.program.snapshots;
  const shape = {
    architecture: kernel.architecture,
    accelerator: acceleration.accelerator,
    countInstructions,
    program: acceleration.program,
    cpus,
    memoryMiB,
    ...(options.append ? { append: options.append } : {}),
    ...(options.devices && { devices: options.devices }),
    vmlinuz: kernel.vmlinuz,
    initramfs,
    disks: { root, modules: kernel.modulesImage },
    ...(options.secureBoot && { firmware: await secureBootFirmware(onProgress) }),
  };
  const start = (snapshot?: 'save' | 'restore'): Promise<BootedGuest> =>
    startGuest({ ...shape, ...(snapshot && { snapshot }), dir: createLabDir(options.name) }, kernel, options);
  if (!resumable) return start();
  /** Another guest is started instead, and the reason is shown. */
  const unless = (what: string) => (error: unknown) => {
    if (!(error instanceof LabError && error.code === 'E_BOOT')) throw error;
    dropSnapshot(shape);
    onProgress({ step: 'boot', state: 'done', detail: `${what}: ${firstLine(error)}` });
  };
  const restored = snapshotReadable(shape)
    ? await start('restore').catch(unless('no saved guest could continue'))
    : undefined;
  return restored ?? (await start('save').catch(unless('no guest could be saved'))) ?? start();
}

const firstLine = ({ message }: Error): string => message.split('\n', 1)[0]!;

async function startGuest(machine: Machine, kernel: Kernel, options: BootOptions): Promise<BootedGuest> {
  const onProgress = options.onProgress ?? silent;
  const { accelerator, cpus, memoryMiB, dir, snapshot } = machine;
  const describe = (qemu: ProcessId, owner?: ProcessId): void =>
    writeState(dir, {
      kernel: options.kernel,
      qemu,
      ...(owner ? { owner } : {}),
      cpus,
      memoryMiB,
      acceleration: accelerator,
      started: new Date().toISOString(),
    });
  let qemu: ProcessId | undefined;
  let unsaved: Error | undefined;
  const title = `Linux ${kernel.release}, ${cpus} CPUs, ${accelerator}`;
  const running = await step(
    onProgress,
    'boot',
    snapshot === 'restore' ? `${title}, saved earlier` : title,
    () =>
      startMachine(machine, {
        timeout: snapshot === 'restore' ? RESTORE_TIMEOUT : BOOT_TIMEOUT * patience(options.kernel),
        leavable: options.name !== undefined,
        niceness: options.niceness ?? 0,
        onUnsaved: (why) => {
          unsaved = why;
        },
        onProcess: (id) => {
          qemu = id;
          describe(id, identify(process.pid));
        },
      }),
  );
  if (unsaved)
    onProgress({
      step: 'boot',
      state: 'done',
      detail: `the guest is not saved for the next start: ${firstLine(unsaved)}`,
    });
  return new BootedGuest(running, dir, () => qemu && describe(qemu));
}

/** This user's running guests. */
export function labs(): LabEntry[] {
  return sweepLabs().filter((entry) => entry.state !== undefined);
}

function find(name: string): LabEntry {
  const entry = labs().find((each) => each.name === name);
  if (entry) return entry;
  throw new LabError('E_NO_LAB', `no guest named "${name}" is running`, 'start it with the command `lab up`');
}

/** Takes the control port of a guest that `lab up` left running. @throws LabError E_NO_LAB, E_GUEST_BUSY */
export async function attach(name: string): Promise<Guest> {
  const { dir } = find(name);
  const client = await ControlClient.open(controlSocket(dir), ATTACH_TIMEOUT, {
    lastWords: () => consoleTail(dir),
  }).catch((cause) => {
    throw new LabError(
      'E_GUEST_BUSY',
      `the guest "${name}" does not respond`,
      'another shell may be using it; close that shell',
      {
        cause,
      },
    );
  });
  return new Guest(client, dir);
}

/** Ends a named guest. @throws LabError E_NO_LAB */
export function down(name: string): void {
  removeLab(find(name));
}

/** Observes how long the host keeps the virtual CPUs of a named guest from running. @throws LabError E_NO_LAB */
export const runDelaysOf = (name: string): RunDelayWatch => watchRunDelays(find(name).state!.qemu.pid);

/** Unix socket on which the agent of a named guest answers. @throws LabError E_NO_LAB */
export const agentSocketOf = (name: string): string => agentSocket(find(name).dir);
