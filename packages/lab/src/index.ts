/**
 * Real kernels under QEMU, for the demo, the tests and whoever wants to try a driver.
 *
 * ```ts
 * const guest = await boot({ kernel: '6.12-rt', onProgress: console.log });
 * const { code, stdout } = await guest.exec(['uname', '-a']);
 * await guest.down();
 * ```
 * How it works, what it keeps and where: docs/explanation/lab.md.
 */
export {
  agentSocketOf,
  attach,
  type BootedGuest,
  type BootOptions,
  boot,
  down,
  type GuestParts,
  LIMITS,
  labs,
  prepareGuest,
} from './boot.ts';
export { cacheRoot } from './cache.ts';
export type { ExitStatus, GuestProcess } from './control/process.ts';
export type { TerminalSize } from './control/wire.ts';
export {
  buildAgent,
  buildBench,
  buildProbe,
  type Equipment,
  type EquipmentOptions,
  equip,
  prepareEquipment,
} from './equip.ts';
export { LAB_ERRORS, LabError, type LabErrorCode } from './errors.ts';
export { type ExecOptions, type ExecResult, Guest, WORK_DIR } from './guest.ts';
export { type Kernel, type PrepareOptions, prepareKernel } from './kernel/kernel.ts';
export { type BuildOptions, buildModule } from './kernel/module.ts';
export {
  DEFAULT_KERNEL,
  KERNEL_NAMES,
  KERNELS,
  type KernelName,
  kernelName,
  patience,
  STOCK_KERNEL_NAMES,
} from './kernel/table.ts';
export type { OnProgress, Progress, Step } from './progress.ts';
export type { Acceleration } from './qemu/acceleration.ts';
export { installing } from './run.ts';
export { buildDisturbance, prepareStory, STORY, startStory } from './story.ts';
