import { join } from 'node:path';
import type { Architecture } from '../architecture.ts';
import { type Firmware, variablesFile } from './firmware.ts';
import type { QemuProgram } from './program.ts';

export type Accelerator = 'kvm' | 'tcg';

export interface Machine {
  readonly architecture: Architecture;
  readonly accelerator: Accelerator;
  /**
   * Guest time is the number of executed instructions, one per nanosecond, independent of the host; idle time is
   * skipped. Only for emulation of one CPU.
   */
  readonly countInstructions?: boolean;
  readonly program: QemuProgram;
  readonly cpus: number;
  readonly memoryMiB: number;
  /** Words added to the kernel's command line. */
  readonly append?: readonly string[];
  /** Further devices, as QEMU's option -device takes them. */
  readonly devices?: readonly string[];
  readonly vmlinuz: string;
  readonly initramfs: string;
  /**
   * The guest waits before it mounts its disks, so that it can be saved (`save`), or it is one that was saved there
   * (`restore`): see snapshot.ts.
   */
  readonly snapshot?: 'save' | 'restore';
  /** Missing: the BIOS. */
  readonly firmware?: Firmware;
  /** Absent in a probe guest, which touches no disk. */
  readonly disks?: { readonly root: string; readonly modules: string };
  /** Folder of the sockets and the console log. */
  readonly dir: string;
}

/** Sockets and files of a guest inside its folder. */
export const controlSocket = (dir: string): string => join(dir, 'control.sock');
export const agentSocket = (dir: string): string => join(dir, 'agent.sock');
export const qmpSocket = (dir: string): string => join(dir, 'qmp.sock');
/** QEMU runs in the machine's folder; a name without a path has nothing to escape. */
export const SNAPSHOT = 'snapshot';
export const consoleFile = (dir: string): string => join(dir, 'console.log');

/** A comma separates QEMU's options; a doubled one is a comma in a file name. */
const escaped = (path: string): string => path.replaceAll(',', ',,');

function port(id: string, name: string, socket: string): string[] {
  return [
    '-chardev',
    `socket,id=${id},path=${escaped(socket)},server=on,wait=off`,
    '-device',
    `virtserialport,chardev=${id},name=${name}`,
  ];
}

/**
 * Returns the options of a disk. Writes go to a temporary file that QEMU unlinks at once: every boot is fresh, and the
 * base is shared.
 */
function disk(serial: string, file: string, queues: number): string[] {
  return [
    '-drive',
    `if=none,id=${serial},file=${escaped(file)},format=raw,snapshot=on,cache=unsafe,aio=threads,werror=report`,
    '-device',
    `virtio-blk-pci,drive=${serial},serial=${serial},num-queues=${queues}`,
  ];
}

/**
 * `nokaslr` stays out: stacks are resolved in the guest.
 * `panic=-1` with `-no-reboot` makes a kernel panic end QEMU.
 */
function kernelCommandLine(machine: Machine): string {
  const { console, words: own } = machine.architecture.qemu;
  const words = [`console=${console}`, 'loglevel=5', 'panic=-1', ...own, 'net.ifnames=0'];
  if (!machine.disks) words.push('rtprobe.probe=1');
  if (machine.snapshot) words.push('rtprobe.snapshot=1');
  words.push(...(machine.append ?? []));
  return words.join(' ');
}

function accelArguments({ architecture, accelerator, countInstructions, program }: Machine): string[] {
  if (accelerator === 'kvm') return ['-accel', 'kvm', '-cpu', 'host'];
  const threads = program.threadsSafe && !countInstructions ? 'multi' : 'single';
  const counting = countInstructions ? ['-icount', 'shift=0,sleep=off'] : [];
  return ['-accel', `tcg,thread=${threads}`, '-cpu', architecture.qemu.cpu, ...counting];
}

/**
 * UEFI in two flash chips of an x86 machine. Only code in system management mode may write to its variables. QEMU hands the kernel over
 * without a check of its signature, because it is not loaded from a disk; the kernel still finds Secure Boot on.
 */
function firmwareArguments({ architecture, firmware, dir }: Machine): string[] {
  if (!firmware) return ['-machine', architecture.qemu.machine];
  const chip = (unit: number, file: string): string =>
    `if=pflash,format=raw,unit=${unit},file=${escaped(file)}`;
  return [
    ...['-machine', 'q35,smm=on', '-global', 'driver=cfi.pflash01,property=secure,value=on'],
    ...['-drive', `${chip(0, firmware.code)},readonly=on`],
    ...['-drive', chip(1, variablesFile(dir))],
  ];
}

function snapshotArguments({ snapshot, dir }: Machine): string[] {
  if (snapshot === 'restore') return ['-incoming', `file:${SNAPSHOT}`];
  return snapshot === 'save' ? ['-qmp', `unix:${escaped(qmpSocket(dir))},server=on,wait=off`] : [];
}

/** Returns the whole command. */
export function qemuCommand(machine: Machine): string[] {
  const { program, cpus, memoryMiB, dir, disks, devices = [] } = machine;
  return [
    ...program.argv,
    '-nodefaults',
    '-no-user-config',
    '-no-reboot',
    // Names the threads of the virtual CPUs, by which run-delay.ts finds them.
    ...['-name', 'rtprobe-lab,debug-threads=on'],
    ...['-display', 'none'],
    ...firmwareArguments(machine),
    ...accelArguments(machine),
    ...['-smp', String(cpus), '-m', `${memoryMiB}M`],
    ...['-kernel', machine.vmlinuz, '-initrd', machine.initramfs, '-append', kernelCommandLine(machine)],
    ...['-chardev', `file,id=console,path=${escaped(consoleFile(dir))}`, '-serial', 'chardev:console'],
    ...['-device', 'virtio-serial-pci'],
    ...port('control', 'rtprobe.control', controlSocket(dir)),
    ...port('agent', 'rtprobe', agentSocket(dir)),
    ...(disks ? [...disk('root', disks.root, cpus), ...disk('modules', disks.modules, 1)] : []),
    // A teaching device with a real interrupt line, for the known disturbance.
    ...['-device', 'edu'],
    // Real network interrupts without a way out: only QEMU's own gateway answers.
    ...['-netdev', 'user,id=net,restrict=on', '-device', 'virtio-net-pci,netdev=net,romfile='],
    ...devices.flatMap((device) => ['-device', device]),
    ...snapshotArguments(machine),
  ];
}
