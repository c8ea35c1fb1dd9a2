import { buildModule, type KernelName, type OnProgress, prepareKernel } from '@rtprobe/lab';

/** Builds any out-of-tree module and resolves with the paths of its .ko files. */
export async function labModule(dir: string, kernel: KernelName, onProgress: OnProgress): Promise<string[]> {
  return buildModule(await prepareKernel(kernel, { onProgress }), dir);
}
