import {
  boot,
  equip,
  type KernelName,
  type OnProgress,
  prepareEquipment,
  prepareGuest,
  STORY,
  startStory,
} from '@rtprobe/lab';

export interface LabUpOptions {
  readonly kernel: KernelName;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly name: string;
  readonly module: boolean;
  readonly params: readonly string[];
  readonly build: readonly string[];
  readonly story: boolean;
  readonly onProgress: OnProgress;
}

/** What `lab up` reports about the guest that it leaves running. */
export interface LabUpResult {
  readonly name: string;
  readonly release: string;
  readonly agentSocket: string;
}

export async function labUp(options: LabUpOptions): Promise<LabUpResult> {
  const [equipment] = await Promise.all([
    prepareEquipment({
      ...options,
      loadModule: options.module,
      moduleParams: [...(options.story ? STORY.moduleParams : []), ...options.params],
      extraModules: options.build,
    }),
    prepareGuest(options.kernel, options.onProgress),
  ]);
  const guest = await boot({ ...options, ...(options.story ? { niceness: STORY.niceness } : {}) });
  try {
    await equip(guest, equipment, options.onProgress);
    if (options.story) await startStory(guest, options);
  } catch (error) {
    await guest.down();
    throw error;
  }
  guest.leave();
  return { name: options.name, release: guest.release, agentSocket: guest.agentSocket };
}
