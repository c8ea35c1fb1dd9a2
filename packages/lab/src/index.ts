/**
 * Real kernels under QEMU, for the demo, the tests and for trying a driver. ```ts const guest = await boot({ kernel:
 * '6.12-rt', onProgress: console.log }); const { code, stdout } = await guest.exec(['uname', '-a']); await
 * guest.down(); ``` docs/explanation/lab.md describes how it works and what it stores.
 */
export {
  agentSocketOf,
  attach,
  type BootedGuest,
  boot,
  down,
  LIMITS,
  labs,
  prepareGuest,
  runDelaysOf,
} from './boot.ts';
export { cacheRoot } from './cache.ts';
export {
  buildAgent,
  buildAgentOf,
  buildBench,
  buildProbe,
  type Equipment,
  equip,
  prepareEquipment,
} from './equip.ts';
export { LabError } from './errors.ts';
export { busybox } from './image/initramfs.ts';
export { prepareKernel } from './kernel/kernel.ts';
export { buildModule } from './kernel/module.ts';
export { netlinkSources } from './kernel/netlink-sources.ts';
export {
  architectureOf,
  DEFAULT_KERNEL,
  hasSecureBoot,
  KERNEL_NAMES,
  type KernelName,
  kernelName,
  NATIVE_STOCK_KERNEL_NAMES,
  patience,
  WATCHING_KERNEL_NAMES,
} from './kernel/table.ts';
export type { OnProgress, Progress } from './progress.ts';
export type { RunDelayWatch } from './qemu/run-delay.ts';
export { installing } from './run.ts';
export { buildDisturbance, STORY, startStory } from './story.ts';
