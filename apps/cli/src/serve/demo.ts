import { accessSync, constants, existsSync } from 'node:fs';
import {
  type BootedGuest,
  boot,
  type Equipment,
  equip,
  type KernelName,
  type OnProgress,
  prepareEquipment,
  prepareGuest,
  STORY,
  startStory,
} from '@rtprobe/lab';
import type { SourceWord } from './source.ts';

export interface DemoOptions {
  readonly kernel: KernelName;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly replay?: string;
  readonly onProgress: OnProgress;
}

export interface DemoSource {
  readonly source: SourceWord;
  /** The guest that produces the data, if there is one. */
  readonly guest?: BootedGuest;
  /** Resolves when the guest has its module, agent and load; rejects with a LabError. */
  readonly furnished?: Promise<void>;
}

const LOCAL_MODULE = '/proc/rtprobe';

function localModule(): 'readable' | 'closed' | 'absent' {
  if (!existsSync(LOCAL_MODULE)) return 'absent';
  try {
    accessSync(LOCAL_MODULE, constants.R_OK | constants.X_OK);
    return 'readable';
  } catch {
    return 'closed';
  }
}

const equipmentOf = (kernel: KernelName, onProgress: OnProgress): Promise<Equipment> =>
  prepareEquipment({ kernel, onProgress, moduleParams: STORY.moduleParams });

/** Downloads and builds what the first data of a lab guest need, side by side. The load's module comes later. */
export async function prepareDemo(kernel: KernelName, onProgress: OnProgress): Promise<void> {
  await Promise.all([equipmentOf(kernel, onProgress), prepareGuest(kernel, onProgress)]);
}

/** Loads the module and starts the agent, then the load, while the bridge runs. Only the result is reported. */
async function furnish(
  guest: BootedGuest,
  equipment: Promise<Equipment>,
  options: DemoOptions,
): Promise<void> {
  const onProgress: OnProgress = (progress) => {
    if (progress.state === 'done') options.onProgress(progress);
  };
  await equip(guest, await equipment, onProgress);
  await startStory(guest, { kernel: options.kernel, onProgress });
}

async function labGuest(options: DemoOptions): Promise<{ guest: BootedGuest; furnished: Promise<void> }> {
  const equipment = equipmentOf(options.kernel, options.onProgress);
  equipment.catch(() => {}); // furnish() reports it.
  const guest = await boot({ ...options, niceness: STORY.niceness, resume: true });
  const furnished = furnish(guest, equipment, options);
  furnished.catch(() => {}); // The caller waits for it after the bridge has started.
  return { guest, furnished };
}

/**
 * Returns the source for a first look: the named recording, the local machine if its module is loaded, otherwise a lab
 * guest with a changing load.
 */
export async function demoSource(options: DemoOptions): Promise<DemoSource> {
  if (options.replay) return { source: { kind: 'replay', file: options.replay } };
  const local = localModule();
  if (local === 'readable') return { source: { kind: 'agent' } };
  if (local === 'closed') {
    console.error(
      'rtprobe: the module is loaded here, but only root can read it (sudo): showing a lab guest',
    );
  }
  const { guest, furnished } = await labGuest(options);
  const { agentSocket: path, runDelays } = guest;
  return { source: { kind: 'unix', path, host: 'lab', runDelays }, guest, furnished };
}
