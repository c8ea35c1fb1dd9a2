import { boot, equip, type KernelName, type OnProgress, prepareEquipment, prepareGuest } from '@rtprobe/lab';

export interface LabRunOptions {
  readonly kernel: KernelName;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly copy: readonly string[];
  readonly module: boolean;
  readonly params: readonly string[];
  readonly build: readonly string[];
  readonly timeout?: number;
  readonly onProgress: OnProgress;
}

/** Boots a guest, runs a command in it and resolves with the command's exit code. */
export async function labRun(command: readonly string[], options: LabRunOptions): Promise<number> {
  const [equipment] = await Promise.all([
    prepareEquipment({
      ...options,
      loadModule: options.module,
      moduleParams: options.params,
      extraModules: options.build,
    }),
    prepareGuest(options.kernel, options.onProgress),
  ]);
  const guest = await boot(options);
  try {
    await equip(guest, equipment, options.onProgress);
    await guest.copyIn(options.copy);
    const { code } = await guest.exec(command, {
      stdin: process.stdin.isTTY ? '' : process.stdin,
      onStdout: (bytes) => process.stdout.write(bytes),
      onStderr: (bytes) => process.stderr.write(bytes),
      ...(options.timeout ? { timeout: options.timeout * 1000 } : {}),
    });
    return code;
  } finally {
    await guest.down();
  }
}
